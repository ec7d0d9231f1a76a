package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * A public key as it stands in requests and certificates (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7). It exists only if it
 * is of a {@link KeyKind} and passed the tests of quality. Equal if the DER is.
 */
public final class SubjectPublicKey {
    private static final byte[] RSA = DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.1.1"), DerWriter.nothing());
    private static final byte[] P256 = namedCurve("1.2.840.10045.3.1.7");
    private static final byte[] P384 = namedCurve("1.3.132.0.34");
    private static final byte[] ED25519 = DerWriter.sequence(DerWriter.oid("1.3.101.112"));

    private static final Map<Integer, KeyKind> RSA_KINDS =
            Map.of(2048, KeyKind.RSA_2048, 3072, KeyKind.RSA_3072, 4096, KeyKind.RSA_4096);

    private final byte[] der;
    private final KeyKind kind;
    private final byte[] keyOctets;
    private final PublicKey publicKey;

    private SubjectPublicKey(byte[] der, KeyKind kind, byte[] keyOctets, PublicKey publicKey) {
        this.der = der;
        this.kind = kind;
        this.keyOctets = keyOctets;
        this.publicKey = publicKey;
    }

    /**
     * Reads a SubjectPublicKeyInfo.
     *
     * @throws ProblemException {@code badPublicKey} if it is none, of a kind that we do not take, or weak
     */
    public static SubjectPublicKey parse(byte[] der) {
        try {
            DerLimits.check(der);
            return read(der.clone());
        } catch (DerException e) {
            throw KeyQuality.weak("The public key is not a SubjectPublicKeyInfo: " + e.detail() + ".");
        }
    }

    /** As {@link #parse}, of bytes that are known to be within the limits and are the new value's own. */
    static SubjectPublicKey read(byte[] der) {
        DerReader info = DerReader.over(der).enter(DerReader.SEQUENCE);
        byte[] algorithm = info.element();
        byte[] key = info.octetsOfBitString();
        info.end();
        KeyKind kind;
        if (Arrays.equals(algorithm, P256)) {
            kind = KeyKind.EC_P256;
            CurvePoints.checkP256(key);
        } else if (Arrays.equals(algorithm, P384)) {
            kind = KeyKind.EC_P384;
            CurvePoints.checkP384(key);
        } else if (Arrays.equals(algorithm, ED25519)) {
            kind = KeyKind.ED25519;
            CurvePoints.checkEd25519(key);
        } else if (Arrays.equals(algorithm, RSA)) {
            kind = checkedRsa(key);
        } else {
            throw KeyQuality.weak("The public key is not RSA with 2048, 3072 or 4096 bits, not EC on P-256 or P-384 (as"
                    + " named curve), not Ed25519; make one of these.");
        }
        return new SubjectPublicKey(der, kind, key, decode(kind, der));
    }

    private static KeyKind checkedRsa(byte[] key) {
        DerLimits.check(key);
        DerReader numbers = DerReader.over(key).enter(DerReader.SEQUENCE);
        BigInteger modulus = numbers.integer();
        BigInteger exponent = numbers.integer();
        numbers.end();
        KeyQuality.checkRsa(modulus, exponent);
        KeyKind kind = RSA_KINDS.get(modulus.bitLength());
        if (kind == null) {
            throw new IllegalStateException("an RSA key passed that is of no kind");
        }
        return kind;
    }

    private static PublicKey decode(KeyKind kind, byte[] der) {
        try {
            return KeyFactory.getInstance(kind.family().javaName()).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw ProblemException.of(ProblemType.BAD_PUBLIC_KEY, "The public key is not a valid " + kind.word() + ".");
        }
    }

    /** The SubjectPublicKeyInfo. */
    public byte[] der() {
        return der.clone();
    }

    public KeyKind kind() {
        return kind;
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** The modulus of an RSA key. */
    public BigInteger modulus() {
        if (publicKey instanceof RSAPublicKey rsa) {
            return rsa.getModulus();
        }
        throw new IllegalStateException(kind.word() + " has no modulus");
    }

    /** The SHA-256 of the SubjectPublicKeyInfo: the key's name in lists of blocked and used keys. */
    public byte[] sha256() {
        return Digests.sha256(der);
    }

    /** The key identifier in lower hex, by RFC 7093 §2 method 1: 160 bits of the SHA-256 of the key's bits. */
    public String keyIdentifier() {
        return HexFormat.of().formatHex(Digests.sha256(keyOctets), 0, 20);
    }

    /** What stands in the BIT STRING, a digest of which names a key in OCSP (RFC 6960 §4.1.1). */
    byte[] sharedOctets() {
        return keyOctets;
    }

    /** Whether {@code signature} over {@code message} is this key's, by the one algorithm of its kind. */
    public boolean verifies(byte[] message, byte[] signature) {
        return kind.signatureAlgorithm().verify(publicKey, message, signature);
    }

    /** The same DER without a copy, for encoding. */
    byte[] sharedDer() {
        return der;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SubjectPublicKey that && Arrays.equals(der, that.der);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(der);
    }

    @Override
    public String toString() {
        return kind.word() + " " + HexFormat.of().formatHex(sha256());
    }

    private static byte[] namedCurve(String curve) {
        return DerWriter.sequence(DerWriter.oid("1.2.840.10045.2.1"), DerWriter.oid(curve));
    }
}
