package dev.perennial.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A token of an account; its secret is shown once, in the answer that made it. */
public record AccessTokenJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * @param account the account's id; the caller's own where absent
     * @param roles of the account's only these; all of them where absent
     * @param names within the account's; all of them where absent
     * @param expires how long it lasts, an ISO 8601 duration; PT1H where absent
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String account,
            @Nullable List<String> roles,
            @Nullable List<String> names,
            @Nullable String expires) {}

    public record Status(@Nullable String token, Instant expires, String accountName) {
        /** Without the token: it gets into no log by a slip. */
        @Override
        public String toString() {
            return "Status[" + expires + "]";
        }
    }
}
