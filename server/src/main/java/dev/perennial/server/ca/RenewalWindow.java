package dev.perennial.server.ca;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When a certificate is renewed: a moment in a window of its lifetime, drawn once, so that renewals spread by themselves. */
final class RenewalWindow {
    private static final Duration SHORT = Duration.ofDays(10);

    private RenewalWindow() {}

    /** Draws in [2/3, 3/4] of the lifetime; in [1/2, 2/3] of one below ten days. */
    static Instant draw(Instant notBefore, Instant notAfter, RandomGenerator random) {
        Duration lifetime = Duration.between(notBefore, notAfter.plusSeconds(1));
        boolean isShort = lifetime.compareTo(SHORT) < 0;
        double from = isShort ? 1.0 / 2 : 2.0 / 3;
        double to = isShort ? 2.0 / 3 : 3.0 / 4;
        double place = from + (to - from) * random.nextDouble();
        return notBefore.plusMillis((long) (lifetime.toMillis() * place));
    }
}
