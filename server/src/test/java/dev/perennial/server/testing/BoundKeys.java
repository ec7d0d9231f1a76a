package dev.perennial.server.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** What an agent signs with its bound key, written down from the documents and not from the code under test. */
public final class BoundKeys {
    private BoundKeys() {}

    /** The two fields that register a bound key, beside the PKCS#10 in {@code body}. */
    public static ObjectNode register(ObjectNode body, KeyPair boundKey) {
        String request = body.at("/spec/request").asText();
        Bodies.with(
                body, "bound_key", Pem.encode("PUBLIC KEY", boundKey.getPublic().getEncoded()));
        return Bodies.with(
                body, "bound_key_signature", sign(boundKey, "perennial-bound-key-1\n" + sha256(request) + "\n"));
    }

    /** The second call of a recovery. */
    public static ObjectNode recovery(KeyPair boundKey, String agentId, String nonce, String request) {
        String text = "perennial-recovery-1\n" + agentId + "\n" + nonce + "\n" + sha256(request) + "\n";
        return Bodies.spec(Map.of("nonce", nonce, "request", request, "signature", sign(boundKey, text)));
    }

    private static String sha256(String request) {
        return HexFormat.of().formatHex(Digests.sha256(Pkcs10.parsePem(request).der()));
    }

    /** In Base64, by the one algorithm of the key's kind. */
    public static String sign(KeyPair keyPair, String text) {
        try {
            Signature signature = Signature.getInstance(
                    switch (keyPair.getPublic().getAlgorithm()) {
                        case "EC" ->
                            keyPair.getPublic().getEncoded().length > 100 ? "SHA384withECDSA" : "SHA256withECDSA";
                        case "RSA" -> "SHA256withRSA";
                        default -> "Ed25519";
                    });
            signature.initSign(keyPair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
