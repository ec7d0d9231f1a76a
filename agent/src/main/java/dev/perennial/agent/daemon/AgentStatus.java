package dev.perennial.agent.daemon;

import dev.perennial.agent.renewal.CertificateStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code status} shows and {@code status.json} holds.
 *
 * @param time when this was true
 * @param running whether a daemon says it; false where it was once written down
 * @param healthy false where anything needs a person's eye
 * @param problems of the agent as a whole: identity, roots, configuration
 * @param identityRecovered when the identity took the place of an expired one; null where it did not
 * @param clockSkewSeconds how far the server's clock is ahead of ours
 */
public record AgentStatus(
        int schema,
        Instant time,
        long pid,
        boolean running,
        boolean healthy,
        boolean retired,
        @Nullable String connectorId,
        @Nullable String name,
        @Nullable Instant identityNotAfter,
        @Nullable Instant identityRenewalTime,
        @Nullable Instant identityRecovered,
        long clockSkewSeconds,
        List<String> problems,
        List<CertificateStatus> certificates) {

    /** The same, said by a daemon. */
    AgentStatus ofDaemon() {
        return new AgentStatus(
                schema,
                time,
                pid,
                true,
                healthy,
                retired,
                connectorId,
                name,
                identityNotAfter,
                identityRenewalTime,
                identityRecovered,
                clockSkewSeconds,
                problems,
                certificates);
    }

    /** As the answer of {@code status}; a stored one says that it is. */
    public Reply reply() {
        int exit = retired ? Reply.RETIRED : healthy ? Reply.WELL : Reply.FAILED;
        return new Reply(exit, StatusLines.of(this), this);
    }
}
