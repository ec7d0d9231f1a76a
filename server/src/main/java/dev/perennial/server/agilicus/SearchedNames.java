package dev.perennial.server.agilicus;

import dev.perennial.server.csr.InventoryFilter;
import dev.perennial.server.csr.InventoryFilter.Name;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.SerialNumber;
import dev.perennial.server.problem.ProblemException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Names and numbers as people write them into a search, brought into the form in which they are stored. */
final class SearchedNames {
    private SearchedNames() {}

    /** With its type in front or without; what is no name of any type may still be a common name. */
    static Name name(String text) {
        Identifier typed = tried(() -> Identifier.parse(text));
        return new Name(
                text,
                typed != null
                        ? typed
                        : Stream.of(Identifier.Type.values())
                                .flatMap(type -> Stream.ofNullable(tried(() -> new Identifier(type, text))))
                                .findFirst()
                                .orElse(null));
    }

    private interface Reading {
        Identifier read();
    }

    private static @Nullable Identifier tried(Reading reading) {
        try {
            return reading.read();
        } catch (ProblemException e) {
            return null;
        }
    }

    static String part(String text) {
        if (text.codePointCount(0, text.length()) < InventoryFilter.SHORTEST_PART) {
            throw InventoryQueries.wrong(
                    "name_contains", "at least 3 characters; a whole name is searched for with name");
        }
        return text;
    }

    /** Hexadecimal as it is usually written: {@code 0x}, colons or spaces, capitals and leading zeros do not count. */
    static String serial(String text) {
        String digits = hex(text).replaceFirst("^0+(?=.)", "");
        try {
            return SerialNumber.ofHex(digits.length() % 2 == 0 ? digits : "0" + digits)
                    .hex();
        } catch (IllegalArgumentException e) {
            throw InventoryQueries.wrong("serial_number", "a serial number in hexadecimal, at most 20 octets");
        }
    }

    static byte[] sha256(String parameter, String text) {
        try {
            byte[] digest = HexFormat.of().parseHex(hex(text));
            if (digest.length == 32) {
                return digest;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for another length.
        }
        throw InventoryQueries.wrong(parameter, "a SHA-256 in hexadecimal, 64 digits");
    }

    private static String hex(String text) {
        return text.toLowerCase(Locale.ROOT).replaceFirst("^(0x|sha256:)", "").replaceAll("[: ]", "");
    }
}
