package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** GeneralNames (RFC 5280 §4.2.1.6), of which only dns, IP, e-mail and URI names pass. */
final class GeneralNames {
    static final int MAX_NAMES = 100;

    static final int EMAIL = 0x81;
    static final int DNS = 0x82;
    static final int URI = 0x86;
    static final int IP = 0x87;

    private GeneralNames() {}

    /** The names, each once, sorted. */
    static List<Identifier> read(byte[] der) {
        DerLimits.check(der);
        DerReader names = DerReader.over(der).enterNonEmpty(DerReader.SEQUENCE);
        TreeSet<Identifier> identifiers = new TreeSet<>();
        int count = 0;
        while (names.hasMore()) {
            if (++count > MAX_NAMES) {
                throw bad("There are more than " + MAX_NAMES + " subject alternative names.");
            }
            identifiers.add(readOne(names));
        }
        return List.copyOf(identifiers);
    }

    private static Identifier readOne(DerReader names) {
        int tag = names.nextTag();
        byte[] content = names.content(tag);
        return switch (tag) {
            case EMAIL -> Identifier.email(ascii(content));
            case DNS -> Identifier.dns(ascii(content));
            case URI -> Identifier.uri(ascii(content));
            case IP -> Identifier.ip(IpAddress.text(content));
            default ->
                throw bad("A subject alternative name is of type " + typeName(tag)
                        + "; only dns, ip, email and uri names are certified.");
        };
    }

    static byte[] write(Collection<Identifier> identifiers) {
        List<byte[]> names = new ArrayList<>(identifiers.size());
        for (Identifier identifier : identifiers) {
            names.add(
                    switch (identifier.type()) {
                        case DNS -> DerWriter.text(DNS, identifier.value());
                        case IP -> DerWriter.element(IP, identifier.address());
                        case EMAIL -> DerWriter.text(EMAIL, identifier.value());
                        case URI -> DerWriter.text(URI, identifier.value());
                    });
        }
        return DerWriter.sequence(names);
    }

    private static String ascii(byte[] content) {
        // Bytes beyond ASCII become characters beyond ASCII, which no syntax of names lets through.
        return new String(content, StandardCharsets.ISO_8859_1);
    }

    private static String typeName(int tag) {
        return switch (tag) {
            case 0xa0 -> "otherName";
            case 0xa3 -> "x400Address";
            case 0xa4 -> "directoryName";
            case 0xa5 -> "ediPartyName";
            case 0x88 -> "registeredID";
            default -> String.format("%02x, which is none", tag);
        };
    }

    private static ProblemException bad(String message) {
        return ProblemException.of(ProblemType.BAD_CSR, message);
    }
}
