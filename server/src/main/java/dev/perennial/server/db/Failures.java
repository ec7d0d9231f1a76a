package dev.perennial.server.db;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the database means, told by SQLSTATE alone: try the transaction again, the service is unavailable
 * for now, a text that no database could store, or a mistake of ours that stays as it is.
 */
public final class Failures {
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";

    /** Connection exceptions, insufficient resources (disk full too), and errors of the system beneath. */
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "58");

    private static final Set<String> UNAVAILABLE_STATES = Set.of(
            SERIALIZATION_FAILURE,
            DEADLOCK_DETECTED,
            "40003", // statement completion unknown
            "25006", // read only: this server is a standby now
            "25P03", // idle in transaction for too long
            "55P03", // lock not available within lock_timeout
            "57014", // cancelled by statement_timeout
            "57P01", // administrator's shutdown
            "57P02", // crash of another session
            "57P03", // starting up or shutting down
            "57P05"); // idle for too long

    /** Texts with U+0000, or with what is no character: the doors refuse them, and this is for what slips through. */
    private static final Set<String> NO_TEXT_STATES = Set.of("22021", "22P05");

    /** How the driver begins to say that its connection was closed before a statement left: it has no type for that. */
    private static final List<String> NEVER_SENT =
            List.of("Connection is not active", "Pending requests failed to be sent");

    private Failures() {}

    /** Whether a row stands in the way of the one that was to be stored. */
    public static boolean isUniqueViolation(Throwable failure) {
        return failure instanceof PgException error && "23505".equals(error.getSqlState());
    }

    /** Whether a rule of the database's own forbids it: a constraint, or a trigger in its name. */
    public static boolean isCheckViolation(Throwable failure) {
        return failure instanceof PgException error && "23514".equals(error.getSqlState());
    }

    /** Whether a row names another that is not there. */
    public static boolean isForeignKeyViolation(Throwable failure) {
        return failure instanceof PgException error && "23503".equals(error.getSqlState());
    }

    static boolean isGivenUp(Throwable failure) {
        String state = sqlState(failure);
        return SERIALIZATION_FAILURE.equals(state) || DEADLOCK_DETECTED.equals(state);
    }

    /** Whether a statement met a connection already closed: the pool learns of that a moment late. */
    static boolean wasNeverSent(Throwable failure) {
        String message = failure instanceof VertxException ? failure.getMessage() : null;
        return message != null && NEVER_SENT.stream().anyMatch(message::startsWith);
    }

    /** Whether no answer, or no connection from the pool, came in time: nothing is known to be wrong. */
    static boolean wasTooSlow(Throwable failure) {
        String message = failure instanceof VertxException ? failure.getMessage() : null;
        return failure instanceof TimeoutException || message != null && message.startsWith("Timeout");
    }

    /** As callers are to see it: {@code UNAVAILABLE} for what passes by itself, their own bad text, else unchanged. */
    static Throwable translate(Throwable failure) {
        String state = sqlState(failure);
        if (state != null && NO_TEXT_STATES.contains(state)) {
            return ProblemException.of(
                    ProblemType.MALFORMED, "a text of the call holds a character, like U+0000, that cannot be stored");
        }
        return isPassing(failure) ? unavailable() : failure;
    }

    static ProblemException unavailable() {
        return ProblemException.of(
                        ProblemType.UNAVAILABLE,
                        "The database does not answer; whether the call took effect is unknown")
                .after(Duration.ofSeconds(1));
    }

    private static boolean isPassing(Throwable failure) {
        String state = sqlState(failure);
        if (state != null) {
            return UNAVAILABLE_STATES.contains(state)
                    || (state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2)));
        }
        return failure instanceof ClosedConnectionException
                || wasNeverSent(failure)
                || failure instanceof IOException
                || failure instanceof TimeoutException;
    }

    private static @Nullable String sqlState(Throwable failure) {
        return failure instanceof PgException refused ? refused.getSqlState() : null;
    }
}
