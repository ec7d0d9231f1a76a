package dev.perennial.server.pkix;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digests by which DER is named. */
public final class Digests {
    private Digests() {}

    public static byte[] sha256(byte[] der) {
        return digest("SHA-256", der);
    }

    /** Only for names that others have made with it, as those of issuers and responders (RFC 6960 §4.1.1, §4.2.1). */
    public static byte[] sha1(byte[] octets) {
        return digest("SHA-1", octets);
    }

    static byte[] digest(String algorithm, byte[] der) {
        try {
            return MessageDigest.getInstance(algorithm).digest(der);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
