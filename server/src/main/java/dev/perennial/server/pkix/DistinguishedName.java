package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An X.501 name: the DER as it was or will be signed, and its attributes as text. Equal if the DER is. */
public final class DistinguishedName {
    private static final String COMMON_NAME = "CN";
    private static final int LONGEST_COMMON_NAME = 64;
    private static final int LONGEST_VALUE = 255;

    /** The upper bounds of RFC 5280 appendix A.1, held where a name is made. */
    private static final Map<String, Integer> BOUNDS =
            Map.of("O", 64, "OU", 64, "L", 128, "ST", 128, "STREET", 128, "serialNumber", 64, "DC", 63);

    private static final Pattern COUNTRY = Pattern.compile("[A-Za-z]{2}");
    private static final Pattern PRINTABLE = Pattern.compile("[A-Za-z0-9 '()+,./:=?-]+");
    private static final Pattern ASCII = Pattern.compile("[ -~]+");

    /** What a reader of the text could take for the end of a value, or for another attribute (RFC 4514 §2.4). */
    private static final Pattern SPECIAL = Pattern.compile("[,=+<>;\"\\\\]|^[ #]| $");

    private static final Map<String, String> OIDS = Map.ofEntries(
            Map.entry(COMMON_NAME, "2.5.4.3"),
            Map.entry("SN", "2.5.4.4"),
            Map.entry("serialNumber", "2.5.4.5"),
            Map.entry("C", "2.5.4.6"),
            Map.entry("L", "2.5.4.7"),
            Map.entry("ST", "2.5.4.8"),
            Map.entry("STREET", "2.5.4.9"),
            Map.entry("O", "2.5.4.10"),
            Map.entry("OU", "2.5.4.11"),
            Map.entry("GN", "2.5.4.42"),
            Map.entry("UID", "0.9.2342.19200300.100.1.1"),
            Map.entry("DC", "0.9.2342.19200300.100.1.25"),
            Map.entry("emailAddress", "1.2.840.113549.1.9.1"));

    private static final Map<String, String> WORDS =
            OIDS.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private static final DistinguishedName EMPTY = new DistinguishedName(DerWriter.sequence(), List.of());

    private final byte[] der;
    private final List<Attribute> attributes;

    private DistinguishedName(byte[] der, List<Attribute> attributes) {
        this.der = der;
        this.attributes = attributes;
    }

    /**
     * One attribute.
     *
     * @param type its word, {@code CN}, {@code O}, …, or its dotted object identifier where it has none here
     */
    public record Attribute(String type, String value) {}

    public static DistinguishedName empty() {
        return EMPTY;
    }

    /** A name that is the common name alone, or the empty one. */
    public static DistinguishedName ofCommonName(@Nullable String commonName) {
        return commonName == null ? EMPTY : of(List.of(new Attribute(COMMON_NAME, commonName)));
    }

    /**
     * A name of these attributes, each alone in its RDN, in this order.
     *
     * @throws ProblemException {@code badCSR} if one has a type without a word here, or a value that may not be
     */
    public static DistinguishedName of(List<Attribute> attributes) {
        List<byte[]> names = new ArrayList<>();
        for (Attribute attribute : attributes) {
            String oid = OIDS.get(attribute.type());
            if (oid == null) {
                throw bad("The subject attribute " + NameSyntax.quote(attribute.type()) + " is not one we certify.");
            }
            checkValue(attribute);
            checkForm(attribute);
            byte[] value = DerWriter.text(stringTag(attribute.type()), attribute.value());
            names.add(DerWriter.element(DerReader.SET, DerWriter.sequence(DerWriter.oid(oid), value)));
        }
        return new DistinguishedName(DerWriter.sequence(names), List.copyOf(attributes));
    }

    /**
     * Reads a Name.
     *
     * @throws ProblemException {@code badCSR} if it is none, or has values that may not be
     */
    public static DistinguishedName parse(byte[] der) {
        try {
            DerLimits.check(der);
            return read(der.clone());
        } catch (DerException e) {
            throw bad("The distinguished name is none: " + e.detail() + ".");
        }
    }

