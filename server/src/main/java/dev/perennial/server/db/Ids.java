package dev.perennial.server.db;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Makes ids: 22 base62 characters of 128 random bits, never reused and not to be guessed. Thread-safe. */
public final class Ids {
    private static final char[] ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
    private static final int LENGTH = 22;

    private final SecureRandom random;

    public Ids(SecureRandom random) {
        this.random = random;
    }

    public String next() {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return base62(bits);
    }

    /** 256 random bits as 44 base62 characters: what a secret token is made of. */
    public String secret() {
        return next() + next();
    }

    /** Long division by 62, two 64-bit halves at a time: BigInteger would cost a tenth of an issuance. */
    private static String base62(byte[] bits) {
        ByteBuffer halves = ByteBuffer.wrap(bits);
        long high = halves.getLong();
        long low = halves.getLong();
        char[] text = new char[LENGTH];
        for (int place = LENGTH - 1; place >= 0; place--) {
            long remainder = Long.remainderUnsigned(high, 62);
            high = Long.divideUnsigned(high, 62);
            // The low half carries the remainder in its top: divided in two 32-bit steps, so that it fits a long.
            long upper = (remainder << 32) | (low >>> 32);
            long lower = (Long.remainderUnsigned(upper, 62) << 32) | (low & 0xffffffffL);
            low = (Long.divideUnsigned(upper, 62) << 32) | Long.divideUnsigned(lower, 62);
            text[place] = ALPHABET[(int) Long.remainderUnsigned(lower, 62)];
        }
        return new String(text);
    }
}
