package dev.perennial.server.oidc;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a claim stands: {@code sub}, {@code realm_access.roles} for one inside of another, or a JSON Pointer (RFC 6901)
 * where the names have dots of their own: {@code /kubernetes.io/namespace}.
 */
public record ClaimPath(String text) implements Comparable<ClaimPath> {
    private static final int MOST_VALUES = 100;
    private static final int LONGEST_VALUE = 512;

    /** @throws IllegalArgumentException if it is neither */
    public ClaimPath {
        if (text.isEmpty() || text.equals("/") || pointer(text).toString().isEmpty()) {
            throw new IllegalArgumentException("the name of a claim is empty");
        }
    }

    private static JsonPointer pointer(String text) {
        if (text.startsWith("/")) {
            return JsonPointer.compile(text);
        }
        JsonPointer pointer = JsonPointer.empty();
        for (String step : text.split("\\.", -1)) {
            pointer = pointer.appendProperty(step);
        }
        return pointer;
    }

    /** The texts that stand there: of one scalar, or of those in a list. What is no plain text is left out. */
    List<String> values(JsonNode claims) {
        JsonNode found = claims.at(pointer(text));
        List<String> values = new ArrayList<>();
        if (found.isArray()) {
            for (JsonNode element : found) {
                if (values.size() < MOST_VALUES) {
                    add(values, element);
                }
            }
        } else {
            add(values, found);
        }
        return List.copyOf(values);
    }

    private static void add(List<String> values, JsonNode node) {
        if (node.isTextual() || node.isBoolean() || node.isIntegralNumber()) {
            String value = node.asText();
            if (value.length() <= LONGEST_VALUE && isPlain(value)) {
                values.add(value);
            }
        }
    }

    /** Neither control characters, seen or unseen, nor half of a surrogate pair, which no database keeps. */
    static boolean isPlain(String text) {
        return text.codePoints()
                .noneMatch(point -> Character.isISOControl(point)
                        || Character.getType(point) == Character.SURROGATE
                        || Character.getType(point) == Character.FORMAT);
    }

    @Override
    public int compareTo(ClaimPath other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
