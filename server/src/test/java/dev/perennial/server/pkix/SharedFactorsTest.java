package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** By short primes: which moduli share a factor does not depend on how long they are. */
class SharedFactorsTest {
    private final Random random = new Random(23);

    @Test
    void among_fewOrSound_findsNothing() {
        BigInteger one = prime().multiply(prime());
        assertThat(SharedFactors.among(List.of())).isEmpty();
        assertThat(SharedFactors.among(List.of(one))).isEmpty();
        assertThat(SharedFactors.among(List.of(one, one, one))).isEmpty();
        assertThat(SharedFactors.among(sound(99))).isEmpty();
    }

    @Test
    void among_thousands_findsExactlyThoseThatShare() {
        List<BigInteger> moduli = sound(3_001);
        Set<BigInteger> planted = new HashSet<>();
        BigInteger shared = prime();
        for (int i = 0; i < 3; i++) {
            planted.add(shared.multiply(prime()));
        }
        // Both primes of one are those of others, and one divides another whole.
        BigInteger p = prime();
        BigInteger q = prime();
        planted.addAll(List.of(p.multiply(q), p.multiply(prime()), q.multiply(prime())));
        BigInteger whole = prime().multiply(prime());
        planted.addAll(List.of(whole, whole.multiply(prime())));
        moduli.addAll(planted);
        moduli.addAll(moduli.subList(0, 10));
        Collections.shuffle(moduli, random);

        assertThat(SharedFactors.among(moduli)).containsExactlyInAnyOrderElementsOf(planted);
    }

    @Test
    void among_allSizesOfTrees_isTheSameAsEachPair() {
        for (int size = 2; size < 20; size++) {
            List<BigInteger> moduli = sound(size - 2);
            BigInteger shared = prime();
            moduli.add(shared.multiply(prime()));
            moduli.add(0, shared.multiply(prime()));
            assertThat(SharedFactors.among(moduli)).containsExactly(moduli.get(0), moduli.get(size - 1));
        }
    }

    private List<BigInteger> sound(int count) {
        List<BigInteger> moduli = new ArrayList<>();
        Set<BigInteger> primes = new HashSet<>();
        while (moduli.size() < count) {
            BigInteger p = prime();
            BigInteger q = prime();
            if (primes.add(p) && primes.add(q)) {
                moduli.add(p.multiply(q));
            }
        }
        return moduli;
    }

    private BigInteger prime() {
        return BigInteger.probablePrime(96, random);
    }
}
