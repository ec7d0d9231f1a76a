package dev.perennial.agent.daemon;

import dev.perennial.agent.renewal.CertificateStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code status} shows and {@code status.json} holds.
 *
 * @param time when this was true
 * @param healthy false where anything needs a person's eye
 * @param problems of the agent as a whole: identity, roots, configuration
 * @param clockSkewSeconds how far the server's clock is ahead of ours
 */
public record AgentStatus(
        int schema,
        Instant time,
        long pid,
        boolean healthy,
        boolean retired,
        @Nullable String connectorId,
        @Nullable String name,
        @Nullable Instant identityNotAfter,
        @Nullable Instant identityRenewalTime,
        long clockSkewSeconds,
        List<String> problems,
        List<CertificateStatus> certificates) {}
