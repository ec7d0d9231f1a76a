package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.server.csr.SubmissionStore.Outcome;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Group commit: what is submitted on one event loop while its last write is under way is written together, by one
 * statement. Owned by one event loop and touched by no other thread.
 */
final class SubmissionBatch {
    private static final int MOST = 128;

    /** Waiting for more than some seconds helps nobody: beyond this the caller is told to come back. */
    private static final int LONGEST_QUEUE = 4_000;

    private final SubmissionStore store;
    private final InstantSource clock;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private boolean underWay;

    SubmissionBatch(SubmissionStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    private record Waiting(Prepared prepared, Promise<Outcome> outcome) {}

    /** Fails where so many wait that nobody should be signed for; asked before a signature is made. */
    void requireRoom() {
        if (queue.size() >= LONGEST_QUEUE) {
            throw ProblemException.of(ProblemType.UNAVAILABLE, "too many submissions wait to be stored")
                    .after(Duration.ofSeconds(2));
        }
    }

    /** Writes it with its neighbours. */
    Future<Outcome> add(Prepared prepared) {
        Waiting waiting = new Waiting(prepared, Promise.promise());
        queue.add(waiting);
        writeNext();
        return waiting.outcome.future();
    }

    private void writeNext() {
        if (underWay || queue.isEmpty()) {
            return;
        }
        underWay = true;
        List<Waiting> batch = new ArrayList<>();
        while (batch.size() < MOST && !queue.isEmpty()) {
            batch.add(queue.remove());
        }
        write(batch).onComplete(done -> {
            underWay = false;
            writeNext();
        });
    }

    /** One bad row must not fail its neighbours: a batch that fails for its content is written one by one. */
    private Future<?> write(List<Waiting> batch) {
        return store.submit(batch.stream().map(Waiting::prepared).toList(), clock.instant())
                .onSuccess(outcomes -> tell(batch, outcomes))
                .recover(failure -> {
                    if (batch.size() == 1 || isPassing(failure)) {
                        batch.forEach(waiting -> waiting.outcome.fail(failure));
                        return Future.succeededFuture();
                    }
                    Future<?> written = Future.succeededFuture();
                    for (Waiting waiting : batch) {
                        written = written.compose(done -> write(List.of(waiting)));
                    }
                    return written.mapEmpty();
                });
    }

    /** Whether it passes by itself: then no row is to blame. */
    static boolean isPassing(Throwable failure) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.UNAVAILABLE;
    }

    private static void tell(List<Waiting> batch, Map<String, Outcome> outcomes) {
        for (Waiting waiting : batch) {
            Outcome outcome = outcomes.get(waiting.prepared.id());
            if (outcome == null) {
                waiting.outcome.fail(new IllegalStateException("a submission without an outcome"));
            } else {
                waiting.outcome.complete(outcome);
            }
        }
    }
}
