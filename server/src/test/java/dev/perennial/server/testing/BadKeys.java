package dev.perennial.server.testing;

import dev.perennial.model.ProblemType;
import dev.perennial.server.testing.BadCsrs.Bad;
import java.math.BigInteger;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Keys that are weak, malformed or of kinds that are not taken. The numbers come from a fixed seed. */
final class BadKeys {
    private static final BigInteger F4 = BigInteger.valueOf(65537);
    private static final KeyPair EC = TestCsrs.keyPair();
    private static final BigInteger SMALL_PRIMES = primes(752);

    private BadKeys() {}

    static void addTo(List<Bad> table) {
        addRsa(table);
        addCurves(table);
        addForms(table);
    }

    private static void addRsa(List<Bad> table) {
        Random random = new Random(1);
        BigInteger sound = withoutSmallFactor(new BigInteger(2048, random).setBit(2047), BigInteger.TWO);
        key(table, "RSA with 1024 bits", TestCsrs.rsaKeyPair(1024).getPublic().getEncoded());
        rsa(table, "2047 bits", sound.clearBit(2047).setBit(2046), F4);
        rsa(table, "2056 bits", sound.shiftLeft(8).setBit(0), F4);
        rsa(table, "16,385 bits", sound.shiftLeft(14_337).setBit(0), F4);
        rsa(table, "exponent 3", sound, BigInteger.valueOf(3));
        rsa(table, "exponent 1", sound, BigInteger.ONE);
        rsa(table, "exponent 0", sound, BigInteger.ZERO);
        rsa(table, "negative exponent", sound, F4.negate());
        rsa(table, "exponent as large as the modulus", sound, sound.subtract(BigInteger.TWO));
        rsa(table, "negative modulus", sound.negate(), F4);
        rsa(table, "modulus 0", BigInteger.ZERO, F4);
        rsa(table, "even modulus", sound.clearBit(0), F4);
        BigInteger multiple = sound.subtract(sound.mod(BigInteger.valueOf(2 * 751)));
        rsa(table, "factor 751", multiple.add(BigInteger.valueOf(751)), F4);
        rsa(table, "modulus of the ROCA generator", roca(random), F4);
        BigInteger prime =
                new BigInteger(1024, random).setBit(1023).setBit(1022).nextProbablePrime();
        rsa(table, "primes next to each other", prime.multiply(prime.nextProbablePrime()), F4);
        rsa(table, "the same prime twice", prime.multiply(prime), F4);
    }

    /** A power of 65537 modulo each prime up to 167, and without a small factor. */
    private static BigInteger roca(Random random) {
        BigInteger product = primes(168);
        BigInteger residue = F4.modPow(new BigInteger(64, random), product.shiftRight(1));
        BigInteger base = new BigInteger(2048, random).setBit(2047);
        BigInteger odd = product.shiftRight(1);
        BigInteger start = base.subtract(base.mod(odd)).add(residue);
        return withoutSmallFactor(start.testBit(0) ? start : start.add(odd), product);
    }

    private static BigInteger withoutSmallFactor(BigInteger start, BigInteger step) {
        BigInteger number = start.testBit(0) ? start : start.setBit(0);
        while (!number.gcd(SMALL_PRIMES).equals(BigInteger.ONE)) {
            number = number.add(step);
        }
        return number;
    }

    private static BigInteger primes(int limit) {
        return IntStream.range(2, limit)
                .filter(n -> IntStream.range(2, n).allMatch(divisor -> n % divisor != 0))
                .mapToObj(BigInteger::valueOf)
                .reduce(BigInteger.ONE, BigInteger::multiply);
    }

