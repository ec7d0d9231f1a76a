package dev.perennial.agent.renewal;

import dev.perennial.agent.config.CertificateConfig;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One certificate as {@code status} shows it.
 *
 * @param generation the live generation; 0 where none is live
 * @param message for whom or what it waits, or why it is blocked
 * @param problems what fails, each with its next try
 * @param served null: nobody looks yet whether it is served
 */
public record CertificateStatus(
        String name,
        List<String> dns,
        Phase phase,
        Outcome outcome,
        @Nullable String message,
        @Nullable String requestId,
        int generation,
        @Nullable String serialNumber,
        @Nullable String sha256,
        @Nullable Instant notBefore,
        @Nullable Instant notAfter,
        @Nullable Instant renewalTime,
        boolean reported,
        @Nullable Boolean served,
        @Nullable String drift,
        @Nullable String alarm,
        List<Problem> problems) {

    /** One of which nothing is known: its state cannot be read, and nothing is done with it. */
    public static CertificateStatus unreadable(CertificateConfig config, String why) {
        return new CertificateStatus(
                config.name(),
                config.dnsNames(),
                Phase.FAILED,
                Outcome.FAILED,
                why,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                List.of());
    }

    public record Problem(Activity activity, String reason, Instant since, int attempts, Instant next) {}
}
