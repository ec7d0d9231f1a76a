package dev.perennial.server.agilicus;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** How long something lasts, as bodies say it. */
final class Durations {
    private static final Duration HOUR = Duration.ofHours(1);

    private Durations() {}

    /** {@code spec.expires}; an hour where it is absent. */
    static Duration expires(@Nullable String text) {
        return text == null ? HOUR : of("spec.expires", text);
    }

    static Duration of(String path, String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw ProblemException.of(ProblemType.MALFORMED, path + " must be an ISO 8601 duration like PT1H");
        }
    }
}
