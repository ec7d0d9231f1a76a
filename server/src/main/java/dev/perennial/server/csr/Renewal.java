package dev.perennial.server.csr;

import dev.perennial.server.policy.Usages;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request whose renewal is due, claimed by this transaction, with what decides about it.
 *
 * @param agentId null where it has none, and no agent's health matters
 * @param approvedBy the person whose approval the generation stands on; null where it was policy's
 * @param rotatedKey whether another request of the organisation has rotated this key out
 * @param newest the certificate to be renewed; null where there is none
 */
record Renewal(
        String requestId,
        String orgId,
        @Nullable String agentId,
        String requester,
        String signer,
        int failures,
        @Nullable String problem,
        int generation,
        byte[] pkcs10,
        Usages usages,
        @Nullable Duration lifetime,
        @Nullable String approvedBy,
        @Nullable Instant agentLastSeen,
        boolean agentRetired,
        boolean blockedKey,
        boolean rotatedKey,
        @Nullable Newest newest) {

    /** @param problem why it is not made anew: it was taken back, or is on hold; null where it may be */
    record Newest(
            Instant notBefore, Instant notAfter, @Nullable String problem) {
        Duration lifetime() {
            return Duration.between(notBefore, notAfter.plusSeconds(1));
        }
    }

    /** When to look again after a failure: doubling from a hundredth of the lifetime, never more than a tenth. */
    Instant nextTry(Instant now, double chance) {
        Duration lifetime = newest == null ? Duration.ofDays(1) : newest.lifetime();
        Duration first = clamp(lifetime.dividedBy(100), Duration.ofSeconds(1), Duration.ofMinutes(5));
        Duration longest = clamp(lifetime.dividedBy(10), Duration.ofSeconds(5), Duration.ofHours(6));
        Duration backoff = first.multipliedBy(1L << Math.min(failures, 20));
        Duration capped = backoff.compareTo(longest) > 0 ? longest : backoff;
        return now.plusMillis((long) (capped.toMillis() * (0.8 + 0.4 * chance)));
    }

    private static Duration clamp(Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0) {
            return least;
        }
        return value.compareTo(most) > 0 ? most : value;
    }
}
