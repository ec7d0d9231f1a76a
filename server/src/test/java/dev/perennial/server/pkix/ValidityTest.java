package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidityTest {
    private static final Instant LONG_AGO = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant FAR_OFF = Instant.parse("2099-12-31T23:59:59Z");

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z, P90D, 2026-03-01T11:55:00Z, 2026-05-30T11:54:59Z",
        "2026-03-01T12:00:00.999Z, P90D, 2026-03-01T11:55:00Z, 2026-05-30T11:54:59Z",
        "2028-02-28T23:59:59Z, P1D, 2028-02-28T23:54:59Z, 2028-02-29T23:54:58Z",
        "2028-02-29T12:00:00Z, P365D, 2028-02-29T11:55:00Z, 2029-02-28T11:54:59Z",
        "2027-02-28T12:00:00Z, P1D, 2027-02-28T11:55:00Z, 2027-03-01T11:54:59Z",
        "2026-03-29T00:30:00Z, P1D, 2026-03-29T00:25:00Z, 2026-03-30T00:24:59Z",
        "2016-12-31T23:59:59Z, PT1H, 2016-12-31T23:54:59Z, 2017-01-01T00:54:58Z",
        "2049-12-31T23:59:59Z, P1D, 2049-12-31T23:54:59Z, 2050-01-01T23:54:58Z",
        "2026-03-01T12:00:00Z, PT10M, 2026-03-01T11:59:00Z, 2026-03-01T12:08:59Z",
        "2026-03-01T12:00:00Z, PT50M, 2026-03-01T11:55:00Z, 2026-03-01T12:44:59Z",
        "2026-03-01T12:00:00Z, PT1S, 2026-03-01T11:59:59Z, 2026-03-01T11:59:59Z",
    })
    void of_lastsExactlyAsLongAsAsked(Instant now, Duration duration, Instant notBefore, Instant notAfter) {
        Validity validity = Validity.of(now, duration, LONG_AGO, FAR_OFF);
        assertThat(validity).isEqualTo(new Validity(notBefore, notAfter, false));
        assertThat(validity.duration()).isEqualTo(duration);
    }

    @Test
    void of_issuerExpiringFirst_isCutShort() {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        Instant last =
                now.plus(Duration.ofDays(90)).minus(Duration.ofMinutes(5)).minusSeconds(1);
        assertThat(Validity.of(now, Duration.ofDays(90), LONG_AGO, last)).satisfies(v -> {
            assertThat(v.notAfter()).isEqualTo(last);
            assertThat(v.cutShort()).isFalse();
        });
        assertThat(Validity.of(now, Duration.ofDays(90), LONG_AGO, last.minusSeconds(1)))
                .satisfies(v -> {
                    assertThat(v.notAfter()).isEqualTo(last.minusSeconds(1));
                    assertThat(v.cutShort()).isTrue();
                });
    }

    @Test
    void of_issuerJustMade_startsWithIt() {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        Validity validity = Validity.of(now, Duration.ofDays(1), now, FAR_OFF);
        assertThat(validity.notBefore()).isEqualTo(now);
        assertThat(validity.duration()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void of_issuerNotValidNow_isUnavailable() {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        assertThatThrownBy(() -> Validity.of(now, Duration.ofDays(1), LONG_AGO, now.minusSeconds(1)))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> Validity.of(now, Duration.ofDays(1), now.plusSeconds(1), FAR_OFF))
                .isInstanceOf(ProblemException.class);
    }
}
