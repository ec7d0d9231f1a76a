package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;

/** The numbers in paths, which are the only ids that upstream's clients know. */
final class PathNumber {
    static final String REQUEST = "request_number";
    static final String AUTHORITY = "authority_number";
    static final String ACCOUNT = "account_number";

    private static final int LONGEST = 20;

    private PathNumber() {}

    /** @throws ProblemException malformed where it is no whole number */
    static long of(RoutingContext context, String name) {
        return parse(String.valueOf(context.pathParam(name)));
    }

    /** The number after which a list goes on; 0 to begin. */
    static long after(RoutingContext context) {
        return QueryParameters.of(context)
                .text("after", LONGEST)
                .map(PathNumber::parse)
                .orElse(0L);
    }

    private static long parse(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ProblemException.of(ProblemType.MALFORMED, "Invalid ID");
        }
    }
}
