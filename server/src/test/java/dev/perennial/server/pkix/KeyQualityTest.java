package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.TestCsrs;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys that are refused stand in the table of bad requests. */
class KeyQualityTest {
    @Test
    void checkRsa_ofSoundKey_passes() {
        RSAPublicKey key = (RSAPublicKey) TestCsrs.rsaKeyPair().getPublic();
        assertThatCode(() -> KeyQuality.checkRsa(key.getModulus(), key.getPublicExponent()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 50, 98, 99})
    void checkRsa_ofPrimesThatFermatFindsInAHundredRounds_refuses(int round) {
        assertThatThrownBy(() -> KeyQuality.checkRsa(foundInRound(round), KeyQuality.EXPONENT))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("so close");
    }

    @Test
    void checkRsa_ofPrimesThatFermatFindsLater_passes() {
        assertThatCode(() -> KeyQuality.checkRsa(foundInRound(100), KeyQuality.EXPONENT))
                .doesNotThrowAnyException();
    }

    /** a² − b² of 2048 bits, without small factors, where Fermat's method comes to a in that round; the first is 0. */
    private static BigInteger foundInRound(int round) {
        Random random = new Random(round);
        while (true) {
            BigInteger a = new BigInteger(1024, random).setBit(1023).setBit(1022);
            BigInteger b = a.multiply(BigInteger.valueOf(2L * round + 1)).sqrt();
            BigInteger odd =
                    a.testBit(0) == b.testBit(0) ? b.subtract(BigInteger.ONE).abs() : b;
            BigInteger number = a.multiply(a).subtract(odd.multiply(odd));
            boolean exact = number.sqrt().add(BigInteger.ONE).equals(a.subtract(BigInteger.valueOf(round)));
            if (exact
                    && IntStream.range(3, 752)
                            .noneMatch(i -> number.mod(BigInteger.valueOf(i)).signum() == 0)) {
                return number;
            }
        }
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
