package dev.perennial.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A token that lets agents in; its secret is shown once, in the answer that made it. */
public record EnrolmentTokenJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * @param names the patterns of names that an agent enrolled with it may ask for
     * @param uses how many agents it lets in; 1 where absent
     * @param expires how long it lasts, an ISO 8601 duration; PT1H where absent
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable List<String> names,
            @Nullable Integer uses,
            @Nullable String expires) {}

    public record Status(@Nullable String token, Instant expires, int usesLeft) {
        /** Without the token: it gets into no log by a slip. */
        @Override
        public String toString() {
            return "Status[" + expires + "]";
        }
    }
}
