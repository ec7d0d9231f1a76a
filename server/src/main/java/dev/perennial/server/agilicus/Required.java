package dev.perennial.server.agilicus;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/** What a body must hold, named as its sender wrote it. */
final class Required {
    private Required() {}

    static <T> T field(String path, @Nullable T value) {
        if (value == null) {
            throw ProblemException.of(ProblemType.MALFORMED, path + " is required");
        }
        return value;
    }

    /** A text that has to be there, of 1 to {@code longest} characters. */
    static String text(String path, @Nullable String value, int longest) {
        String text = field(path, value);
        requireFits(path, text, longest);
        return text;
    }

    /** A text that may be left out, else of 1 to {@code longest} characters. */
    static @Nullable String optional(String path, @Nullable String value, int longest) {
        if (value != null) {
            requireFits(path, value, longest);
        }
        return value;
    }

    /** As {@link #optional}, but it may be empty too. */
    static @Nullable String optionalOrEmpty(String path, @Nullable String value, int longest) {
        return "".equals(value) ? value : optional(path, value, longest);
    }

    private static void requireFits(String path, String text, int longest) {
        if (text.isEmpty() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    path + " must be 1 to " + longest + " characters without control characters");
        }
    }
}
