package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a list is to hold; null and empty ask for nothing in particular.
 *
 * @param notValidAfter those whose newest certificate ends before
 * @param signers by their own names, any of them
 */
public record RequestFilter(
        @Nullable String orgId,
        @Nullable String agentId,
        List<RequestState> states,
        @Nullable Instant notValidAfter,
        List<String> signers,
        @Nullable Boolean autoRenew,
        int limit) {}
