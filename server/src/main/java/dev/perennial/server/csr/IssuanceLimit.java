package dev.perennial.server.csr;

import java.time.Duration;

/**
 * GCRA: {@code count} certificates at once for one caller and one set of names, and one more each {@code per / count}.
 */
public record IssuanceLimit(int count, Duration per) {
    public static IssuanceLimit standard() {
        return new IssuanceLimit(5, Duration.ofDays(7));
    }
}
