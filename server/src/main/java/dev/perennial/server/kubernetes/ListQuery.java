package dev.perennial.server.kubernetes;

import dev.perennial.model.ProblemType;
import dev.perennial.server.csr.InventoryFilter;
import dev.perennial.server.csr.Page;
import dev.perennial.server.http.PageToken;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of the list is asked for.
 *
 * @param filter by the signer, where a field selector says it
 * @param name the one that a field selector names; null: any
 * @param page where it begins, and how much of it
 */
record ListQuery(InventoryFilter filter, @Nullable String name, Page.Wanted page) {
    private static final int LARGEST_PAGE = 500;
    private static final String CONTINUE = "continue";
    private static final List<String> BOUND = List.of("fieldSelector", "labelSelector");
    private static final Pattern EQUAL = Pattern.compile("([^=!]+)==?([^=!]+)");

    /** @throws ProblemException malformed for selectors that are none, or that this door does not know */
    static ListQuery of(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        if (query.flag("watch").orElse(false)) {
            throw ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "watching is not supported here");
        }
        if (query.text("labelSelector", 1_024).isPresent()) {
            throw wrong("label selectors are not supported here: objects have no labels");
        }
        List<String> signers = new ArrayList<>();
        String name = null;
        for (String term : query.text("fieldSelector", 2_048).orElse("").split(",", -1)) {
            Matcher matcher = EQUAL.matcher(term);
            if (term.isEmpty()) {
                continue;
            }
            if (!matcher.matches()) {
                throw wrong("field selector: " + term + " is no term like metadata.name=value");
            }
            switch (matcher.group(1)) {
                case "metadata.name" -> name = matcher.group(2);
                case "spec.signerName" -> signers.add(matcher.group(2));
                default -> throw wrong("field label not supported: " + matcher.group(1));
            }
        }
        PageToken token = PageToken.of(context, CONTINUE, BOUND);
        int limit = query.integer("limit", 0, Integer.MAX_VALUE, 0);
        return new ListQuery(
                InventoryFilter.ofSigners(signers),
                name,
                new Page.Wanted(
                        limit == 0 ? LARGEST_PAGE : Math.min(limit, LARGEST_PAGE),
                        token == null ? null : new Page.Position(token.major(), token.minor()),
                        false));
    }

    /** Where the next page begins, for the same path and selectors; null where this is the last. */
    static @Nullable String next(RoutingContext context, Page<?> page) {
        Page.Position next = page.next();
        return next == null ? null : new PageToken(next.major(), next.minor()).text(context, BOUND);
    }

    /** Whether it is because nothing has the name that is asked for: then the list is empty. */
    static boolean isNotThere(Throwable failure) {
        return failure instanceof ProblemException problem
                && (problem.type() == ProblemType.UNKNOWN || problem.type() == ProblemType.WITHDRAWN);
    }

    private static ProblemException wrong(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
