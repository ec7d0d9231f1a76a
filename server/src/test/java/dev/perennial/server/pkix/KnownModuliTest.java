package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.SharedPrimes;
import dev.perennial.server.testing.TestCsrs;
import java.math.BigInteger;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownModuliTest {
    private static final SharedPrimes PRIMES = new SharedPrimes(17);
    private static final BigInteger SHARED = PRIMES.prime();
    private static final KeyPair ONE = SharedPrimes.key(SHARED, PRIMES.prime());
    private static final KeyPair OTHER = SharedPrimes.key(PRIMES.prime(), SHARED);
    private static final KeyPair SOUND = TestCsrs.rsaKeyPair();

    private final List<String> alarms = new ArrayList<>();
    private final KnownModuli moduli = new KnownModuli((refused, known) -> alarms.add(refused + " " + known));

    @Test
    void parsePem_ofKeyThatSharesAPrime_isRefusedAndToldWithBoth() {
        parse(ONE);
        parse(SOUND);

        assertThatThrownBy(() -> parse(OTHER))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.BAD_PUBLIC_KEY))
                .hasMessageContaining("both are suspect")
                .hasMessageContaining("new key");
        assertThat(alarms).containsExactly(TbsBuilder.key(OTHER) + " " + TbsBuilder.key(ONE));
    }

    @Test
    void parsePem_ofTheSameKeyAgain_passes() {
        for (int i = 0; i < 3; i++) {
            parse(ONE);
            parse(SOUND);
        }
        assertThat(alarms).isEmpty();
    }

    @Test
    void parsePem_ofOtherKinds_isNotAsked() {
        parse(ONE);
        parse(TestCsrs.keyPair());
        parse(TestCsrs.ed25519KeyPair());
        parse(TestCsrs.rsaKeyPair(3072));
        assertThat(alarms).isEmpty();
    }

    /** Else whoever knows another's public key could have it refused, by a multiple of its modulus. */
    @Test
    void parsePem_ofKeyThatDidNotSign_isNotRemembered() {
        String unsigned = CsrBuilder.with(SOUND)
                .names("www.example.com")
                .keyInfo(ONE.getPublic().getEncoded())
                .pem();
        assertThatThrownBy(() -> Pkcs10.parsePem(unsigned, moduli))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.BAD_SIGNATURE));
        parse(OTHER);
        assertThat(alarms).isEmpty();
    }

    /** What is refused is refused before its signature is looked at. */
    @Test
    void parsePem_ofUnsignedKeyThatSharesAPrime_isAWeakKeyFirst() {
        parse(ONE);
        String unsigned = CsrBuilder.with(SOUND)
                .names("www.example.com")
                .keyInfo(OTHER.getPublic().getEncoded())
                .pem();
        assertThatThrownBy(() -> Pkcs10.parsePem(unsigned, moduli))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.BAD_PUBLIC_KEY));
    }

    @Test
    void remember_beyondItsCapacity_forgetsTheOldest() {
        KnownModuli few = new KnownModuli(4, 2, (refused, known) -> alarms.add("shared"));
        SubjectPublicKey other = TbsBuilder.key(OTHER);
        few.remember(TbsBuilder.key(ONE));
        for (int i = 0; i < 3; i++) {
            few.remember(TbsBuilder.key(SharedPrimes.key(PRIMES.prime(), PRIMES.prime())));
            assertThatThrownBy(() -> few.check(other)).isInstanceOf(ProblemException.class);
        }
        few.remember(TbsBuilder.key(SharedPrimes.key(PRIMES.prime(), PRIMES.prime())));
        assertThatCode(() -> few.check(other)).doesNotThrowAnyException();
    }

    private void parse(KeyPair pair) {
        Pkcs10.parsePem(TestCsrs.p256(pair, "www.example.com"), moduli);
    }
}
