package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads of their own for what strangers can have done and an event loop has no time for, and an end to how much
 * of it may wait: beyond, calls are told so at once. Thread-safe.
 */
public final class Workers {
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final String name;
    private final WorkerExecutor threads;
    private final int mostWaiting;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param name of the threads, and in the plural what they look at */
    public Workers(Vertx vertx, String name, int threads, int mostWaiting) {
        this.name = name;
        this.threads = vertx.createSharedWorkerExecutor(name, threads);
        this.mostWaiting = mostWaiting;
    }

    /** Does the work there; fails with UNAVAILABLE where too much is waiting already. */
    public <T> Future<T> run(Callable<T> work) {
        if (waiting.incrementAndGet() > mostWaiting) {
            waiting.decrementAndGet();
            return Future.failedFuture(
                    ProblemException.of(ProblemType.UNAVAILABLE, "too many " + name + " are being looked at just now")
                            .after(AGAIN));
        }
        return threads.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
    }
}
