package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Refuses keys that are known to be breakable, in well under a millisecond and before any signature is verified. */
final class KeyQuality {
    static final BigInteger EXPONENT = BigInteger.valueOf(65537);

    private static final int FERMAT_ROUNDS = 100;

    private static final int[] SMALL_PRIMES = primesBelow(752);

    /** The primes of the ROCA fingerprint (Nemec et al., 2017), 3 to 167. */
    private static final int[] ROCA_PRIMES = Arrays.copyOfRange(primesBelow(168), 1, 39);

    private static final List<boolean[]> ROCA_SUBGROUPS =
            Arrays.stream(ROCA_PRIMES).mapToObj(KeyQuality::powersOfExponent).toList();

    /** Moduli for which few residues are squares: together they let one number in some two thousand through. */
    private static final int[] SQUARE_MODULI = {64, 63, 65, 11, 17, 19, 23, 29};

    private static final List<boolean[]> SQUARES =
            Arrays.stream(SQUARE_MODULI).mapToObj(KeyQuality::squaresModulo).toList();

    private KeyQuality() {}

    /** @throws ProblemException {@code badPublicKey}, saying which test it failed */
    static void checkRsa(BigInteger modulus, BigInteger exponent) {
        if (!isOfSize(modulus)) {
            throw weak("The RSA key has " + modulus.bitLength() + " bits; make one of 2048, 3072 or 4096.");
        }
        if (!exponent.equals(EXPONENT)) {
            throw weak("The RSA key's public exponent is not 65537.");
        }
        if (!modulus.testBit(0) || hasSmallFactor(modulus)) {
            throw weak("The RSA key's modulus has a small factor; make a new key.");
        }
        if (isRoca(modulus)) {
            throw weak("The RSA key was made by a library with a broken generator (ROCA, CVE-2017-15361);"
                    + " make a new key elsewhere.");
        }
        if (hasClosePrimes(modulus)) {
            throw weak("The RSA key's primes are so close that it can be factored (CVE-2022-26320); make a new key.");
        }
    }

    static boolean isOfSize(BigInteger modulus) {
        int bits = modulus.bitLength();
        return modulus.signum() > 0 && (bits == 2048 || bits == 3072 || bits == 4096);
    }

    private static boolean hasSmallFactor(BigInteger modulus) {
        // Three primes below 752 fit into one int, and a remainder by an int costs a fraction of one by more.
        for (int i = 0; i < SMALL_PRIMES.length; i += 3) {
            int last = Math.min(i + 3, SMALL_PRIMES.length);
            int product = 1;
            for (int j = i; j < last; j++) {
                product *= SMALL_PRIMES[j];
            }
            int residue = residue(modulus, product);
            for (int j = i; j < last; j++) {
                if (residue % SMALL_PRIMES[j] == 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Primes of the broken library are powers of 65537 modulo every small prime, and so is their product. */
    private static boolean isRoca(BigInteger modulus) {
        for (int i = 0; i < ROCA_PRIMES.length; i++) {
            if (!ROCA_SUBGROUPS.get(i)[residue(modulus, ROCA_PRIMES[i])]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Fermat's method: looks for a with a² − n a square, from ⌈√n⌉ on. Candidates are sieved by their residues, so that
     * nearly all rounds cost a few small multiplications.
     */
    private static boolean hasClosePrimes(BigInteger modulus) {
        BigInteger root = sqrt(modulus);
        BigInteger start = root.multiply(root).equals(modulus) ? root : root.add(BigInteger.ONE);
        int[] startResidues = residues(start);
        int[] modulusResidues = residues(modulus);
        for (int round = 0; round < FERMAT_ROUNDS; round++) {
            if (mayBeSquare(startResidues, modulusResidues, round)) {
                BigInteger a = start.add(BigInteger.valueOf(round));
                BigInteger difference = a.multiply(a).subtract(modulus);
                BigInteger b = difference.sqrt();
                if (b.multiply(b).equals(difference)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * ⌊√n⌋ of a positive number by Newton's method with a precision that doubles in each step (as CPython's isqrt):
     * {@link BigInteger#sqrt} works with full precision throughout and takes several times as long.
     */
    static BigInteger sqrt(BigInteger number) {
        int halfBits = (number.bitLength() - 1) / 2;
        BigInteger root = BigInteger.ONE;
        int precision = 0;
        for (int shift = 31 - Integer.numberOfLeadingZeros(halfBits); shift >= 0; shift--) {
            int previous = precision;
            precision = halfBits >> shift;
            root = root.shiftLeft(precision - previous - 1)
                    .add(number.shiftRight(2 * halfBits - previous - precision + 1)
                            .divide(root));
        }
        return root.multiply(root).compareTo(number) > 0 ? root.subtract(BigInteger.ONE) : root;
    }

    private static boolean mayBeSquare(int[] startResidues, int[] modulusResidues, int round) {
        for (int i = 0; i < SQUARE_MODULI.length; i++) {
            int a = startResidues[i] + round;
            if (!SQUARES.get(i)[Math.floorMod(a * a - modulusResidues[i], SQUARE_MODULI[i])]) {
                return false;
            }
        }
        return true;
    }

    private static int[] residues(BigInteger number) {
        return Arrays.stream(SQUARE_MODULI)
                .map(modulus -> residue(number, modulus))
                .toArray();
    }

    private static int residue(BigInteger number, int modulus) {
        return number.mod(BigInteger.valueOf(modulus)).intValue();
    }

    private static boolean[] squaresModulo(int modulus) {
        boolean[] squares = new boolean[modulus];
        for (int i = 0; i < modulus; i++) {
            squares[i * i % modulus] = true;
        }
        return squares;
    }

    private static boolean[] powersOfExponent(int prime) {
        boolean[] powers = new boolean[prime];
        int power = 1;
        do {
            powers[power] = true;
            power = power * (65537 % prime) % prime;
        } while (power != 1);
        return powers;
    }

    private static int[] primesBelow(int limit) {
        return IntStream.range(2, limit)
                .filter(n -> IntStream.range(2, n).allMatch(divisor -> n % divisor != 0))
                .toArray();
    }

    static ProblemException weak(String message) {
        return ProblemException.of(ProblemType.BAD_PUBLIC_KEY, message);
    }
}
