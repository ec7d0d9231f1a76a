package dev.perennial.server.pkix;

import java.util.Optional;
import java.util.stream.Stream;

/** The kinds of keys that we take in requests and make ourselves; there are no others. */
public enum KeyKind {
    RSA_2048("rsa-2048", Family.RSA, 2048, SignatureAlgorithm.RSA_SHA256),
    RSA_3072("rsa-3072", Family.RSA, 3072, SignatureAlgorithm.RSA_SHA256),
    RSA_4096("rsa-4096", Family.RSA, 4096, SignatureAlgorithm.RSA_SHA256),
    EC_P256("ec-p256", Family.EC, 256, SignatureAlgorithm.ECDSA_SHA256),
    EC_P384("ec-p384", Family.EC, 384, SignatureAlgorithm.ECDSA_SHA384),
    ED25519("ed25519", Family.ED25519, 255, SignatureAlgorithm.ED25519);

    /** What a signature algorithm can be used with. */
    public enum Family {
        RSA("RSA"),
        EC("EC"),
        ED25519("Ed25519");

        private final String javaName;

        Family(String javaName) {
            this.javaName = javaName;
        }

        /** The algorithm's name for {@code java.security.KeyFactory} and {@code KeyPairGenerator}. */
        public String javaName() {
            return javaName;
        }
    }

    private final String word;
    private final Family family;
    private final int bits;
    private final SignatureAlgorithm signatureAlgorithm;

    KeyKind(String word, Family family, int bits, SignatureAlgorithm signatureAlgorithm) {
        this.word = word;
        this.family = family;
        this.bits = bits;
        this.signatureAlgorithm = signatureAlgorithm;
    }

    /** The kind of that word. */
    public static Optional<KeyKind> of(String word) {
        return Stream.of(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    /** The kind's word in configurations and messages, {@code ec-p256}. */
    public String word() {
        return word;
    }

    public Family family() {
        return family;
    }

    public int bits() {
        return bits;
    }

    /** The algorithm that a CA with such a key signs with. */
    public SignatureAlgorithm signatureAlgorithm() {
        return signatureAlgorithm;
    }
}
