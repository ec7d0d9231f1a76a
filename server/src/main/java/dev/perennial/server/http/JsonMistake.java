package dev.perennial.server.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Says in our own words what is wrong with a body. Jackson's words may quote it, and a body may hold secrets. */
final class JsonMistake {
    /** How it begins to say so; with other words it would be told of the other limits. */
    private static final String JACKSONS_LONG_TEXT = "String value length";

    private JsonMistake() {}

    static String describe(JsonProcessingException mistake) {
        Throwable cause = mistake;
        while (cause != null) {
            if (cause instanceof StreamConstraintsException) {
                return String.valueOf(cause.getMessage()).startsWith(JACKSONS_LONG_TEXT)
                        ? Json.LONG_TEXT
                        : "the JSON is nested deeper than %d, has more than %d parts or a longer name or number than we read"
                                .formatted(Json.MAXIMUM_DEPTH, Json.MAXIMUM_TOKENS);
            }
            cause = cause.getCause();
        }
        if (mistake instanceof MismatchedInputException mismatch) {
            return path(mismatch) + ": expected " + expected(mismatch.getTargetType());
        }
        if (mistake instanceof JsonMappingException mapping
                && mapping.getCause() instanceof InputCoercionException tooLarge) {
            return path(mapping) + ": expected " + expected(tooLarge.getTargetType()) + " within its range";
        }
        if (mistake instanceof JsonMappingException mapping
                && !(mapping.getCause() instanceof JsonProcessingException)) {
            return path(mapping) + ": not acceptable";
        }
        JsonLocation location = mistake.getLocation();
        String place =
                location == null ? "" : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
        return "the body is not well-formed JSON, or names a property twice" + place;
    }

    private static String path(JsonMappingException mistake) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : mistake.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(plain(step.getFieldName()));
            }
        }
        return path.isEmpty() ? "the body" : path.toString();
    }

    /** The keys of a map are the sender's own words. */
    private static String plain(String name) {
        return name.length() <= 64 && name.chars().allMatch(c -> c > ' ' && c < 0x7f) ? name : "?";
    }

    private static String expected(Class<?> type) {
        if (type == null) {
            return "something else";
        } else if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        } else if (type == String.class) {
            return "a string";
        } else if (type == Instant.class) {
            return "an RFC 3339 instant like 2026-01-31T12:00:00Z";
        } else if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number";
        } else if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(word -> word.toString().toUpperCase(Locale.ROOT))
                    .collect(Collectors.joining(", ", "one of ", ""));
        } else if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        } else if (Map.class.isAssignableFrom(type) || type.isRecord()) {
            return "an object";
        }
        return "something else";
    }
}
