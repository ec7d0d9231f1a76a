package dev.perennial.server.kubernetes;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many may watch at this server, and how much all of them together may leave unread: neither one caller nor many slow
 * ones take it from the others. Thread-safe.
 */
final class WatchLimits {
    /** For whom a server with 512 MiB of heap was measured; beyond, more servers are needed. */
    static final int MOST = 10_000;

    static final int MOST_OF_ONE = 5_000;

    /** In octets that the kernel has not taken. */
    static final long MOST_UNSENT = 64L * 1024 * 1024;

    private final int most;
    private final int mostOfOne;
    private final long mostUnsent;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<String, Integer> byCaller = new ConcurrentHashMap<>();
    private final AtomicLong unsent = new AtomicLong();

    WatchLimits() {
        this(MOST, MOST_OF_ONE, MOST_UNSENT);
    }

    WatchLimits(int most, int mostOfOne, long mostUnsent) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.mostUnsent = mostUnsent;
    }

    /** Lets one more watch of that caller in; it is to {@link #leave} once. */
    void enter(String caller) {
        int others = byCaller.merge(caller, 1, Integer::sum) - 1;
        if (all.incrementAndGet() > most || others >= mostOfOne) {
            leave(caller);
            throw new StatusException(
                    429,
                    "TooManyRequests",
                    others >= mostOfOne
                            ? "you have " + mostOfOne + " watches open at this server: end some of them first"
                            : "there are " + most + " watches open at this server: try another one, or later");
        }
    }

    void leave(String caller) {
        all.decrementAndGet();
        byCaller.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
    }

    /** Counts octets that wait for their reader; false where they are too many. They are to be {@link #release}d. */
    boolean hold(long octets) {
        return unsent.addAndGet(octets) <= mostUnsent;
    }

    void release(long octets) {
        unsent.addAndGet(-octets);
    }
}
