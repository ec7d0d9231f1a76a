package dev.perennial.server.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key-encryption key: what of secrets goes into the database is sealed with it (AES-256-GCM), so that a copy of the
 * database alone signs nothing. Sealed bytes are version, key id, nonce, ciphertext and tag. Safe for all threads.
 */
public final class SealKey {
    /** How many octets the key has, and its file. */
    public static final int OCTETS = 32;

    private static final byte VERSION = 1;
    private static final int ID_OCTETS = 8;
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_OCTETS = 16;
    private static final int HEADER_OCTETS = 1 + ID_OCTETS;

    private final SecretKeySpec key;
    private final byte[] digest;
    private final SecureRandom random;

    private SealKey(byte[] octets, SecureRandom random) {
        this.key = new SecretKeySpec(octets, "AES");
        this.digest = digestOf(octets);
        this.random = random;
    }

    /**
     * The key of the 32 octets that a file holds.
     *
     * @param random where the nonces come from
     * @throws IllegalArgumentException if there are not 32 of them
     */
    public static SealKey of(byte[] octets, SecureRandom random) {
        if (octets.length != OCTETS) {
            throw new IllegalArgumentException("a seal key has 32 octets, not " + octets.length);
        }
        return new SealKey(octets, random);
    }

    public static SealKey generate(SecureRandom random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return new SealKey(octets, random);
    }

    /** The 32 octets, to be written to the file that only the server reads. */
    public byte[] octets() {
        return key.getEncoded();
    }

    /** Lower hex that tells one seal key from another without telling anything about it. */
    public String fingerprint() {
        return HexFormat.of().formatHex(digest, 0, 16);
    }

    /** Seals; {@code purpose} says what it is and whose, and has to be the same when it is opened. */
    public byte[] seal(byte[] plaintext, String purpose) {
        byte[] nonce = new byte[NONCE_OCTETS];
        random.nextBytes(nonce);
        byte[] header = header();
        try {
            byte[] ciphertext =
                    cipher(Cipher.ENCRYPT_MODE, nonce, header, purpose).doFinal(plaintext);
            return ByteBuffer.allocate(header.length + nonce.length + ciphertext.length)
                    .put(header)
                    .put(nonce)
                    .put(ciphertext)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /** @throws SealException if it was not sealed with this key for this purpose, or was altered */
    public byte[] open(byte[] sealed, String purpose) {
        byte[] header = header();
        if (sealed.length < HEADER_OCTETS + NONCE_OCTETS + TAG_OCTETS || sealed[0] != VERSION) {
            throw new SealException("it is not sealed by any version that is known");
        }
        if (!MessageDigest.isEqual(header, Arrays.copyOf(sealed, HEADER_OCTETS))) {
            throw new SealException("it is sealed with another seal key than " + fingerprint());
        }
        byte[] nonce = Arrays.copyOfRange(sealed, HEADER_OCTETS, HEADER_OCTETS + NONCE_OCTETS);
        int start = HEADER_OCTETS + NONCE_OCTETS;
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, header, purpose).doFinal(sealed, start, sealed.length - start);
        } catch (AEADBadTagException e) {
            throw new SealException("it was altered, or sealed for something else");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /** Whether it was this key that sealed that; nothing is opened. */
    public boolean hasSealed(byte[] sealed) {
        return sealed.length > HEADER_OCTETS && MessageDigest.isEqual(header(), Arrays.copyOf(sealed, HEADER_OCTETS));
    }

    /** A key for MACs that is known to whoever holds this one; each purpose has its own. */
    public MacKey macKey(String purpose) {
        return MacKey.of(mac(key.getEncoded(), "perennial mac key: " + purpose));
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] header, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_OCTETS, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private byte[] header() {
        return ByteBuffer.allocate(HEADER_OCTETS)
                .put(VERSION)
                .put(digest, 0, ID_OCTETS)
                .array();
    }

    private static byte[] digestOf(byte[] octets) {
        return mac(octets, "perennial seal key");
    }

    private static byte[] mac(byte[] octets, String label) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(octets, "HmacSHA256"));
            return mac.doFinal(label.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "SealKey[" + fingerprint() + "]";
    }
}
