package dev.perennial.server.agilicus;

import dev.perennial.model.ProblemType;
import dev.perennial.server.http.StrictInstants;
import dev.perennial.server.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An instant in a query: RFC 3339, or Agilicus' phrases {@code now}, {@code tomorrow}, {@code in 30 days}. */
final class InstantPhrase {
    private static final Pattern LATER = Pattern.compile("in ([0-9]{1,5}) (second|minute|hour|day|week)s?");

    private InstantPhrase() {}

    static Instant parse(String parameter, String text, Instant now) {
        String phrase = text.strip().toLowerCase(Locale.ROOT);
        if ("now".equals(phrase)) {
            return now;
        }
        if ("tomorrow".equals(phrase)) {
            return now.plus(Duration.ofDays(1));
        }
        Matcher later = LATER.matcher(phrase);
        if (later.matches()) {
            return now.plus(unit(later.group(2)).multipliedBy(Long.parseLong(later.group(1))));
        }
        Instant instant = StrictInstants.parse(text.strip());
        if (instant == null) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "the query parameter " + parameter
                            + " must be an instant like 2027-01-31T12:00:00Z, now, tomorrow, or in 30 days");
        }
        return instant;
    }

    private static Duration unit(String word) {
        return switch (word) {
            case "second" -> Duration.ofSeconds(1);
            case "minute" -> Duration.ofMinutes(1);
            case "hour" -> Duration.ofHours(1);
            case "day" -> Duration.ofDays(1);
            case "week" -> Duration.ofDays(7);
            default -> throw new IllegalArgumentException(word);
        };
    }
}
