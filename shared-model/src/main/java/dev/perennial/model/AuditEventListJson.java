package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the audit record.
 *
 * @param nextPageToken what to send as {@code page_token} for the rows that follow; absent at the end
 */
public record AuditEventListJson(
        List<AuditEventJson> auditEvents,
        int limit,
        @Nullable String nextPageToken) {}
