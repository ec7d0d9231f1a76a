package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The values of the extensions that the lint looks into, each read from its one element. */
final class LintedValues {
    private LintedValues() {}

    /** One of GeneralNames; the text is the octets, each a character. */
    record Name(int tag, byte[] content, String text) {
        static Name read(DerReader reader) {
            int tag = reader.nextTag();
            byte[] content = reader.content(tag);
            if ((tag & 0xc0) != 0x80) {
                throw new DerException("a name of no type");
            }
            return new Name(tag, content, new String(content, StandardCharsets.ISO_8859_1));
        }

        boolean isHttp() {
            return tag == GeneralNames.URI && text.regionMatches(true, 0, "http://", 0, 7) && text.length() > 7;
        }
    }

    /** @param falseEncoded whether {@code cA} is written out though it is the default */
    record BasicConstraints(
            boolean ca, boolean falseEncoded, @Nullable BigInteger pathLength) {
        static BasicConstraints read(DerReader reader) {
            DerReader constraints = reader.enter(DerReader.SEQUENCE);
            boolean written = constraints.nextIs(DerReader.BOOLEAN);
            boolean ca = written && constraints.bool();
            BigInteger pathLength = constraints.hasMore() ? constraints.integer() : null;
            constraints.end();
            return new BasicConstraints(ca, written && !ca, pathLength);
        }
    }

    /** @param keyIdentifier in lower hex */
    record AuthorityKey(@Nullable String keyIdentifier, boolean issuer, boolean serial) {
        static AuthorityKey read(DerReader reader) {
            DerReader fields = reader.enter(DerReader.SEQUENCE);
            String keyIdentifier = fields.nextIs(0x80) ? HexFormat.of().formatHex(fields.content(0x80)) : null;
            boolean issuer = fields.nextIs(0xa1);
            if (issuer) {
                names(fields.enterNonEmpty(0xa1));
            }
            boolean serial = fields.nextIs(0x82);
            if (serial) {
                fields.content(0x82);
            }
            fields.end();
            return new AuthorityKey(keyIdentifier, issuer, serial);
        }
    }

    /** One policy, and the identifiers of its qualifiers. */
    record Policy(String oid, List<String> qualifiers) {
        static Policy read(DerReader list) {
            DerReader fields = list.enter(DerReader.SEQUENCE);
            String oid = fields.oid();
            List<String> qualifiers = new ArrayList<>();
            if (fields.hasMore()) {
                DerReader all = fields.enterNonEmpty(DerReader.SEQUENCE);
                while (all.hasMore()) {
                    DerReader qualifier = all.enter(DerReader.SEQUENCE);
                    qualifiers.add(qualifier.oid());
                    qualifier.enter();
                    qualifier.end();
                }
            }
            fields.end();
            return new Policy(oid, qualifiers);
        }
    }

    /** One distribution point; {@code fullName} is null where it has none. */
    record Point(@Nullable List<Name> fullName, boolean reasons, boolean crlIssuer) {
        static Point read(DerReader list) {
            DerReader fields = list.enter(DerReader.SEQUENCE);
            List<Name> fullName = null;
            if (fields.nextIs(0xa0)) {
                DerReader point = fields.enter(0xa0);
                if (point.nextIs(0xa0)) {
                    fullName = names(point.enterNonEmpty(0xa0));
                } else {
                    point.enter(0xa1);
                }
                point.end();
            }
            boolean reasons = fields.nextIs(0x81);
            if (reasons) {
                fields.content(0x81);
            }
            boolean crlIssuer = fields.nextIs(0xa2);
            if (crlIssuer) {
                fields.enterNonEmpty(0xa2);
            }
            fields.end();
            return new Point(fullName, reasons, crlIssuer);
        }
    }

    /** One AccessDescription. */
    record Access(String method, Name location) {
        static Access read(DerReader list) {
            DerReader fields = list.enter(DerReader.SEQUENCE);
            Access access = new Access(fields.oid(), Name.read(fields));
            fields.end();
            return access;
        }
    }

    /** @param distances whether a subtree says how near or far names may be */
    record NameConstraints(int subtrees, boolean distances) {
        static NameConstraints read(DerReader reader) {
            DerReader fields = reader.enter(DerReader.SEQUENCE);
            int subtrees = 0;
            boolean distances = false;
            for (int tag = 0xa0; tag <= 0xa1; tag++) {
                DerReader list = fields.nextIs(tag) ? fields.enterNonEmpty(tag) : null;
                while (list != null && list.hasMore()) {
                    DerReader subtree = list.enter(DerReader.SEQUENCE);
                    Name.read(subtree);
                    distances |= subtree.hasMore();
                    subtrees++;
                }
            }
            fields.end();
            return new NameConstraints(subtrees, distances);
        }
    }

    private static List<Name> names(DerReader list) {
        List<Name> names = new ArrayList<>();
        while (list.hasMore()) {
            names.add(Name.read(list));
        }
        return names;
    }

    /** The elements of a SEQUENCE, which may be empty: that is a finding of its own. */
    static <T> Function<DerReader, List<T>> listOf(Function<DerReader, T> reading) {
        return reader -> {
            DerReader list = reader.enter(DerReader.SEQUENCE);
            List<T> values = new ArrayList<>();
            while (list.hasMore()) {
                values.add(reading.apply(list));
            }
            return values;
        };
    }

    /** As a stream's allMatch, without one. */
    static <T> boolean all(List<T> values, Predicate<T> rule) {
        for (T value : values) {
            if (!rule.test(value)) {
                return false;
            }
        }
        return true;
    }

    static <T> boolean repeats(List<T> values) {
        for (int i = 1; i < values.size(); i++) {
            if (values.subList(0, i).contains(values.get(i))) {
                return true;
            }
        }
        return false;
    }
}