    private static void addCurves(List<Bad> table) {
        byte[] spki = EC.getPublic().getEncoded();
        byte[] point = new byte[65];
        System.arraycopy(spki, spki.length - 65, point, 0, 65);
        key(table, "P-521", TestCsrs.ecKeyPair("secp521r1").getPublic().getEncoded());
        ec(table, "secp256k1", SECObjectIdentifiers.secp256k1, point);
        ec(table, "point not on the curve", SECObjectIdentifiers.secp256r1, changed(point, 64));
        ec(table, "point of another curve", SECObjectIdentifiers.secp384r1, point);
        ec(table, "point at infinity", SECObjectIdentifiers.secp256r1, new byte[1]);
        ec(table, "zero point", SECObjectIdentifiers.secp256r1, changed(new byte[65], 0, 4));
        ec(table, "coordinate beyond the prime", SECObjectIdentifiers.secp256r1, filled(65));
        ec(table, "hybrid point", SECObjectIdentifiers.secp256r1, changed(point, 0, 6 + (point[64] & 1)));
        ec(table, "compressed point", SECObjectIdentifiers.secp256r1, compressed(point));
        ec(table, "no point", SECObjectIdentifiers.secp256r1, new byte[0]);
        ec(table, "explicit curve parameters", SECNamedCurves.getByName("secp256r1"), point);
        ec(table, "implicit curve", DERNull.INSTANCE, point);
        ec(table, "binary field of 2^1,000,000", binaryField(1_000_000), point);
        ed25519(table, "Ed25519 of 31 octets", "00".repeat(31));
        ed25519(table, "Ed25519, the neutral element", "01" + "00".repeat(31));
        ed25519(table, "Ed25519 of order 4", "00".repeat(32));
        ed25519(table, "Ed25519 of order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
        ed25519(table, "Ed25519 not canonical", "ee" + "ff".repeat(30) + "7f");
        ed25519(table, "Ed25519, no point", "02" + "00".repeat(31));
    }

    /** Explicit parameters over F2m (X9.62, ECParameters), as costly as m makes them to whoever computes with them. */
    private static ASN1Encodable binaryField(int m) {
        ASN1Encodable trinomial = new DERSequence(
                new ASN1Encodable[] {new ASN1Integer(m), X9ObjectIdentifiers.tpBasis, new ASN1Integer(1)});
        ASN1Encodable field =
                new DERSequence(new ASN1Encodable[] {X9ObjectIdentifiers.characteristic_two_field, trinomial});
        ASN1Encodable element = new DEROctetString(new byte[] {1});
        return new DERSequence(new ASN1Encodable[] {
            new ASN1Integer(1),
            field,
            new DERSequence(new ASN1Encodable[] {element, element}),
            new DEROctetString(new byte[] {2, 1}),
            new ASN1Integer(BigInteger.ONE.shiftLeft(160).setBit(0))
        });
    }

    private static void addForms(List<Bad> table) {
        key(table, "Ed448", TestCsrs.generate("Ed448", null).getPublic().getEncoded());
        key(table, "X25519", TestCsrs.generate("X25519", null).getPublic().getEncoded());
        key(table, "DSA", TestCsrs.generate("DSA", null).getPublic().getEncoded());
        key(table, "an integer", HexFormat.of().parseHex("020100"));
        key(table, "an empty sequence", HexFormat.of().parseHex("3000"));
        AlgorithmIdentifier rsa = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        key(table, "RSA of an empty sequence", spki(rsa, new byte[] {0x30, 0}));
        key(table, "RSA of no octets", spki(rsa, new byte[0]));
        key(table, "RSA of noise", spki(rsa, new byte[] {1, 2, 3, 4, 5}));
        key(
                table,
                "RSA without parameters",
                spki(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                        CsrBuilder.encoded(new DERSequence(new ASN1Encodable[] {
                            new ASN1Integer(BigInteger.ONE.shiftLeft(2047)), new ASN1Integer(F4)
                        }))));
        key(table, "unused bits", CsrBuilder.encoded(new DERSequence(new ASN1Encodable[] {
            rsa, new DERBitString(new byte[] {0}, 3)
        })));
        key(table, "an element more", CsrBuilder.encoded(new DERSequence(new ASN1Encodable[] {
            rsa, new DERBitString(new byte[] {0x30, 0}), DERNull.INSTANCE
        })));
    }

    private static byte[] changed(byte[] point, int index) {
        return changed(point, index, point[index] ^ 1);
    }

    private static byte[] changed(byte[] point, int index, int octet) {
        byte[] changed = point.clone();
        changed[index] = (byte) octet;
        return changed;
    }

    private static byte[] compressed(byte[] point) {
        byte[] compressed = new byte[33];
        System.arraycopy(point, 0, compressed, 0, 33);
        compressed[0] = (byte) (2 + (point[64] & 1));
        return compressed;
    }

    private static byte[] filled(int length) {
        byte[] point = new byte[length];
        Arrays.fill(point, (byte) 0xff);
        point[0] = 4;
        return point;
    }

    private static void rsa(List<Bad> table, String name, BigInteger modulus, BigInteger exponent) {
        byte[] key = CsrBuilder.encoded(
                new DERSequence(new ASN1Encodable[] {new ASN1Integer(modulus), new ASN1Integer(exponent)}));
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        key(table, "RSA with " + name, spki(algorithm, key));
    }

    private static void ec(List<Bad> table, String name, ASN1Encodable parameters, byte[] point) {
        key(table, "EC, " + name, spki(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, parameters), point));
    }

    private static void ed25519(List<Bad> table, String name, String hex) {
        ASN1ObjectIdentifier algorithm = new ASN1ObjectIdentifier("1.3.101.112");
        key(table, name, spki(new AlgorithmIdentifier(algorithm), HexFormat.of().parseHex(hex)));
    }

    private static byte[] spki(AlgorithmIdentifier algorithm, byte[] key) {
        return CsrBuilder.encoded(new DERSequence(new ASN1Encodable[] {algorithm, new DERBitString(key)}));
    }

    private static void key(List<Bad> table, String name, byte[] spki) {
        String pem = CsrBuilder.with(EC).names("www.example.com").keyInfo(spki).pem();
        table.add(new Bad("key: " + name, pem, ProblemType.BAD_PUBLIC_KEY));
    }
}
