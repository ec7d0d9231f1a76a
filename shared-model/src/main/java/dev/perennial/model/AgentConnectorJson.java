package dev.perennial.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An agent as the server knows it. */
public record AgentConnectorJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * @param request the PKCS#10 of the agent's identity in PEM; sent, never returned
     * @param names the patterns of names that the agent may ask for
     * @param boundKey the key that the agent keeps for a recovery, a SubjectPublicKeyInfo in PEM; sent, never returned
     * @param boundKeySignature Base64 of that key's signature over the PKCS#10 (docs/security.md, Recovery); goes with it
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String name,
            @Nullable String request,
            @Nullable List<String> names,
            @Nullable String boundKey,
            @Nullable String boundKeySignature) {

        /** What is asked for an identity; who asks proves with its bound key that it has both keys. */
        public static Spec order(@Nullable String name, String request, String boundKey, String boundKeySignature) {
            return new Spec(null, name, request, null, boundKey, boundKeySignature);
        }

        /** What an answer says of an agent. */
        public static Spec of(String orgId, String name, List<String> names) {
            return new Spec(orgId, name, null, names, null, null);
        }
    }

    /**
     * @param state {@code active} or {@code retired}
     * @param identity the chain of the agent's own client certificate in PEM, newest identity, leaf first; only in the
     *     answers that made it
     * @param renewalTime from when on the agent should ask for a new identity
     */
    public record Status(
            @Nullable String state,
            @Nullable String identity,
            @Nullable Instant notAfter,
            @Nullable Instant renewalTime,
            @Nullable Instant lastSeen) {}
}
