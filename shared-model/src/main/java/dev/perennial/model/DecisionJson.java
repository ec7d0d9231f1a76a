package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What policy would say to a submission, in answer to {@code ?dry_run=true}.
 *
 * @param decision {@code approve} or {@code refuse}
 * @param rule which rule decided
 * @param identifiers the names that would stand in the certificate; on a refusal those that stand in the way
 */
public record DecisionJson(
        String decision, String rule, @Nullable String reason, List<String> identifiers, String signer, Limit limit) {

    /** @param per an ISO 8601 duration */
    public record Limit(int count, String per) {}
}
