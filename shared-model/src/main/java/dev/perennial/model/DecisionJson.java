package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What policy would say to a submission and why, in answer to {@code ?dry_run=true}.
 *
 * @param decision {@code approve}, {@code hold} or {@code refuse}
 * @param rule which rule decided
 * @param advice what would change the answer
 * @param identifiers the names that would stand in the certificate; otherwise those that stand in the way
 * @param subject of the certificate to be, {@code CN=jane, O=developers}; absent for none
 * @param names every name of the PKCS#10, and what grants it
 */
public record DecisionJson(
        String decision,
        String rule,
        @Nullable String reason,
        @Nullable String advice,
        List<String> identifiers,
        @Nullable String subject,
        List<Named> names,
        String signer,
        Limit limit) {

    /**
     * One name.
     *
     * @param grant the caller's pattern that covers it; absent where none does
     * @param organisation the organisation's pattern that covers it; absent where none does
     */
    public record Named(
            String name, @Nullable String grant, @Nullable String organisation) {}

    /**
     * The limit on certificates for the same names.
     *
     * @param per an ISO 8601 duration
     * @param left how many it still grants
     * @param retryAfter an ISO 8601 duration until it grants one again; absent where it does
     */
    public record Limit(
            int count, String per, int left, @Nullable String retryAfter) {}
}
