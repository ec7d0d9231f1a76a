package dev.perennial.server.renewal;

import java.time.Duration;

/**
 * How long what is over is kept.
 *
 * @param events of every change, for those who follow them
 * @param audit the rows of the audit record; their seals stay
 * @param certificates after their notAfter, and withdrawn requests after they have none left
 */
public record Retention(Duration events, Duration audit, Duration certificates) {
    /**
     * A revoked certificate has to be in a CRL that was issued after it ended before its entry may go (RFC 5280 §3.3);
     * so it is kept for longer than any CRL is valid, whatever is wished.
     */
    public static final Duration LEAST_FOR_CERTIFICATES = Duration.ofDays(7);

    public Retention {
        if (certificates.compareTo(LEAST_FOR_CERTIFICATES) < 0) {
            throw new IllegalArgumentException("certificates are kept for at least " + LEAST_FOR_CERTIFICATES);
        }
    }

    public static Retention standard() {
        return new Retention(Duration.ofDays(30), Duration.ofDays(400), Duration.ofDays(90));
    }
}
