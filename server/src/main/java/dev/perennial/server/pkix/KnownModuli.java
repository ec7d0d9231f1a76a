package dev.perennial.server.pkix;

import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The RSA keys that were proven last, so that a key is refused that shares a prime with one of them: whoever has both
 * public keys can compute both private ones. Bounded, and in memory only: {@link SharedFactors} looks at all keys there
 * are. Only keys whose holder signed with them come in, else anybody could have another's key refused by a multiple of its
 * modulus. Thread-safe; a check takes less than a millisecond.
 */
public final class KnownModuli {
    /** Of 2048 bits; 75 of 3072 and 32 of 4096, so that a check costs about the same. */
    private static final int CAPACITY = 256;

    private static final int GROUP = 16;

    /** By kind: the primes of keys of different sizes have different sizes too. */
    private final Map<KeyKind, List<Group>> known = new ConcurrentHashMap<>();

    private final int capacity;
    private final int groupSize;
    private final BiConsumer<SubjectPublicKey, SubjectPublicKey> alarm;

    /** @param alarm told of the key that was refused, and of the known one that is as weak */
    public KnownModuli(BiConsumer<SubjectPublicKey, SubjectPublicKey> alarm) {
        this(CAPACITY, GROUP, alarm);
    }

    KnownModuli(int capacity, int groupSize, BiConsumer<SubjectPublicKey, SubjectPublicKey> alarm) {
        this.capacity = capacity;
        this.groupSize = groupSize;
        this.alarm = alarm;
    }

    /**
     * Keys that came after each other, with the product of their moduli.
     *
     * @param limbs the product in pieces of a modulus' length, the lowest first: a long division costs far
     *     more than the multiplications that it takes to put the remainder together from the pieces
     */
    private record Group(List<SubjectPublicKey> keys, BigInteger product, List<BigInteger> limbs) {
        static final Group NONE = new Group(List.of(), BigInteger.ONE, List.of());

        Group with(SubjectPublicKey key) {
            int bits = key.kind().bits();
            BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
            List<SubjectPublicKey> more = new ArrayList<>(keys);
            more.add(key);
            BigInteger longer = product.multiply(key.modulus());
            List<BigInteger> pieces = new ArrayList<>();
            for (BigInteger rest = longer; rest.signum() > 0; rest = rest.shiftRight(bits)) {
                pieces.add(rest.and(mask));
            }
            return new Group(List.copyOf(more), longer, pieces);
        }

        BigInteger modulo(BigInteger modulus, List<BigInteger> powers) {
            BigInteger sum = BigInteger.ZERO;
            for (int i = 0; i < limbs.size(); i++) {
                sum = sum.add(limbs.get(i).multiply(powers.get(i)));
            }
            return sum.mod(modulus);
        }
    }

    /** @throws ProblemException {@code badPublicKey} if it is an RSA key that shares a prime with another one */
    void check(SubjectPublicKey key) {
        List<Group> groups = known.getOrDefault(key.kind(), List.of());
        if (groups.isEmpty() || isAmong(groups, key)) {
            return;
        }
        BigInteger modulus = key.modulus();
        List<BigInteger> powers = powers(key, groups.get(0).limbs().size());
        BigInteger all = BigInteger.ONE;
        for (Group group : groups) {
            all = all.multiply(group.modulo(modulus, powers)).mod(modulus);
        }
        if (!all.gcd(modulus).equals(BigInteger.ONE)) {
            throw refusal(key, groups);
        }
    }

    /** What each limb of a group counts for, modulo the key's; none has more than the oldest group. */
    private static List<BigInteger> powers(SubjectPublicKey key, int limbs) {
        List<BigInteger> powers = new ArrayList<>(limbs);
        BigInteger limb = BigInteger.ONE.shiftLeft(key.kind().bits()).mod(key.modulus());
        BigInteger power = BigInteger.ONE;
        while (powers.size() < limbs) {
            powers.add(power);
            power = power.multiply(limb).mod(key.modulus());
        }
        return powers;
    }

    private ProblemException refusal(SubjectPublicKey key, List<Group> groups) {
        groups.stream()
                .flatMap(group -> group.keys().stream())
                .filter(other -> !other.modulus().gcd(key.modulus()).equals(BigInteger.ONE))
                .forEach(other -> alarm.accept(key, other));
        return KeyQuality.weak("The RSA key shares a prime factor with another key that was used here, so that both can"
                + " be computed and both are suspect; the generator had too little randomness. Make a new key on a"
                + " machine with a good source of it, and replace every other key that was made on this one.");
    }

    /** Its holder has signed with it. */
    void remember(SubjectPublicKey key) {
        if (key.kind().family() == KeyKind.Family.RSA) {
            known.compute(
                    key.kind(),
                    (kind, groups) -> groups != null && isAmong(groups, key)
                            ? groups
                            : with(groups == null ? List.of() : groups, key));
        }
    }

    private List<Group> with(List<Group> groups, SubjectPublicKey key) {
        double shorter = 2048.0 / key.kind().bits();
        int size = (int) (groupSize * shorter);
        List<Group> next = new ArrayList<>(groups);
        Group last = Group.NONE;
        if (!next.isEmpty() && next.get(next.size() - 1).keys().size() < size) {
            last = next.remove(next.size() - 1);
        }
        next.add(last.with(key));
        // The oldest go together: a product is not divided again.
        return List.copyOf(next.size() * size > capacity * Math.pow(shorter, 3) ? next.subList(1, next.size()) : next);
    }

    private static boolean isAmong(List<Group> groups, SubjectPublicKey key) {
        for (Group group : groups) {
            if (group.keys().contains(key)) {
                return true;
            }
        }
        return false;
    }
}
