package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A certificate's serial number: positive and at most 20 octets (RFC 5280 §4.1.2.2). Its text is lower hex with an even
 * number of digits, as OpenSSL counts them.
 *
 * @param value the number itself
 */
public record SerialNumber(BigInteger value) {
    private static final int RANDOM_OCTETS = 16;
    private static final int MAX_OCTETS = 20;

    /** @throws IllegalArgumentException if it is not positive or longer than 20 octets */
    public SerialNumber {
        if (value.signum() <= 0 || value.bitLength() > 8 * MAX_OCTETS - 1) {
            throw new IllegalArgumentException("not a positive serial number of at most 20 octets");
        }
    }

    /** 128 bits of the generator, so that no serial number tells anything about another (CA/B BR §7.1 asks for 64). */
    public static SerialNumber random(SecureRandom random) {
        byte[] octets = new byte[RANDOM_OCTETS];
        BigInteger value;
        do {
            random.nextBytes(octets);
            value = new BigInteger(1, octets);
        } while (value.signum() == 0);
        return new SerialNumber(value);
    }

    /** @throws IllegalArgumentException if it is not hex, not positive or longer than 20 octets */
    public static SerialNumber ofHex(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT));
        return new SerialNumber(new BigInteger(1, octets));
    }

    public String hex() {
        byte[] octets = value.toByteArray();
        // The sign bit may have taken an octet of its own.
        return HexFormat.of().formatHex(octets, octets[0] == 0 ? 1 : 0, octets.length);
    }

    @Override
    public String toString() {
        return hex();
    }
}
