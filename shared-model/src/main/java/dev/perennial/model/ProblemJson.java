package dev.perennial.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457) that also carries Agilicus' two fields.
 *
 * @param instance the id of the HTTP request, which the server's log lines carry too
 * @param identifiers the names that the problem is about
 * @param existing the request that is in the way, where the caller may read it
 * @param nextCall what to call now, as {@code METHOD path}
 */
public record ProblemJson(
        @Nullable String type,
        @Nullable String title,
        int status,
        @Nullable String detail,
        @Nullable String instance,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        @Nullable List<String> identifiers,
        @Nullable Existing existing,
        @Nullable String nextCall) {

    public record Existing(
            String id, RequestState state, @Nullable Instant notAfter) {}
}
