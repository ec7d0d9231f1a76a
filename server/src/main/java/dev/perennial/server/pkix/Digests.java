package dev.perennial.server.pkix;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digests by which DER is named. */
public final class Digests {
    private Digests() {}

    public static byte[] sha256(byte[] der) {
        return digest("SHA-256", der);
    }

    private static byte[] digest(String algorithm, byte[] der) {
        try {
            return MessageDigest.getInstance(algorithm).digest(der);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
