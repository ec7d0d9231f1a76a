package dev.perennial.server.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.problem.ProblemException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.Signature;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
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

    /** Its primes are not looked at, which would take seconds; these numbers are none. */
    @Test
    void keyThatIsTooLong_isRefusedForThat() throws IOException {
        BigInteger half = BigInteger.ONE.shiftLeft(8_191).add(BigInteger.ONE);
        RSAPrivateKey key =
                new RSAPrivateKey(half.multiply(half), BigInteger.valueOf(65_537), half, half, half, half, half, half);
        String pem = Pem.encode("RSA PRIVATE KEY", key.getEncoded());

        assertThatThrownBy(() -> SigningKey.ofPem(pem))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("must have 2048, 3072 or 4096 bits");
    }
}
