package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Swept;
import dev.perennial.server.kubernetes.CleanerStore.Candidate;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes objects away that were made at this door and are over, as upstream's cleaner does: decided or issued for an hour,
 * undecided for a day, expired at once. What is approved and not issued waits for its signer as long as it takes, and what
 * is renewed is in use.
 */
final class Cleaner {
    private static final Logger log = LoggerFactory.getLogger(Cleaner.class);
    private static final Duration DECIDED = Duration.ofHours(1);
    private static final Duration UNDECIDED = Duration.ofDays(1);
    private static final List<String> DECISIONS = List.of(Conditions.APPROVED, Conditions.DENIED, Conditions.FAILED);

    private final SigningRequests requests;
    private final CleanerStore store;
    private final InstantSource clock;

    Cleaner(SigningRequests requests, CleanerStore store, InstantSource clock) {
        this.requests = requests;
        this.store = store;
        this.clock = clock;
    }

    /** Looks at so many. */
    Future<Swept> clean(int most) {
        Instant now = clock.instant();
        return store.forget(now.minus(UNDECIDED))
                .compose(done -> store.candidates(now, now.minus(UNDECIDED), most))
                .compose(candidates -> {
                    List<Candidate> over =
                            candidates.stream().filter(one -> isOver(one, now)).toList();
                    Future<Void> cleaned = Future.succeededFuture();
                    for (Candidate one : over) {
                        cleaned = cleaned.compose(done -> requests.takeBack(one.requestId(), one.position()))
                                .recover(failure -> unlessChanged(one, failure));
                    }
                    return cleaned.map(done -> new Swept(candidates.size(), over.size()));
                });
    }

    private static Future<Void> unlessChanged(Candidate one, Throwable failure) {
        if (!(failure instanceof ProblemException)) {
            log.error("Object {} is not cleaned away", one.requestId(), failure);
        }
        return Future.succeededFuture();
    }

    /** What was written may say that it was long ago, and never that it is still to come. */
    private static boolean isOver(Candidate one, Instant now) {
        if (one.undecided() || one.expired()) {
            return true;
        }
        Instant since = one.updated();
        for (JsonNode condition : one.conditions()) {
            Instant said = time(condition.path("lastUpdateTime").asText());
            if (DECISIONS.contains(condition.path("type").asText()) && said != null && said.isBefore(since)) {
                since = said;
            }
        }
        return since.plus(DECIDED).isBefore(now);
    }

    private static @Nullable Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
