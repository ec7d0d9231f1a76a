package dev.perennial.server.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.pkix.KeyKind;
import java.security.SecureRandom;
import java.security.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SigningKeyTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SealKey sealKey = SealKey.generate(RANDOM);

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void open_ofSealedKey_signsAsBefore(KeyKind kind) throws Exception {
        SigningKey key = SigningKey.generate(kind, RANDOM);
        assertThat(key.publicKey().kind()).isEqualTo(kind);

        SigningKey opened = SigningKey.open(key.seal(sealKey, "ca 1"), sealKey, "ca 1", key.publicKey());

        byte[] message = {1, 2, 3};
        Signature verifier = key.algorithm().newSignature();
        verifier.initVerify(key.publicKey().publicKey());
        verifier.update(message);
        assertThat(verifier.verify(opened.sign(message))).isTrue();
    }

    @Test
    void open_asAnotherKey_fails() {
        SigningKey key = SigningKey.generate(KeyKind.EC_P256, RANDOM);
        byte[] sealed = key.seal(sealKey, "ca 1");
        SigningKey same = SigningKey.generate(KeyKind.EC_P256, RANDOM);
        SigningKey other = SigningKey.generate(KeyKind.ED25519, RANDOM);
        assertThatThrownBy(() -> SigningKey.open(sealed, sealKey, "ca 1", same.publicKey()))
                .isInstanceOf(SealException.class);
        assertThatThrownBy(() -> SigningKey.open(sealed, sealKey, "ca 1", other.publicKey()))
                .isInstanceOf(SealException.class);
    }
}
