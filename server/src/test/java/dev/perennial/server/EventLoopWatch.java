package dev.perennial.server;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.threadchecker.BlockedThreadEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Notes when an event loop is held for longer than it may be: by work, which its CPU time shows, or by waiting. A loop
 * that merely did not get its share of a busy machine is at no fault.
 */
final class EventLoopWatch implements AutoCloseable {
    private static final Duration SAMPLING = Duration.ofMillis(20);
    private static final int KEPT = 500;

    private final VertxInternal vertx;
    private final Duration limit;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<Thread, Deque<Sample>> samples = new HashMap<>();
    private final List<String> held = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "event-loop-watch");
        thread.setDaemon(true);
        return thread;
    });

    /** CPU time used up to a moment, both in nanoseconds. */
    private record Sample(long at, long used) {}

    EventLoopWatch(Vertx vertx, Duration limit) {
        this.vertx = (VertxInternal) vertx;
        this.limit = limit;
    }

    /** From now on. */
    void arm() {
        var unused = sampler.scheduleAtFixedRate(this::sample, 0, SAMPLING.toMillis(), TimeUnit.MILLISECONDS);
        vertx.nettyEventLoopGroup().forEach(loop -> loop.execute(() -> add(Thread.currentThread())));
        vertx.blockedThreadChecker().setThreadBlockedHandler(this::note);
    }

    /** Fails if any was held since the last time. */
    void requireFree() {
        if (!held.isEmpty()) {
            String told = String.join("\n", held);
            held.clear();
            throw new AssertionError("An event loop was held: " + told);
        }
    }

    private synchronized void add(Thread loop) {
        samples.put(loop, new ArrayDeque<>());
    }

    private synchronized void sample() {
        samples.forEach((thread, kept) -> {
            kept.addLast(new Sample(System.nanoTime(), threads.getThreadCpuTime(thread.getId())));
            if (kept.size() > KEPT) {
                kept.removeFirst();
            }
        });
    }

    private void note(BlockedThreadEvent event) {
        Thread thread = event.thread();
        long used = usedIn(thread, event.duration());
        if (used >= 0 && (used >= limit.toNanos() || waits(thread))) {
            held.add(thread.getName() + " for "
                    + Duration.ofNanos(event.duration()).toMillis() + " ms, working "
                    + Duration.ofNanos(used).toMillis() + " ms, " + thread.getState() + "\n"
                    + Arrays.stream(thread.getStackTrace())
                            .map(frame -> "    " + frame)
                            .collect(Collectors.joining("\n")));
        }
    }

    /** For something to happen; who waits for a lock waits for its owner, which is noted itself if it works so long. */
    private boolean waits(Thread thread) {
        ThreadInfo info = threads.getThreadInfo(thread.getId());
        return info != null
                && (info.getThreadState() == Thread.State.WAITING
                        || info.getThreadState() == Thread.State.TIMED_WAITING)
                && info.getLockOwnerId() < 0
                && !String.valueOf(info.getLockName()).contains("ReentrantLock");
    }

    /** The CPU time that it used in the last so many nanoseconds; negative if it is no event loop of ours. */
    private synchronized long usedIn(Thread thread, long nanos) {
        Deque<Sample> kept = samples.get(thread);
        if (kept == null || kept.isEmpty()) {
            return -1;
        }
        long start = System.nanoTime() - nanos;
        long before = kept.stream()
                .filter(sample -> sample.at() >= start)
                .findFirst()
                .orElseGet(kept::getLast)
                .used();
        return threads.getThreadCpuTime(thread.getId()) - before;
    }

    @Override
    public void close() {
        sampler.shutdownNow();
    }
}
