package dev.perennial.agent.key;

import java.util.Arrays;
import java.util.Optional;

/** The keys that a certificate may be for. */
public enum KeyType {
    EC_P256("ec-p256", "EC", "secp256r1", 0, "SHA256withECDSA"),
    EC_P384("ec-p384", "EC", "secp384r1", 0, "SHA384withECDSA"),
    RSA_2048("rsa-2048", "RSA", "", 2048, "SHA256withRSA"),
    RSA_3072("rsa-3072", "RSA", "", 3072, "SHA256withRSA"),
    RSA_4096("rsa-4096", "RSA", "", 4096, "SHA256withRSA"),
    ED25519("ed25519", "Ed25519", "", 0, "Ed25519");

    private final String word;
    private final String algorithm;
    private final String curve;
    private final int bits;
    private final String signature;

    KeyType(String word, String algorithm, String curve, int bits, String signature) {
        this.word = word;
        this.algorithm = algorithm;
        this.curve = curve;
        this.bits = bits;
        this.signature = signature;
    }

    /** The name in the configuration. */
    public String word() {
        return word;
    }

    public static Optional<KeyType> of(String word) {
        return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
    }

    String algorithm() {
        return algorithm;
    }

    String curve() {
        return curve;
    }

    int bits() {
        return bits;
    }

    String signature() {
        return signature;
    }
}
