package dev.perennial.server.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.util.Optional;

/**
 * The signatures that a token may have (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). There is none with a shared
 * secret, and {@code none} is not among them, so neither can be configured or asked for.
 */
public enum Algorithm {
    RS256("RS256"),
    RS384("RS384"),
    RS512("RS512"),
    PS256("PS256"),
    PS384("PS384"),
    PS512("PS512"),
    ES256("ES256"),
    ES384("ES384"),
    ES512("ES512"),
    EDDSA("EdDSA"),
    ED25519("Ed25519");

    private final String word;

    Algorithm(String word) {
        this.word = word;
    }

    /** Its name in the header of a token and in the configuration. */
    public String word() {
        return word;
    }

    public static Optional<Algorithm> of(String word) {
        for (Algorithm algorithm : values()) {
            if (algorithm.word.equals(word)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    JWSAlgorithm jws() {
        return JWSAlgorithm.parse(word);
    }

    /** Whether a key of that type and curve makes such signatures at all. */
    boolean fits(JWK key) {
        return switch (this) {
            case RS256, RS384, RS512, PS256, PS384, PS512 -> key instanceof RSAKey;
            case ES256 -> isOn(key, Curve.P_256);
            case ES384 -> isOn(key, Curve.P_384);
            case ES512 -> isOn(key, Curve.P_521);
            case EDDSA, ED25519 -> key instanceof OctetKeyPair pair && Curve.Ed25519.equals(pair.getCurve());
        };
    }

    private static boolean isOn(JWK key, Curve curve) {
        return key instanceof ECKey ec && curve.equals(ec.getCurve());
    }
}
