package dev.perennial.server.vault;

import dev.perennial.server.pkix.KeyKind;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** Makes key pairs of the kinds that we take. */
public final class KeyPairs {
    private KeyPairs() {}

    public static KeyPair generate(KeyKind kind, SecureRandom random) {
        try {
            KeyPairGenerator generator =
                    KeyPairGenerator.getInstance(kind.family().javaName());
            generator.initialize(parameters(kind), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no provider makes keys of kind " + kind.word(), e);
        }
    }

    private static AlgorithmParameterSpec parameters(KeyKind kind) {
        return switch (kind) {
            case RSA_2048, RSA_3072, RSA_4096 -> new RSAKeyGenParameterSpec(kind.bits(), RSAKeyGenParameterSpec.F4);
            case EC_P256 -> new ECGenParameterSpec("secp256r1");
            case EC_P384 -> new ECGenParameterSpec("secp384r1");
            case ED25519 -> NamedParameterSpec.ED25519;
        };
    }
}
