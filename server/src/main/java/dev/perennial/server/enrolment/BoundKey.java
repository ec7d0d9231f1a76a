package dev.perennial.server.enrolment;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The key that an agent keeps beside its identities, to come back with when they have expired. It signs two texts, each
 * with a first line of its own, so that neither signature can be taken for the other (docs/security.md, Recovery).
 */
public record BoundKey(SubjectPublicKey key) {
    private static final String REGISTRATION = "perennial-bound-key-1";
    private static final String RECOVERY = "perennial-recovery-1";

    /**
     * As it comes to be registered.
     *
     * @param pem a SubjectPublicKeyInfo
     * @param signature in Base64
     */
    public record Sent(String pem, String signature) {}

    /**
     * The key of a SubjectPublicKeyInfo in PEM, once it has signed that PKCS#10: whoever registers it has it.
     *
     * @throws ProblemException {@code malformed} or {@code badPublicKey}, saying what is wrong
     */
    static BoundKey registered(Sent sent, Pkcs10 pkcs10) {
        List<byte[]> blocks = Pem.decodeAll("PUBLIC KEY", sent.pem());
        if (blocks.size() != 1) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec.bound_key: send one block PUBLIC KEY");
        }
        SubjectPublicKey key = SubjectPublicKey.parse(blocks.get(0));
        byte[] octets = octets("spec.bound_key_signature", sent.signature());
        if (!key.verifies(lines(REGISTRATION, sha256(pkcs10)), octets)) {
            throw ProblemException.of(
                    ProblemType.BAD_PUBLIC_KEY,
                    "spec.bound_key_signature is not the signature of spec.bound_key over this PKCS#10");
        }
        return new BoundKey(key);
    }

    /** Whether this key asks for a recovery of that agent with that PKCS#10, by that nonce. */
    boolean asks(String agentId, String nonce, Pkcs10 pkcs10, byte[] signature) {
        return key.verifies(lines(RECOVERY, agentId, nonce, sha256(pkcs10)), signature);
    }

    /** The octets of a signature in Base64 (RFC 4648 §4). */
    static byte[] octets(String field, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(ProblemType.MALFORMED, field + " must be Base64 (RFC 4648 §4)");
        }
    }

    private static String sha256(Pkcs10 pkcs10) {
        return HexFormat.of().formatHex(pkcs10.sha256());
    }

    private static byte[] lines(String... lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
