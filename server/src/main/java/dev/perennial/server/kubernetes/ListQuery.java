package dev.perennial.server.kubernetes;

import dev.perennial.model.ProblemType;
import dev.perennial.server.http.PageToken;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of the list is asked for.
 *
 * @param limit at most so many
 * @param version that the list is to be of; null: the newest
 * @param match {@code Exact} or {@code NotOlderThan}; empty: not said
 * @param token where the page begins; null: at the beginning
 */
record ListQuery(
        Selector selector,
        int limit,
        @Nullable Long version,
        String match,
        @Nullable PageToken token) {
    /** More than that is never in one answer: it says where to go on. */
    private static final int LARGEST = 5_000;

    private static final int LONGEST_SELECTOR = 4_096;
    private static final String CONTINUE = "continue";
    private static final List<String> BOUND = List.of("fieldSelector", "labelSelector");

    /** @throws ProblemException malformed for selectors that are none, or that this resource does not know */
    static ListQuery of(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int limit = query.integer("limit", 0, Integer.MAX_VALUE, 0);
        PageToken token = PageToken.of(context, CONTINUE, BOUND);
        Long version = version(context);
        String match = text(context, "resourceVersionMatch");
        if (!match.isEmpty()) {
            requireSound(match, version, token);
        }
        return new ListQuery(selector(context), limit == 0 ? LARGEST : Math.min(limit, LARGEST), version, match, token);
    }

    private static void requireSound(String match, @Nullable Long version, @Nullable PageToken token) {
        if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
            throw StatusException.invalid(
                    "resourceVersionMatch: Unsupported value: supported values: \"Exact\"," + " \"NotOlderThan\"");
        }
        if (version == null || token != null) {
            throw StatusException.invalid(
                    "resourceVersionMatch: Forbidden: it goes with a resourceVersion, and without a continue");
        }
    }

    static Selector selector(RoutingContext context) {
        return Selector.of(text(context, "labelSelector"), text(context, "fieldSelector"));
    }

    /** The version that a list or a watch begins with; null where none, or any at all, is asked for. */
    static @Nullable Long version(RoutingContext context) {
        String text = text(context, "resourceVersion");
        if (text.isEmpty()) {
            return null;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw wrong("resourceVersion: Invalid value: it is one of an earlier answer");
        }
        long version = Long.parseLong(text);
        return version == 0 ? null : version;
    }

    /** A parameter that clients send empty as well as not at all. */
    static String text(RoutingContext context, String name) {
        List<String> all = context.queryParam(name);
        if (all.isEmpty()) {
            return "";
        }
        String text = all.get(0);
        if (text.length() > LONGEST_SELECTOR || text.chars().anyMatch(Character::isISOControl)) {
            throw wrong(name + ": at most " + LONGEST_SELECTOR + " characters, and no control characters");
        }
        return text;
    }

    /** Whether that is asked for, in the words that clients use. */
    static boolean flag(RoutingContext context, String name) {
        return switch (text(context, name)) {
            case "true", "1" -> true;
            case "", "false", "0" -> false;
            default -> throw wrong(name + ": true or false");
        };
    }

    /** Where the next page begins, for the same path and selectors. */
    static String next(RoutingContext context, long head, long number) {
        return new PageToken(head, number).text(context, BOUND);
    }

    private static ProblemException wrong(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
