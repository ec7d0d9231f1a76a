package dev.perennial.server.agilicus;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** How long tokens last, as bodies say it. */
final class Durations {
    private static final Duration HOUR = Duration.ofHours(1);

    private Durations() {}

    /** {@code spec.expires}; an hour where it is absent. */
    static Duration expires(@Nullable String text) {
        try {
            return text == null ? HOUR : Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec.expires must be an ISO 8601 duration like PT1H");
        }
    }
}
