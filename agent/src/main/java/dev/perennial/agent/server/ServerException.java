package dev.perennial.agent.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call to the server failed; the kind decides what the agent does next. */
public final class ServerException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final String slug;
    private final @Nullable Duration retryAfter;
    private final @Nullable String existingId;

    ServerException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.slug = "";
        this.retryAfter = null;
        this.existingId = null;
    }

    ServerException(String slug, String message, @Nullable Duration retryAfter, @Nullable String existingId) {
        super(message);
        this.kind = Kind.PROBLEM;
        this.slug = slug;
        this.retryAfter = retryAfter;
        this.existingId = existingId;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the server answered with this problem (the last segment of its type). */
    public boolean is(String problemSlug) {
        return slug.equals(problemSlug);
    }

    /** What the server asked us to wait; null where it did not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The id of the request that is in the way of a duplicate; null where the server does not name it. */
    public @Nullable String existingId() {
        return existingId;
    }

    /** How a call fails. */
    public enum Kind {
        /** No connection, or it broke: whether the server did what was asked is unknown. */
        UNREACHABLE,
        TIMEOUT,
        /** The server's certificate does not lead to a trusted root. */
        UNKNOWN_CA,
        /** The server's certificate is for another name. */
        NAME,
        EXPIRED,
        NOT_YET_VALID,
        TLS,
        /** The server answered with a problem document, or with a status that means one. */
        PROBLEM,
        /** What answered does not speak the API. */
        NOT_THE_API
    }
}
