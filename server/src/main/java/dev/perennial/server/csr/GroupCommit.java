package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;

/**
 * Group commit: what is submitted on one event loop while its last write is under way is written together, in one
 * transaction. Owned by one event loop and touched by no other thread.
 */
final class GroupCommit<S> {
    private static final int MOST = 128;

    /** Waiting for more than some seconds helps nobody: beyond this the caller is told to come back. */
    private static final int LONGEST_QUEUE = 4_000;

    private final Function<List<S>, Future<List<Outcome>>> writer;
    private final Queue<Waiting<S>> queue = new ArrayDeque<>();
    private boolean underWay;

    /** @param writer stores what of a batch may be stored, or nothing, and says in their order what became of each */
    GroupCommit(Function<List<S>, Future<List<Outcome>>> writer) {
        this.writer = writer;
    }

    private record Waiting<S>(S submission, Promise<Outcome> outcome) {}

    /** Fails where so many wait that nobody should be signed for; asked before a signature is made. */
    void requireRoom() {
        if (queue.size() >= LONGEST_QUEUE) {
            throw ProblemException.of(ProblemType.UNAVAILABLE, "too many submissions wait to be stored")
                    .after(Duration.ofSeconds(2));
        }
    }

    /** Writes it with its neighbours. */
    Future<Outcome> add(S submission) {
        Waiting<S> waiting = new Waiting<>(submission, Promise.promise());
        queue.add(waiting);
        writeNext();
        return waiting.outcome.future();
    }

    private void writeNext() {
        if (underWay || queue.isEmpty()) {
            return;
        }
        underWay = true;
        List<Waiting<S>> batch = new ArrayList<>();
        while (batch.size() < MOST && !queue.isEmpty()) {
            batch.add(queue.remove());
        }
        write(batch).onComplete(done -> {
            underWay = false;
            writeNext();
        });
    }

    /** One bad row must not fail its neighbours: a batch that fails for its content is written one by one. */
    private Future<?> write(List<Waiting<S>> batch) {
        List<S> submissions = batch.stream().map(Waiting::submission).toList();
        return Future.succeededFuture(submissions)
                .compose(writer)
                .onSuccess(outcomes -> tell(batch, outcomes))
                .recover(failure -> {
                    if (batch.size() == 1 || isPassing(failure)) {
                        batch.forEach(waiting -> waiting.outcome.fail(failure));
                        return Future.succeededFuture();
                    }
                    Future<?> written = Future.succeededFuture();
                    for (Waiting<S> waiting : batch) {
                        written = written.compose(done -> write(List.of(waiting)));
                    }
                    return written.mapEmpty();
                });
    }

    /** Whether it passes by itself: then no row is to blame. */
    static boolean isPassing(Throwable failure) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.UNAVAILABLE;
    }

    private void tell(List<Waiting<S>> batch, List<Outcome> outcomes) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).outcome.complete(outcomes.get(i));
        }
    }
}
