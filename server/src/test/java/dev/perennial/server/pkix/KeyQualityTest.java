package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.perennial.server.testing.TestCsrs;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The keys that are refused stand in the table of bad requests. */
class KeyQualityTest {
    @Test
    void checkRsa_ofSoundKey_passes() {
        RSAPublicKey key = (RSAPublicKey) TestCsrs.rsaKeyPair().getPublic();
        assertThatCode(() -> KeyQuality.checkRsa(key.getModulus(), key.getPublicExponent()))
                .doesNotThrowAnyException();
    }

    @Test
    void sqrt_isThePlatforms() {
        Random random = new Random(5);
        for (int i = 0; i < 3_000; i++) {
            BigInteger number = new BigInteger(1 + random.nextInt(4096), random).add(BigInteger.ONE);
            BigInteger square = number.multiply(number);
            assertThat(KeyQuality.sqrt(number)).isEqualTo(number.sqrt());
            assertThat(KeyQuality.sqrt(square)).isEqualTo(number);
            assertThat(KeyQuality.sqrt(square.add(number))).isEqualTo(number);
            assertThat(KeyQuality.sqrt(square.subtract(BigInteger.ONE).max(BigInteger.ONE)))
                    .isEqualTo(number.subtract(BigInteger.ONE).max(BigInteger.ONE));
        }
    }
}
