package dev.perennial.agent.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call to the server failed: it gave no answer that can be used, or the answer is a problem (RFC 9457). */
public final class ServerException extends Exception {
    private static final long serialVersionUID = 1;

    private final String slug;
    private final @Nullable Duration retryAfter;
    private final @Nullable String existingId;

    ServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.slug = "";
        this.retryAfter = null;
        this.existingId = null;
    }

    ServerException(String slug, String message, @Nullable Duration retryAfter, @Nullable String existingId) {
        super(message);
        this.slug = slug;
        this.retryAfter = retryAfter;
        this.existingId = existingId;
    }

    /** The same failure in other words. */
    public ServerException saying(String message) {
        ServerException other = new ServerException(slug, message, retryAfter, existingId);
        other.initCause(this);
        return other;
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
}
