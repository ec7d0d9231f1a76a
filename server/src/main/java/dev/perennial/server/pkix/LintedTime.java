package dev.perennial.server.pkix;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A time under lint.
 *
 * @param formed whether it is digits to the second and a Z, as RFC 5280 §4.1.2.5 wants both forms
 * @param instant what it says; null where it is not formed so, or no calendar has it
 */
record LintedTime(int tag, boolean formed, @Nullable Instant instant) {
    private static final int FIRST_GENERALIZED_YEAR = 2050;

    static LintedTime read(DerReader reader) {
        int tag = reader.nextTag();
        String text = new String(reader.content(tag), StandardCharsets.ISO_8859_1);
        boolean formed = isDigitsAndZ(text, tag == DerWriter.UTC_TIME ? 12 : 14);
        return new LintedTime(tag, formed, formed ? instant(tag, text) : null);
    }

    private static boolean isDigitsAndZ(String text, int digits) {
        if (text.length() != digits + 1 || text.charAt(digits) != 'Z') {
            return false;
        }
        for (int i = 0; i < digits; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Instant instant(int tag, String text) {
        boolean utc = tag == DerWriter.UTC_TIME;
        int year = Integer.parseInt(text, 0, utc ? 2 : 4, 10);
        int start = utc ? 2 : 4;
        try {
            return LocalDateTime.of(
                            utc ? year + (year < 50 ? 2000 : 1900) : year,
                            two(text, start),
                            two(text, start + 2),
                            two(text, start + 4),
                            two(text, start + 6),
                            two(text, start + 8))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int two(String text, int at) {
        return 10 * (text.charAt(at) - '0') + text.charAt(at + 1) - '0';
    }

    boolean isOfTime() {
        return tag == DerWriter.UTC_TIME || tag == DerWriter.GENERALIZED_TIME;
    }

    /** Whether its year is one of its form. */
    boolean isOfItsYears() {
        return tag != DerWriter.GENERALIZED_TIME
                || instant == null
                || instant.atOffset(ZoneOffset.UTC).getYear() >= FIRST_GENERALIZED_YEAR;
    }

    /** Whether it is not before {@code other}; true where one of them says nothing. */
    boolean isFrom(@Nullable Instant other) {
        return instant == null || other == null || !instant.isBefore(other);
    }

    /** Whether it is not after {@code other}; true where one of them says nothing. */
    boolean isUntil(@Nullable Instant other) {
        return instant == null || other == null || !instant.isAfter(other);
    }
}
