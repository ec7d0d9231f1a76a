package dev.perennial.server.testing;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Turns a future into a value, so that tests read from top to bottom. */
public final class Await {
    private static final long DEADLINE_SECONDS = 60;

    private Await() {}

    /**
     * Waits for the value, at most a minute.
     *
     * @throws RuntimeException what the future failed with, itself if it is unchecked
     */
    public static <T> T value(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError("The future failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("Nothing happened within " + DEADLINE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }

    /** What the future fails with; an error if it does not fail within a minute. */
    public static Throwable failure(Future<?> future) {
        return value(future.transform(done -> done.succeeded()
                ? Future.failedFuture(new AssertionError("It did not fail, but gave " + done.result()))
                : Future.succeededFuture(done.cause())));
    }
}
