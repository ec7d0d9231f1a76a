package dev.perennial.agent.people;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Instants for people: by the local clock, and how far away. */
final class Times {
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final InstantSource clock;
    private final ZoneId zone;

    Times(InstantSource clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    /** {@code 2026-12-01 14:05 (in 12 days)}; what is no instant is shown as it is. */
    String of(String text) {
        try {
            Instant instant = Instant.parse(text);
            return SHORT.format(instant.atZone(zone)) + " ("
                    + distance(Duration.between(clock.instant(), instant), " days", " hours", " minutes", " seconds")
                    + ")";
        } catch (DateTimeException e) {
            return Visible.of(text);
        }
    }

    /** How far away, {@code in 89 d} or {@code 3 h ago}, where a column has no room for more. */
    String brief(String text) {
        try {
            return distance(Duration.between(clock.instant(), Instant.parse(text)), " d", " h", " min", " s");
        } catch (DateTimeException e) {
            return Visible.of(text);
        }
    }

    /** {@code 2026-12-01 14:05:09}, where it matters which came first. */
    String exact(String text) {
        try {
            return EXACT.format(Instant.parse(text).atZone(zone));
        } catch (DateTimeException e) {
            return Visible.of(text);
        }
    }

    boolean isPast(String text) {
        try {
            return !Instant.parse(text).isAfter(clock.instant());
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static String distance(Duration distance, String days, String hours, String minutes, String seconds) {
        Duration absolute = distance.abs();
        if (absolute.toSeconds() < 1) {
            // The server's clock is told in seconds.
            return "now";
        }
        String far;
        if (absolute.toDays() >= 2) {
            far = absolute.toDays() + days;
        } else if (absolute.toHours() >= 2) {
            far = absolute.toHours() + hours;
        } else if (absolute.toMinutes() >= 2) {
            far = absolute.toMinutes() + minutes;
        } else {
            far = absolute.toSeconds() + seconds;
        }
        return distance.isNegative() ? far + " ago" : "in " + far;
    }

    /** An option that means an instant to come: a duration from now, a day, or as the server takes it. */
    String ahead(String text) {
        return text.startsWith("P") ? moved(text, 1) : plain(text);
    }

    /** An option that means an instant gone by: a duration before now, a day, or as the server takes it. */
    String back(String text) {
        return text.startsWith("P") ? moved(text, -1) : plain(text);
    }

    private String moved(String text, int direction) {
        try {
            return clock.instant()
                    .plus(Duration.parse(text).multipliedBy(direction))
                    .toString();
        } catch (DateTimeException | ArithmeticException e) {
            return text;
        }
    }

    private String plain(String text) {
        try {
            return LocalDate.parse(text).atStartOfDay(zone).toInstant().toString();
        } catch (DateTimeException e) {
            return text;
        }
    }
}
