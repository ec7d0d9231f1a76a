package dev.perennial.server.testing;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** Sound PKCS#10 as PEM. Names are DNS names, or {@code ip:192.0.2.1}, {@code email:…}, {@code uri:…}. */
public final class TestCsrs {
    private static final KeyPair RSA = rsaKeyPair(2048);

    private TestCsrs() {}

    /** For a fresh P-256 key. */
    public static String p256(String... names) {
        return p256(keyPair(), names);
    }

    public static String p256(KeyPair keyPair, String... names) {
        return CsrBuilder.with(keyPair).names(names).pem();
    }

    public static String p384(String... names) {
        return p256(ecKeyPair("secp384r1"), names);
    }

    public static String ed25519(String... names) {
        return p256(ed25519KeyPair(), names);
    }

    /** For an RSA key with 2048 bits, the same one in all of a run. */
    public static String rsa2048(String... names) {
        return p256(RSA, names);
    }

    /** As old clients make them: the name in the subject, no extension. */
    public static String commonNameOnly(String commonName) {
        return CsrBuilder.with(keyPair()).subject("CN=" + commonName).pem();
    }

    /** With a subject as {@code CN=jane,O=developers}, and these names. */
    public static String withSubject(KeyPair keyPair, String subject, String... names) {
        CsrBuilder builder = CsrBuilder.with(keyPair).subject(subject);
        return (names.length == 0 ? builder : builder.names(names)).pem();
    }

    /** A fresh P-256 key pair. */
    public static KeyPair keyPair() {
        return ecKeyPair("secp256r1");
    }

    public static KeyPair rsaKeyPair() {
        return RSA;
    }

    public static KeyPair ecKeyPair(String curve) {
        return generate("EC", new ECGenParameterSpec(curve));
    }

    public static KeyPair rsaKeyPair(int bits) {
        return generate("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
    }

    public static KeyPair ed25519KeyPair() {
        return generate("Ed25519", null);
    }

    static KeyPair generate(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (parameters != null) {
                generator.initialize(parameters);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
