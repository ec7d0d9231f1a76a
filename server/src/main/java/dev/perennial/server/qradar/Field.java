package dev.perennial.server.qradar;

import dev.perennial.server.keys.KeyedRequests.Named;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The fields of a listed request: what a client may have shown, and compare. */
enum Field {
    ID,
    DESCRIPTION,
    CREATE_TIME;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isNumber() {
        return switch (this) {
            case ID, CREATE_TIME -> true;
            case DESCRIPTION -> false;
        };
    }

    /** What of it is a number; the description is none. */
    long number(Named request) {
        return switch (this) {
            case ID -> request.number();
            case CREATE_TIME -> request.created().toEpochMilli();
            case DESCRIPTION -> throw new IllegalStateException("the description is no number");
        };
    }

    static Optional<Field> of(String word) {
        return Arrays.stream(values())
                .filter(field -> field.word().equals(word))
                .findFirst();
    }

    /** All of them, for the text of a refusal. */
    static String words() {
        return Arrays.stream(values()).map(Field::word).collect(Collectors.joining(", "));
    }
}
