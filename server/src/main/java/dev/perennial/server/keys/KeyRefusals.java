package dev.perennial.server.keys;

import dev.perennial.model.ProblemType;
import dev.perennial.server.db.Failures;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;

/** What is said to whoever cannot have something done with a key. */
final class KeyRefusals {
    private KeyRefusals() {}

    static ProblemException noSuchKey() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such key");
    }

    static ProblemException used() {
        return ProblemException.of(
                ProblemType.CONFLICT, "a signing request holds the key: withdraw it, or have it ask with another key");
    }

    static ProblemException tooMany(int most) {
        return ProblemException.of(
                ProblemType.RATE_LIMITED,
                most + " of the organisation's newest keys are held by no signing request: delete some");
    }

    static ProblemException replaced() {
        return ProblemException.of(
                ProblemType.CONFLICT,
                "what holds the key asks with another one already: approve that, or have that one changed");
    }

    static ProblemException tooManyHolders(int most) {
        return ProblemException.of(
                ProblemType.CONFLICT,
                "more than " + most
                        + " signing requests hold the key: withdraw some, or have them ask with another key");
    }

    /** The same key cannot come twice but by somebody who has it. */
    static <T> Future<T> known(Throwable failure) {
        return Future.failedFuture(
                Failures.isUniqueViolation(failure)
                        ? ProblemException.of(ProblemType.CONFLICT, "the organisation has that key already")
                        : failure);
    }
}
