package dev.perennial.server.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what no event tells of, under a generous deadline. */
public final class Until {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Until() {}

    public static void is(BooleanSupplier condition, String what) {
        is(condition, () -> what);
    }

    /** @param what is missing, said when the time is over */
    public static void is(BooleanSupplier condition, Supplier<String> what) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not within " + DEADLINE + ": " + what.get());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