    static DistinguishedName read(byte[] der) {
        List<Attribute> attributes = new ArrayList<>();
        DerReader names = DerReader.over(der).enter(DerReader.SEQUENCE);
        while (names.hasMore()) {
            DerReader relative = names.enterNonEmpty(DerReader.SET);
            while (relative.hasMore()) {
                DerReader typeAndValue = relative.enter(DerReader.SEQUENCE);
                String oid = typeAndValue.oid();
                String type = WORDS.getOrDefault(oid, oid);
                Attribute attribute = new Attribute(type, text(type, typeAndValue));
                typeAndValue.end();
                checkValue(attribute);
                attributes.add(attribute);
            }
        }
        return new DistinguishedName(der, List.copyOf(attributes));
    }

    private static String text(String type, DerReader reader) {
        int tag = reader.nextTag();
        Charset charset =
                switch (tag) {
                    case DerWriter.UTF8_STRING -> StandardCharsets.UTF_8;
                    case DerWriter.PRINTABLE_STRING, DerWriter.IA5_STRING -> StandardCharsets.US_ASCII;
                    case 0x1e -> StandardCharsets.UTF_16BE;
                    default ->
                        throw bad("The subject attribute " + type
                                + " is not a UTF8String (RFC 5280 §4.1.2.4 asks for one).");
                };
        try {
            return charset.newDecoder()
                    .decode(ByteBuffer.wrap(reader.content(tag)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad("The subject attribute " + type + " is not text in the encoding it names.");
        }
    }

    private static void checkValue(Attribute attribute) {
        String value = attribute.value();
        int longest = attribute.type().equals(COMMON_NAME) ? LONGEST_COMMON_NAME : LONGEST_VALUE;
        int length = value.codePointCount(0, value.length());
        if (length == 0 || length > longest) {
            throw bad("The subject attribute " + attribute.type() + " has not 1 to " + longest + " characters.");
        }
        if (value.codePoints().anyMatch(DistinguishedName::isUnseen)) {
            throw bad("The subject attribute " + attribute.type() + " has a control or formatting character.");
        }
    }

    /** What the type asks of a value beyond that, of names that are made here. */
    private static void checkForm(Attribute attribute) {
        String type = attribute.type();
        String value = attribute.value();
        int bound = BOUNDS.getOrDefault(type, LONGEST_VALUE);
        if (value.codePointCount(0, value.length()) > bound) {
            throw bad("The subject attribute " + type + " has more than " + bound + " characters.");
        }
        Pattern form =
                switch (type) {
                    case "C" -> COUNTRY;
                    case "serialNumber" -> PRINTABLE;
                    case "DC", "emailAddress" -> ASCII;
                    default -> null;
                };
        if (form != null && !form.matcher(value).matches()) {
            throw bad("The subject attribute " + type
                    + (form == COUNTRY ? " is not two letters." : " has characters that it may not have."));
        }
    }

    /** What makes a person read another name than a program does: an approver decides about what is shown. */
    private static boolean isUnseen(int c) {
        return Character.isISOControl(c)
                || switch (Character.getType(c)) {
                    case Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SURROGATE -> true;
                    default -> false;
                };
    }

    /** RFC 5280, appendix A: country and serial number are printable, domain component and e-mail address ASCII. */
    private static int stringTag(String type) {
        return switch (type) {
            case "C", "serialNumber" -> DerWriter.PRINTABLE_STRING;
            case "DC", "emailAddress" -> DerWriter.IA5_STRING;
            default -> DerWriter.UTF8_STRING;
        };
    }

    public byte[] der() {
        return der.clone();
    }

    public List<Attribute> attributes() {
        return attributes;
    }

    public boolean isEmpty() {
        return attributes.isEmpty();
    }

    /** The values of all attributes of a type, {@code O} for example, in order. */
    public List<String> values(String type) {
        return attributes.stream()
                .filter(attribute -> attribute.type().equals(type))
                .map(Attribute::value)
                .toList();
    }

    /** The first common name. */
    public @Nullable String commonName() {
        List<String> names = values(COMMON_NAME);
        return names.isEmpty() ? null : names.get(0);
    }

    byte[] sharedDer() {
        return der;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DistinguishedName that && Arrays.equals(der, that.der);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(der);
    }

    /** {@code CN=…, O=…} in the order of the DER, for people: no value can look like an attribute more. */
    @Override
    public String toString() {
        return attributes.stream()
                .map(attribute -> attribute.type() + "="
                        + SPECIAL.matcher(attribute.value()).replaceAll("\\\\$0"))
                .collect(Collectors.joining(", "));
    }

    private static ProblemException bad(String message) {
        return ProblemException.of(ProblemType.BAD_CSR, message);
    }
}
