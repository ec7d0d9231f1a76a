package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The query of a call, read strictly by name and range; parameters nobody asks for are ignored. Every failure is
 * MALFORMED and names the parameter and what it may be.
 */
public final class QueryParameters {
    private final MultiMap parameters;

    private QueryParameters(MultiMap parameters) {
        this.parameters = parameters;
    }

    public static QueryParameters of(RoutingContext context) {
        return new QueryParameters(context.queryParams());
    }

    /** Parameters that came otherwise than in a query. */
    public static QueryParameters of(MultiMap parameters) {
        return new QueryParameters(parameters);
    }

    /** The page length {@code limit}: 1 to 500, 500 where absent. */
    public int limit() {
        return integer("limit", 1, 500, 500);
    }

    /** A whole number between two bounds, both included. */
    public int integer(String name, int least, int most, int otherwise) {
        String value = single(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (value.charAt(0) != '+' && number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw wrong(name, "a whole number from " + least + " to " + most);
    }

    /** Exactly {@code true} or {@code false}; empty where absent. */
    public Optional<Boolean> flag(String name) {
        String value = single(name);
        if (value == null) {
            return Optional.empty();
        }
        return switch (value) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> throw wrong(name, "true or false");
        };
    }

    /** An instant as RFC 3339 §5.6 writes it. */
    public Optional<Instant> instant(String name) {
        String value = single(name);
        if (value == null) {
            return Optional.empty();
        }
        Instant instant = StrictInstants.parse(value);
        if (instant == null) {
            throw wrong(name, "an RFC 3339 instant like 2026-01-31T12:00:00Z");
        }
        return Optional.of(instant);
    }

    /** A text of 1 to {@code longest} characters without control characters. */
    public Optional<String> text(String name, int longest) {
        String value = single(name);
        return value == null ? Optional.empty() : Optional.of(bounded(name, value, longest));
    }

    /** An id of ours, in the form that ids in paths have. */
    public Optional<String> id(String name) {
        String value = single(name);
        if (value != null && !PathId.isId(value)) {
            throw wrong(name, "1 to 64 letters, digits, - or _");
        }
        return Optional.ofNullable(value);
    }

    /** A parameter that may come more than once, at most 100 times, in the order it came. */
    public List<String> texts(String name, int longest) {
        List<String> values = parameters.getAll(name);
        if (values.size() > 100) {
            throw wrong(name, "given at most 100 times");
        }
        return values.stream().map(value -> bounded(name, value, longest)).toList();
    }

    private static String bounded(String name, String value, int longest) {
        if (value.isEmpty() || value.length() > longest || value.chars().anyMatch(Character::isISOControl)) {
            throw wrong(name, "1 to " + longest + " characters without control characters");
        }
        return value;
    }

    private @Nullable String single(String name) {
        List<String> values = parameters.getAll(name);
        if (values.size() > 1) {
            throw wrong(name, "given once");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    private static ProblemException wrong(String name, String range) {
        return ProblemException.of(ProblemType.MALFORMED, "the query parameter " + name + " must be " + range);
    }
}
