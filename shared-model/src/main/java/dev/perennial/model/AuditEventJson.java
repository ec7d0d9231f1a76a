package dev.perennial.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the audit record: who did what to what, from where and why, or was refused it.
 *
 * @param httpRequest the {@code X-Request-Id} of the call; absent for the server's own acts
 * @param seal the number of the seal that holds the row; absent while none does
 */
public record AuditEventJson(
        String id,
        Instant at,
        @Nullable String orgId,
        String actor,
        String source,
        String action,
        @Nullable String objectId,
        String outcome,
        @Nullable String reason,
        @Nullable String httpRequest,
        @Nullable Long seal) {}
