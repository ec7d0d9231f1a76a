package dev.perennial.server.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A public key of an issuer with the algorithms that it may be used for: they hang on the key and on the configuration,
 * never on the token (RFC 8725 §3.1). Thread-safe.
 */
final class VerificationKey {
    private static final int SMALLEST_RSA = 2048;
    private static final int LARGEST_RSA = 8192;

    /** A verification's cost grows with the exponent, and no issuer needs a longer one. */
    private static final int LONGEST_EXPONENT = 32;

    /** A SubjectPublicKeyInfo of Ed25519 up to the key's 32 octets (RFC 8410 §4). */
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private final @Nullable String id;
    private final Set<Algorithm> algorithms;
    private final PublicKey key;

    private VerificationKey(@Nullable String id, Set<Algorithm> algorithms, PublicKey key) {
        this.id = id;
        this.algorithms = algorithms;
        this.key = key;
    }

    /** The key, if it is one to verify with: public, for signatures, of good size, with a configured algorithm. */
    static Optional<VerificationKey> of(JWK jwk, Set<Algorithm> configured) {
        Set<KeyOperation> operations = jwk.getKeyOperations();
        if (jwk.isPrivate()
                || jwk.getKeyUse() != null && !KeyUse.SIGNATURE.equals(jwk.getKeyUse())
                || operations != null && !operations.contains(KeyOperation.VERIFY)) {
            return Optional.empty();
        }
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        configured.stream()
                .filter(algorithm -> algorithm.fits(jwk))
                .filter(algorithm ->
                        jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm.jws()))
                .forEach(algorithms::add);
        if (algorithms.isEmpty()) {
            return Optional.empty();
        }
        try {
            return publicKey(jwk).map(key -> new VerificationKey(jwk.getKeyID(), algorithms, key));
        } catch (JOSEException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> publicKey(JWK jwk) throws JOSEException, GeneralSecurityException {
        if (jwk instanceof RSAKey rsa) {
            RSAPublicKey key = rsa.toRSAPublicKey();
            int bits = key.getModulus().bitLength();
            boolean good = bits >= SMALLEST_RSA
                    && bits <= LARGEST_RSA
                    && key.getPublicExponent().testBit(0)
                    && key.getPublicExponent().bitLength() > 1
                    && key.getPublicExponent().bitLength() <= LONGEST_EXPONENT;
            return good ? Optional.of(key) : Optional.empty();
        }
        if (jwk instanceof ECKey ec) {
            return Optional.of(ec.toECPublicKey());
        }
        byte[] point = ((OctetKeyPair) jwk).getX().decode();
        if (point.length != 32) {
            return Optional.empty();
        }
        byte[] info = new byte[ED25519.length + point.length];
        System.arraycopy(ED25519, 0, info, 0, ED25519.length);
        System.arraycopy(point, 0, info, ED25519.length, point.length);
        return Optional.of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(info)));
    }

    @Nullable
    String id() {
        return id;
    }

    boolean isFor(Algorithm algorithm) {
        return algorithms.contains(algorithm);
    }

    /** Only for an algorithm that it {@link #isFor}. */
    boolean verifies(Algorithm algorithm, byte[] signed, byte[] signature) {
        try {
            JWSHeader header = new JWSHeader(algorithm.jws());
            if (key instanceof RSAPublicKey rsa) {
                return new RSASSAVerifier(rsa).verify(header, signed, Base64URL.encode(signature));
            }
            if (key instanceof ECPublicKey ec) {
                return new ECDSAVerifier(ec).verify(header, signed, Base64URL.encode(signature));
            }
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (JOSEException | GeneralSecurityException e) {
            // A signature of another shape than the key makes.
            return false;
        }
    }
}
