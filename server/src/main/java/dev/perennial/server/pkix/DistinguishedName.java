package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An X.501 name: the DER as it was or will be signed, and its attributes as text. Equal if the DER is. */
public final class DistinguishedName {
    private static final String COMMON_NAME = "CN";
    private static final String COUNTRY = "C";
    private static final int LONGEST_COMMON_NAME = 64;
    private static final int LONGEST_VALUE = 255;

    /** What a reader of the text could take for the end of a value, or for another attribute (RFC 4514 §2.4). */
    private static final Pattern SPECIAL = Pattern.compile("[,=+<>;\"\\\\]|^[ #]| $");

    private static final Map<String, String> OIDS = Map.ofEntries(
            Map.entry(COMMON_NAME, "2.5.4.3"),
            Map.entry("SN", "2.5.4.4"),
            Map.entry("serialNumber", "2.5.4.5"),
            Map.entry(COUNTRY, "2.5.4.6"),
            Map.entry("L", "2.5.4.7"),
            Map.entry("ST", "2.5.4.8"),
            Map.entry("STREET", "2.5.4.9"),
            Map.entry("postalCode", "2.5.4.17"),
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
     * A name of these attributes, each alone in its RDN, in this order: one that is to stand in a certificate.
     *
     * @throws ProblemException {@code badCSR} if one has a type without a word here, or a value that may not be (RFC 5280,
     *     appendix A.1)
     */
    public static DistinguishedName of(List<Attribute> attributes) {
        List<byte[]> names = new ArrayList<>();
        for (Attribute attribute : attributes) {
            String oid = OIDS.get(attribute.type());
            if (oid == null) {
                throw bad("The subject attribute " + NameSyntax.quote(attribute.type()) + " is not one we certify.");
            }
            checkValue(attribute);
            checkCertifiable(oid, attribute);
            byte[] value = DerWriter.text(stringTag(attribute.type()), attribute.value());
            names.add(DerWriter.element(DerReader.SET, DerWriter.sequence(DerWriter.oid(oid), value)));
        }
        DistinguishedName name = new DistinguishedName(DerWriter.sequence(names), List.copyOf(attributes));
        for (String once : List.of(COMMON_NAME, COUNTRY)) {
            if (name.values(once).size() > 1) {
                throw bad("The subject attribute " + once + " is there more than once.");
            }
        }
        return name;
    }

    /** What the lint would refuse to sign: said before, to whoever chose the value. */
    private static void checkCertifiable(String oid, Attribute attribute) {
        String value = attribute.value();
        int longest = AttributeBounds.longest(oid);
        if (value.codePointCount(0, value.length()) > longest) {
            throw bad("The subject attribute " + attribute.type() + " has more than " + longest + " characters.");
        }
        boolean fits =
                switch (attribute.type()) {
                    case COUNTRY -> AttributeBounds.isCountryCode(value);
                    case "serialNumber" -> AttributeBounds.hasPrintableCharacters(value);
                    case "DC" -> DnsRules.isLabel(value);
                    case "emailAddress" -> value.chars().allMatch(c -> c < 0x80);
                    default -> true;
                };
        if (!fits) {
            throw bad("The subject attribute " + attribute.type() + " cannot be "
                    + NameSyntax.quote(value) + ": a country has two letters, a serial number printable characters, a"
                    + " domain component one label, an e-mail address ASCII.");
        }
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

    /**
     * Its relative names, each a set of its attributes in the form in which verifiers compare them (RFC 5280 §7.1): white
     * space single, ASCII letters small.
     */
    List<Set<String>> relativeNames() {
        List<Set<String>> names = new ArrayList<>();
        DerReader list = DerReader.over(der).enter(DerReader.SEQUENCE);
        int next = 0;
        while (list.hasMore()) {
            Set<String> name = new HashSet<>();
            DerReader relative = list.enter(DerReader.SET);
            while (relative.hasMore()) {
                relative.element();
                Attribute attribute = attributes.get(next++);
                name.add(attribute.type() + "=" + compared(attribute.value()));
            }
            names.add(name);
        }
        return names;
    }

    private static String compared(String value) {
        StringBuilder compared = new StringBuilder();
        value.strip()
                .replaceAll("\\s+", " ")
                .chars()
                .forEach(c -> compared.append((char) (c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c)));
        return compared.toString();
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
