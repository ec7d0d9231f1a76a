package dev.perennial.server.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One change, at its place in the order of commits. */
public record Event(
        long position,
        Instant at,
        String orgId,
        Kind kind,
        String objectId,
        Change change,
        @Nullable String state) {

    /** What sort of object changed; {@link #word()} is its name in the database. */
    public enum Kind {
        SIGNING_REQUEST("signing_request"),
        AGENT_CONNECTOR("agent_connector");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        static Kind of(String word) {
            return "agent_connector".equals(word) ? AGENT_CONNECTOR : SIGNING_REQUEST;
        }
    }

    /** What became of it, in Kubernetes' words. */
    public enum Change {
        ADDED,
        MODIFIED,
        DELETED
    }
}
