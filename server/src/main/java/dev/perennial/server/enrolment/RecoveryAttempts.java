package dev.perennial.server.enrolment;

import dev.perennial.model.ProblemType;
import dev.perennial.server.enrolment.RecoveryStore.Limit;
import dev.perennial.server.identity.Sources;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Optional;

/**
 * How often a recovery may be tried. Every try counts before it is looked at, for its source and for the agent as that
 * source asks for it; one that succeeds is given back, so that a site behind one address is not held up. What succeeds
 * counts for the agent alone: a stranger who knows its id cannot use up the agent's own.
 */
final class RecoveryAttempts {
    private static final Duration PER = Duration.ofHours(1);
    private static final int OF_A_SOURCE = 60;
    private static final int OF_A_SOURCE_FOR_AN_AGENT = 5;
    private static final int OF_AN_AGENT = 5;

    private final RecoveryStore store;

    RecoveryAttempts(RecoveryStore store) {
        this.store = store;
    }

    /** Counts a try; fails with {@code rateLimited} where there were too many. */
    Future<Void> count(String source, String agentId) {
        return store.take(ofSource(source))
                .compose(delay -> {
                    requireGranted(delay);
                    return store.take(ofSourceForAgent(source, agentId));
                })
                .map(delay -> {
                    requireGranted(delay);
                    return null;
                });
    }

    /** Takes one success; how long until there is one, where there is none now. */
    Future<Optional<Duration>> takeSuccess(SqlConnection tx, String agentId) {
        return store.take(tx, new Limit("agent " + agentId, OF_AN_AGENT, PER));
    }

    Future<Void> giveBack(SqlConnection tx, String source, String agentId) {
        return store.giveBack(tx, ofSource(source))
                .compose(done -> store.giveBack(tx, ofSourceForAgent(source, agentId)));
    }

    static ProblemException limited(Duration delay) {
        Duration second = Duration.ofSeconds(1);
        Duration truthful = delay.compareTo(second) < 0 ? second : delay;
        return ProblemException.of(
                        ProblemType.RATE_LIMITED, "too many recoveries were tried; the next may be in " + truthful)
                .after(truthful);
    }

    private static void requireGranted(Optional<Duration> delay) {
        if (delay.isPresent()) {
            throw limited(delay.get());
        }
    }

    private static Limit ofSource(String source) {
        return new Limit("source " + Sources.site(source), OF_A_SOURCE, PER);
    }

    private static Limit ofSourceForAgent(String source, String agentId) {
        return new Limit("source " + Sources.site(source) + " agent " + agentId, OF_A_SOURCE_FOR_AN_AGENT, PER);
    }
}
