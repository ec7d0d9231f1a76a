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
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String name,
            @Nullable String request,
            @Nullable List<String> names) {}

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
