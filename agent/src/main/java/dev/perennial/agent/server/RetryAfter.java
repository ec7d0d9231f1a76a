package dev.perennial.agent.server;

import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The Retry-After field (RFC 9110 §10.2.3), seconds or a date. */
final class RetryAfter {
    /** A server that asks for longer is asked once a day all the same. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private RetryAfter() {}

    static @Nullable Duration of(HttpResponse<?> answer, Instant serverTime) {
        String text = answer.headers().firstValue("Retry-After").orElse("").strip();
        Duration asked = parse(text, serverTime);
        if (asked == null || asked.isNegative()) {
            return null;
        }
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }

    private static @Nullable Duration parse(String text, Instant serverTime) {
        try {
            if (!text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Duration.ofSeconds(Long.parseLong(text));
            }
            Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Duration.between(serverTime, date);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
