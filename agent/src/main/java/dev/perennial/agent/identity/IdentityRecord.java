package dev.perennial.agent.identity;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the server said when it gave this identity; it stands beside the key, so that one flip changes both.
 *
 * @param sequence grows with each identity of this agent
 * @param renewalTime from when on a new identity should be asked for; null where the server did not say
 * @param recovered when it took the place of an expired one; null where it did not
 */
public record IdentityRecord(
        int schema,
        long sequence,
        URI server,
        String connectorId,
        String orgId,
        String name,
        @Nullable Instant renewalTime,
        @Nullable Instant recovered) {

    IdentityRecord next(@Nullable Instant nextRenewalTime) {
        return new IdentityRecord(schema, sequence + 1, server, connectorId, orgId, name, nextRenewalTime, null);
    }

    IdentityRecord recovered(@Nullable Instant nextRenewalTime, Instant when) {
        return new IdentityRecord(schema, sequence + 1, server, connectorId, orgId, name, nextRenewalTime, when);
    }
}
