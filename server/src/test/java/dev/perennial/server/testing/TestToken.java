package dev.perennial.server.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A token to be changed in every way before it is signed; at first it is as Kubernetes makes it for a Pod. */
public final class TestToken {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();
    private TestIssuer.Keys keys;
    private byte[] payload;

    TestToken(TestIssuer issuer, Instant now) {
        this.keys = issuer.keys();
        long seconds = now.getEpochSecond();
        header("alg", "RS256").header("kid", issuer.keys().rsa().getKeyID());
        claim("iss", issuer.issuer())
                .claim("sub", "system:serviceaccount:prod:web")
                .claim("aud", List.of(TestIssuer.AUDIENCE))
                .claim("iat", seconds)
                .claim("nbf", seconds)
                .claim("exp", seconds + 3600)
                .claim("kubernetes.io", Map.of("namespace", "prod", "serviceaccount", Map.of("name", "web")))
                .claim("groups", List.of("developers", "operators"));
    }

    public TestToken header(String name, Object value) {
        header.put(name, value);
        return this;
    }

    public TestToken withoutHeader(String name) {
        header.remove(name);
        return this;
    }

    public TestToken claim(String name, Object value) {
        claims.put(name, value);
        return this;
    }

    public TestToken without(String claim) {
        claims.remove(claim);
        return this;
    }

    public TestToken ec() {
        return header("alg", "ES256").header("kid", keys.ec().getKeyID());
    }

    public TestToken ed() {
        return header("alg", "EdDSA").header("kid", keys.ed().jwk().getKeyID());
    }

    /** Signed with the keys of another issuer, under the ids of this one's. */
    public TestToken signedBy(TestIssuer another) {
        keys = another.keys();
        return this;
    }

    /** Instead of the claims. */
    public TestToken payload(byte[] bytes) {
        payload = bytes;
        return this;
    }

    public TestToken payload(String text) {
        return payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Signed with the key of the kind that its header's {@code alg} names. */
    public String signed() {
        String algorithm = String.valueOf(header.get("alg"));
        byte[] input = input();
        byte[] signature =
                switch (algorithm.substring(0, 2)) {
                    case "RS", "PS" -> sign(rsa(), algorithm, input);
                    case "ES" -> sign(ec256(), algorithm, input);
                    case "Ed" -> keys.ed().sign(input);
                    default -> new byte[0];
                };
        return text(input, signature);
    }

    /** Signed as RS256 whatever its header says. */
    public String signedAsRsa() {
        byte[] input = input();
        return text(input, sign(rsa(), "RS256", input));
    }

    /** With the public key's PEM as the shared secret: the classic confusion. */
    public String signedWithPublicKey(byte[] secret) {
        try {
            byte[] input = input();
            return text(input, sign(new MACSigner(secret), "HS256", input));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public String unsigned() {
        return text(input(), new byte[0]);
    }

    private static String text(byte[] input, byte[] signature) {
        return new String(input, StandardCharsets.US_ASCII) + "." + Base64URL.encode(signature);
    }

    private byte[] input() {
        try {
            byte[] body = payload == null ? JSON.writeValueAsBytes(claims) : payload;
            return (Base64URL.encode(JSON.writeValueAsBytes(header)) + "." + Base64URL.encode(body))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWSSigner rsa() {
        try {
            return new RSASSASigner(keys.rsa());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private JWSSigner ec256() {
        try {
            return new ECDSASigner(keys.ec());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(JWSSigner signer, String algorithm, byte[] input) {
        try {
            return signer.sign(new JWSHeader(JWSAlgorithm.parse(algorithm)), input)
                    .decode();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
