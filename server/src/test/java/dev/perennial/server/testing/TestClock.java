package dev.perennial.server.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The real time, put forward by as much as a test says; in milliseconds, as the server's own clock. */
public final class TestClock implements InstantSource {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead.get()).truncatedTo(ChronoUnit.MILLIS);
    }

    /** By how much it is put forward or, where that is negative, back, whatever it was before. */
    public void set(Duration ahead) {
        this.ahead.set(ahead);
    }

    public void advance(Duration step) {
        ahead.accumulateAndGet(step, Duration::plus);
    }
}
