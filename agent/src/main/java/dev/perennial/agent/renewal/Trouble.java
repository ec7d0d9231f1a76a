package dev.perennial.agent.renewal;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Why something fails, since when, and when it is tried again: decorrelated back-off, stored, so that a restart does not
 * start a hot loop.
 *
 * @param setAt when this was written; a clock that stands before it has been set back, and the wait is over
 * @param asked whether the server named the wait, which is then kept whatever happens
 */
public record Trouble(
        String reason, Instant since, int attempts, long delayMillis, Instant setAt, Instant next, boolean asked) {
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    /** The bounds of the waits. */
    public record Bounds(Duration shortest, Duration longest) {}

    /** What follows one more failure. */
    public static Trouble after(
            @Nullable Trouble before,
            String reason,
            Instant now,
            Bounds bounds,
            @Nullable Duration retryAfter,
            RandomGenerator random) {
        Instant since = before == null ? now : before.since();
        int attempts = before == null ? 1 : before.attempts() + 1;
        if (retryAfter != null) {
            // A server that says "now" and fails again would have us in a loop.
            long asked = Math.max(retryAfter.toMillis(), bounds.shortest().toMillis());
            long millis = asked + random.nextLong(asked / 5 + 1);
            return new Trouble(reason, since, attempts, millis, now, now.plusMillis(millis), true);
        }
        long shortest = bounds.shortest().toMillis();
        long top = before == null || before.asked() ? shortest * 2 : Math.max(shortest, before.delayMillis()) * 3;
        long drawn = shortest + random.nextLong(Math.max(1, top - shortest));
        long millis = Math.min(drawn, bounds.longest().toMillis());
        return new Trouble(reason, since, attempts, millis, now, now.plusMillis(millis), false);
    }

    public boolean isDue(Instant now) {
        return !now.isBefore(next) || now.isBefore(setAt.minus(TOLERANCE));
    }
}
