package dev.perennial.server.vault;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for HMAC-SHA-256, by which the servers of one database know again what one of them has given out. It comes from
 * {@link SealKey#macKey} and is written down nowhere, or only sealed. Safe for all threads.
 */
public final class MacKey {
    private static final String ALGORITHM = "HmacSHA256";

    /** How many octets a tag has. */
    public static final int TAG_OCTETS = 32;

    private final SecretKeySpec key;

    private MacKey(byte[] octets) {
        this.key = new SecretKeySpec(octets, ALGORITHM);
    }

    static MacKey of(byte[] octets) {
        return new MacKey(octets);
    }

    /** Opens what {@link #seal} made; fails with {@link SealException}. */
    public static MacKey open(byte[] sealed, SealKey sealKey, String purpose) {
        return of(sealKey.open(sealed, purpose));
    }

    /** Sealed, to be known after the seal key that it came from is gone; the purpose has to be the same at opening. */
    public byte[] seal(SealKey sealKey, String purpose) {
        return sealKey.seal(key.getEncoded(), purpose);
    }

    public byte[] tag(byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    /** Whether the tag is this key's of that message, in a time that tells nothing about how much of it fits. */
    public boolean verifies(byte[] message, byte[] tag) {
        return MessageDigest.isEqual(tag(message), tag);
    }
}
