package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** Checks points as they stand in keys: on the curve, not at infinity, not of small order. */
final class CurvePoints {
    private static final Curve P256 = new Curve(
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16),
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16));

    private static final Curve P384 = new Curve(
            new BigInteger(
                    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
                            + "ffffffff0000000000000000ffffffff",
                    16),
            new BigInteger(
                    "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a"
                            + "c656398d8a2ed19d2a85c8edd3ec2aef",
                    16));

    private static final BigInteger ED25519_PRIME =
            BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

    private static final BigInteger ED25519_D =
            new BigInteger("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3", 16);

    /** The y of the points of order 1, 2, 4 and 8: under such a key anybody can make signatures that verify. */
    private static final Set<BigInteger> ED25519_SMALL_ORDER = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            ED25519_PRIME.subtract(BigInteger.ONE),
            littleEndian("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
            littleEndian("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));

    private CurvePoints() {}

    /** y² = x³ − 3x + b over the integers modulo p. */
    private record Curve(BigInteger p, BigInteger b) {}

    static void checkP256(byte[] point) {
        check(P256, point);
    }

    static void checkP384(byte[] point) {
        check(P384, point);
    }

    private static void check(Curve curve, byte[] point) {
        int length = curve.p().bitLength() / 8;
        if (point.length == 1 && point[0] == 0) {
            throw KeyQuality.weak("The EC key is the point at infinity.");
        }
        if (point.length != 1 + 2 * length || point[0] != 4) {
            throw KeyQuality.weak("The EC key is not an uncompressed point of its curve (RFC 5480 §2.2).");
        }
        BigInteger x = new BigInteger(1, point, 1, length);
        BigInteger y = new BigInteger(1, point, 1 + length, length);
        BigInteger right =
                x.multiply(x).subtract(BigInteger.valueOf(3)).multiply(x).add(curve.b());
        boolean onCurve = y.multiply(y).subtract(right).mod(curve.p()).signum() == 0;
        if (x.compareTo(curve.p()) >= 0 || y.compareTo(curve.p()) >= 0 || !onCurve) {
            throw KeyQuality.weak("The EC key is not a point of its curve.");
        }
    }

    static void checkEd25519(byte[] key) {
        if (key.length != 32) {
            throw KeyQuality.weak("The Ed25519 key does not have 32 octets.");
        }
        checkEd25519Order(key);
        BigInteger y = littleEndian(key).clearBit(255);
        // x² = (y² − 1) / (dy² + 1) has a root if and only if the product is a square (RFC 8032 §5.1.3, Euler).
        BigInteger square = y.multiply(y);
        BigInteger product = square.subtract(BigInteger.ONE)
                .multiply(ED25519_D.multiply(square).add(BigInteger.ONE));
        if (!product.modPow(ED25519_PRIME.shiftRight(1), ED25519_PRIME).equals(BigInteger.ONE)) {
            throw KeyQuality.weak("The Ed25519 key is not a point of its curve.");
        }
    }

    /** The cheap part of {@link #checkEd25519}, of 32 octets. */
    static void checkEd25519Order(byte[] key) {
        BigInteger y = littleEndian(key).clearBit(255);
        if (y.compareTo(ED25519_PRIME) >= 0 || ED25519_SMALL_ORDER.contains(y)) {
            throw KeyQuality.weak("The Ed25519 key is a point of small order or not in canonical form.");
        }
    }

    private static BigInteger littleEndian(String hex) {
        return littleEndian(HexFormat.of().parseHex(hex));
    }

    private static BigInteger littleEndian(byte[] octets) {
        byte[] reversed = Arrays.copyOf(octets, octets.length);
        for (int i = 0; i < octets.length; i++) {
            reversed[i] = octets[octets.length - 1 - i];
        }
        return new BigInteger(1, reversed);
    }
}
