package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the moduli among many that share a factor with another one (batch GCD by trees of products and remainders, as
 * Heninger et al., "Mining your Ps and Qs", 2012). Costs far less than asking each pair; still seconds for thousands, so
 * it is for a worker.
 */
public final class SharedFactors {
    private SharedFactors() {}

    /**
     * A place in the tree.
     *
     * @param product of all moduli below
     * @param others the sum, over all moduli below, of the product of the other ones
     */
    private record Node(BigInteger product, BigInteger others) {
        Node and(Node right) {
            return new Node(
                    product.multiply(right.product),
                    others.multiply(right.product).add(right.others.multiply(product)));
        }
    }

    /** Those that share a factor with another one, in the order given. The same modulus again is no other one. */
    public static Set<BigInteger> among(Collection<BigInteger> moduli) {
        List<BigInteger> different = List.copyOf(new LinkedHashSet<>(moduli));
        Set<BigInteger> shared = new LinkedHashSet<>();
        if (different.size() < 2) {
            return shared;
        }
        List<BigInteger> remainders = remainders(tree(different));
        for (int i = 0; i < different.size(); i++) {
            if (!remainders.get(i).gcd(different.get(i)).equals(BigInteger.ONE)) {
                shared.add(different.get(i));
            }
        }
        return shared;
    }

    /** From the leaves, a level joins the neighbours of the one before; the last is the root alone. */
    private static List<List<Node>> tree(List<BigInteger> moduli) {
        List<List<Node>> levels = new ArrayList<>();
        List<Node> level = moduli.stream()
                .map(modulus -> new Node(modulus, BigInteger.ONE))
                .toList();
        while (true) {
            levels.add(level);
            if (level.size() == 1) {
                return levels;
            }
            List<Node> next = new ArrayList<>((level.size() + 1) / 2);
            for (int i = 0; i < level.size(); i += 2) {
                next.add(i + 1 < level.size() ? level.get(i).and(level.get(i + 1)) : level.get(i));
            }
            level = next;
        }
    }

    /**
     * Down the tree: the root's sum modulo each product, and modulo each modulus at last. Of the sum only one term is not a
     * multiple of the modulus, so that what is left is the product of all others.
     */
    private static List<BigInteger> remainders(List<List<Node>> levels) {
        List<BigInteger> above = List.of(levels.get(levels.size() - 1).get(0).others());
        for (int depth = levels.size() - 2; depth >= 0; depth--) {
            List<Node> level = levels.get(depth);
            List<BigInteger> next = new ArrayList<>(level.size());
            for (int i = 0; i < level.size(); i++) {
                next.add(above.get(i / 2).mod(level.get(i).product()));
            }
            above = next;
        }
        return above;
    }
}
