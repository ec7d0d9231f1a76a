package dev.perennial.server.pkix;

import dev.perennial.server.pkix.KeyKind.Family;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signature algorithms that we take and make (RFC 4055, RFC 5758, RFC 8410). An algorithm is known by the exact
 * bytes of its AlgorithmIdentifier: what has other parameters is another algorithm.
 */
public enum SignatureAlgorithm {
    RSA_SHA256(Family.RSA, "SHA256withRSA", "1.2.840.113549.1.1.11", 0),
    RSA_SHA384(Family.RSA, "SHA384withRSA", "1.2.840.113549.1.1.12", 0),
    RSA_SHA512(Family.RSA, "SHA512withRSA", "1.2.840.113549.1.1.13", 0),
    RSA_PSS_SHA256(Family.RSA, "RSASSA-PSS", "2.16.840.1.101.3.4.2.1", 256),
    RSA_PSS_SHA384(Family.RSA, "RSASSA-PSS", "2.16.840.1.101.3.4.2.2", 384),
    RSA_PSS_SHA512(Family.RSA, "RSASSA-PSS", "2.16.840.1.101.3.4.2.3", 512),
    ECDSA_SHA256(Family.EC, "SHA256withECDSA", "1.2.840.10045.4.3.2", 0),
    ECDSA_SHA384(Family.EC, "SHA384withECDSA", "1.2.840.10045.4.3.3", 0),
    ECDSA_SHA512(Family.EC, "SHA512withECDSA", "1.2.840.10045.4.3.4", 0),
    ED25519(Family.ED25519, "Ed25519", "1.3.101.112", 0);

    private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
    private static final String MGF1 = "1.2.840.113549.1.1.8";
    private static final Map<String, SignatureAlgorithm> BY_IDENTIFIER = byIdentifier();

    private final Family family;
    private final String javaName;
    private final String oid;
    private final int pssDigestBits;
    private final String identifier;

    SignatureAlgorithm(Family family, String javaName, String oid, int pssDigestBits) {
        this.family = family;
        this.javaName = javaName;
        this.oid = oid;
        this.pssDigestBits = pssDigestBits;
        this.identifier = HexFormat.of().formatHex(identifier(family == Family.RSA));
    }

    public Family family() {
        return family;
    }

    /** A fresh {@code java.security.Signature} of the first provider that has it, parameters set, not yet initialised. */
    public Signature newSignature() throws GeneralSecurityException {
        Signature signature = Signature.getInstance(javaName);
        if (pssDigestBits > 0) {
            String digest = "SHA-" + pssDigestBits;
            signature.setParameter(
                    new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), pssDigestBits / 8, 1));
        }
        return signature;
    }

    /** Whether {@code signature} over {@code message} is {@code key}'s; whatever cannot be checked is false. */
    boolean verify(PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature verifier = newSignature();
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Providers meet a malformed signature, or a key of another family, with exceptions of many kinds.
            return false;
        }
    }

    /** The AlgorithmIdentifier as DER. */
    byte[] der() {
        return HexFormat.of().parseHex(identifier);
    }

    /** The algorithm of an AlgorithmIdentifier, or null if it is none of ours. */
    static @Nullable SignatureAlgorithm of(byte[] algorithmIdentifier) {
        return BY_IDENTIFIER.get(HexFormat.of().formatHex(algorithmIdentifier));
    }

    /** RFC 4055 §2.1, §5: beside RSA, and the digests in PSS, NULL and absent parameters are both to be understood. */
    private byte[] identifier(boolean withNull) {
        byte[] nothing = withNull ? DerWriter.nothing() : new byte[0];
        if (pssDigestBits == 0) {
            return DerWriter.sequence(DerWriter.oid(oid), nothing);
        }
        byte[] digest = DerWriter.sequence(DerWriter.oid(oid), nothing);
        return DerWriter.sequence(
                DerWriter.oid(RSASSA_PSS),
                DerWriter.sequence(
                        DerWriter.element(0xa0, digest),
                        DerWriter.element(0xa1, DerWriter.sequence(DerWriter.oid(MGF1), digest)),
                        DerWriter.element(0xa2, DerWriter.integer(BigInteger.valueOf(pssDigestBits / 8)))));
    }

    private static Map<String, SignatureAlgorithm> byIdentifier() {
        Map<String, SignatureAlgorithm> algorithms = new HashMap<>();
        for (SignatureAlgorithm algorithm : values()) {
            algorithms.put(algorithm.identifier, algorithm);
            algorithms.put(HexFormat.of().formatHex(algorithm.identifier(false)), algorithm);
        }
        return Map.copyOf(algorithms);
    }
}
