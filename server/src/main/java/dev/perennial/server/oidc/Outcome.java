package dev.perennial.server.oidc;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.Locale;

/** What became of a token, for the metrics. */
enum Outcome {
    ACCEPTED,
    REFUSED,
    NO_RULE,
    UNAVAILABLE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Outcome of(Throwable failure) {
        if (!(failure instanceof ProblemException problem)) {
            return UNAVAILABLE;
        }
        if (problem.type() == ProblemType.UNAUTHENTICATED) {
            return REFUSED;
        }
        return problem.type() == ProblemType.UNAUTHORIZED ? NO_RULE : UNAVAILABLE;
    }
}
