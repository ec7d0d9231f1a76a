package dev.perennial.server.kubernetes;

import io.vertx.core.http.HttpServerResponse;

/** What a client that is told something has not read yet. Used on the context of its call alone. */
final class Unsent {
    /** Beneath this line no client is cut, however slow, as long as all together are not: in octets. */
    private static final long MOST = 4L * 1024 * 1024;

    private final HttpServerResponse response;
    private final WatchLimits limits;
    private long changes;
    private long held;

    Unsent(HttpServerResponse response, WatchLimits limits) {
        this.response = response;
        this.limits = limits;
    }

    /** The beginning of what it asked for: however large, that is not its slowness. False where all have too much. */
    boolean begin(int octets) {
        held += octets;
        return limits.hold(octets);
    }

    /** One more line of changes. False where it is too far behind to be told of them. */
    boolean add(int octets) {
        settle();
        if (!response.writeQueueFull()) {
            return true;
        }
        changes += octets;
        held += octets;
        return limits.hold(octets) && changes <= MOST;
    }

    /** Where everything was taken, nothing is unread. */
    void settle() {
        if (held > 0 && !response.writeQueueFull()) {
            release();
        }
    }

    /** When it is over. */
    void release() {
        limits.release(held);
        held = 0;
        changes = 0;
    }
}
