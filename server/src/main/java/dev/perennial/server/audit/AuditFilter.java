package dev.perennial.server.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the audit record are asked for; what is null filters nothing.
 *
 * @param orgId of that organisation alone: what the caller asks for, or all that it may see
 * @param since at that moment or later
 * @param until before that moment
 */
public record AuditFilter(
        @Nullable String orgId,
        @Nullable String actor,
        @Nullable String action,
        @Nullable String objectId,
        @Nullable String outcome,
        @Nullable String source,
        @Nullable String httpRequest,
        @Nullable Instant since,
        @Nullable Instant until) {}
