package dev.perennial.server.pkix;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A distinguished name under lint.
 *
 * @param attributes in order; none where it is empty or unreadable
 * @param readable whether it is a Name at all
 * @param ordered whether each RDN is sorted as the DER of a SET OF is (X.690 §11.6)
 */
record LintedName(List<Attribute> attributes, boolean readable, boolean ordered) {
    /**
     * One attribute.
     *
     * @param rdn the place of its RDN in the name
     * @param text its value; null where it is not text in the encoding that its tag names
     */
    record Attribute(
            int rdn,
            String type,
            int tag,
            byte[] value,
            @Nullable String text) {
        private static Attribute read(int rdn, DerReader reader) {
            DerReader typeAndValue = reader.enter(DerReader.SEQUENCE);
            String type = typeAndValue.oid();
            int tag = typeAndValue.nextTag();
            byte[] value = typeAndValue.content(tag);
            typeAndValue.end();
            return new Attribute(rdn, type, tag, value, text(tag, value));
        }

        private static @Nullable String text(int tag, byte[] value) {
            Charset charset = tag == DerWriter.UTF8_STRING ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
            try {
                return charset.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            } catch (CharacterCodingException e) {
                return null;
            }
        }

        /** Whether its text keeps to it; true where there is none. */
        boolean holds(Predicate<String> rule) {
            return text == null || rule.test(text);
        }
    }

    static LintedName read(byte[] der) {
        List<Attribute> attributes = new ArrayList<>();
        boolean ordered = true;
        try {
            DerReader names = DerReader.over(der).enter(DerReader.SEQUENCE);
            for (int rdn = 0; names.hasMore(); rdn++) {
                DerReader relative = names.enterNonEmpty(DerReader.SET);
                byte[] before = new byte[0];
                while (relative.hasMore()) {
                    byte[] one = relative.element();
                    ordered &= Arrays.compareUnsigned(before, one) <= 0;
                    attributes.add(Attribute.read(rdn, DerReader.over(one)));
                    before = one;
                }
            }
            return new LintedName(attributes, true, ordered);
        } catch (DerException e) {
            return new LintedName(List.of(), false, true);
        }
    }

    boolean all(Predicate<Attribute> rule) {
        for (Attribute attribute : attributes) {
            if (!rule.test(attribute)) {
                return false;
            }
        }
        return true;
    }

    /** Whether all attributes of a type keep to it. */
    boolean all(String type, Predicate<Attribute> rule) {
        return all(attribute -> !attribute.type().equals(type) || rule.test(attribute));
    }

    int count(String type) {
        int count = 0;
        for (Attribute attribute : attributes) {
            count += attribute.type().equals(type) ? 1 : 0;
        }
        return count;
    }

    /** The first value of a type as text. */
    @Nullable
    String text(String type) {
        for (Attribute attribute : attributes) {
            if (attribute.type().equals(type)) {
                return attribute.text();
            }
        }
        return null;
    }

    /** Whether a type is in one RDN twice. */
    boolean repeatsInRdn() {
        for (int i = 1; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            for (int j = i - 1; j >= 0 && attributes.get(j).rdn() == attribute.rdn(); j--) {
                if (attributes.get(j).type().equals(attribute.type())) {
                    return true;
                }
            }
        }
        return false;
    }
}
