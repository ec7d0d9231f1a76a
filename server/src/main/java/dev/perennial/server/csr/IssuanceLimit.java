package dev.perennial.server.csr;

import java.time.Duration;

/** At most {@code count} certificates in any {@code per} for one caller and one set of names. */
public record IssuanceLimit(int count, Duration per) {
    public static IssuanceLimit standard() {
        return new IssuanceLimit(5, Duration.ofDays(7));
    }
}
