package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * From when to when a certificate is valid, both ends inclusive and in whole seconds (RFC 5280 §4.1.2.5).
 *
 * @param cutShort whether it ends with its issuer, before the time that was asked for
 */
public record Validity(Instant notBefore, Instant notAfter, boolean cutShort) {
    private static final Duration LONGEST_BACKDATING = Duration.ofMinutes(5);

    /** @throws IllegalArgumentException if it does not hold a second, or an end is not a whole one */
    public Validity {
        if (notAfter.isBefore(notBefore) || !isWhole(notBefore) || !isWhole(notAfter)) {
            throw new IllegalArgumentException("no validity of whole seconds: " + notBefore + " to " + notAfter);
        }
    }

    /**
     * Starts a little before {@code now}, for clocks that are behind, and lasts exactly {@code validity}, the second of
     * notAfter included; never past the issuer's ends.
     *
     * @throws ProblemException {@code unavailable} if the issuer is not valid now
     */
    public static Validity of(Instant now, Duration validity, Instant issuerNotBefore, Instant issuerNotAfter) {
        if (validity.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a validity of less than a second");
        }
        if (now.isBefore(issuerNotBefore) || now.isAfter(issuerNotAfter)) {
            throw ProblemException.of(
                    ProblemType.UNAVAILABLE,
                    "The issuing CA is valid from " + issuerNotBefore + " to " + issuerNotAfter
                            + ", not now; another CA has to be set for the signer.");
        }
        Duration tenth = validity.dividedBy(10);
        Duration backdating = tenth.compareTo(LONGEST_BACKDATING) < 0 ? tenth : LONGEST_BACKDATING;
        Instant start = now.minus(backdating).truncatedTo(ChronoUnit.SECONDS);
        Instant notBefore = start.isBefore(issuerNotBefore) ? issuerNotBefore : start;
        Instant wanted =
                notBefore.plus(validity).truncatedTo(ChronoUnit.SECONDS).minusSeconds(1);
        boolean cutShort = wanted.isAfter(issuerNotAfter);
        return new Validity(notBefore, cutShort ? issuerNotAfter : wanted, cutShort);
    }

    private static boolean isWhole(Instant instant) {
        return instant.equals(instant.truncatedTo(ChronoUnit.SECONDS));
    }

    /** How long it lasts, the second of notAfter included. */
    public Duration duration() {
        return Duration.between(notBefore, notAfter).plusSeconds(1);
    }
}
