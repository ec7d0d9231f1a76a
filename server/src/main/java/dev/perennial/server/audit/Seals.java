package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the chain over the audit record, behind those who write to it: they wait for nobody. A row is sealed when no
 * transaction is left that could still write before it. Any number of servers call it; one of them does it.
 */
public final class Seals {
    /** Rows below one seal; deleted in one transaction when they are old. */
    static final int MOST_ROWS = 1_000;

    /** Between two seals, unless there are rows enough for a whole one. */
    static final Duration PACE = Duration.ofSeconds(10);

    private static final int MOST_SEALS_AT_ONCE = 30;

    private final Database database;
    private final SealStore store;
    private final ChainKey key;
    private final InstantSource clock;
    private final KnownHead known;
    private final Pruning pruning;
    private final SealWatch watch;

    /** Rows up to here are final once none of these writes any more. */
    private volatile Candidate candidate = new Candidate(0, Set.of());

    private record Candidate(long newest, Set<String> writers) {}

    public Seals(Database database, ChainKey key, HeadKeeper keeper, InstantSource clock) {
        this.database = database;
        this.store = new SealStore(database);
        this.key = key;
        this.clock = clock;
        this.known = new KnownHead(store, key, keeper);
        this.pruning = new Pruning(store, key, known, clock);
        this.watch = new SealWatch(clock);
    }

    /** Seals what is final and waits for a seal; returns how many were made. */
    public Future<Integer> seal() {
        return seal(false);
    }

    /** As {@link #seal}, whenever the last one was: the server stops. */
    public Future<Integer> sealAtOnce() {
        return seal(true);
    }

    private Future<Integer> seal(boolean atOnce) {
        return store.look()
                .compose(look -> {
                    watch.saw(look);
                    long end = finalUpTo(look);
                    boolean due = end > look.sealed() && (atOnce || isDue(look));
                    return due || look.astray() || watch.isBroken() || !known.is(look.head())
                            ? sealUpTo(due ? end : 0, latest(look), 0).onSuccess(made -> watch.holds())
                            : Future.succeededFuture(0);
                })
                .compose(made -> made == 0
                        ? Future.succeededFuture(0)
                        : store.look().onSuccess(watch::saw).map(made))
                .recover(failure -> {
                    if (failure instanceof BrokenChainException broken) {
                        watch.broke(broken);
                        return Future.succeededFuture(0);
                    }
                    return Future.failedFuture(failure);
                });
    }

    /** The age of the oldest row that waits for a seal: for alarms. */
    public long unsealedSeconds() {
        return watch.unsealedSeconds();
    }

    /** Null where rows are sealed as they should be, else what is in the way. */
    public @Nullable String warning() {
        return watch.warning();
    }

    private long finalUpTo(SealStore.Look look) {
        if (look.writers().isEmpty()) {
            return look.newest();
        }
        Candidate before = candidate;
        // After a failover the newest row may be an older one, and the writers of before say nothing.
        boolean wentBack = look.newest() < before.newest();
        if (!wentBack && !Collections.disjoint(before.writers(), look.writers())) {
            return 0;
        }
        candidate = new Candidate(look.newest(), look.writers());
        return wentBack ? 0 : before.newest();
    }

    private boolean isDue(SealStore.Look look) {
        Instant last = look.sealedAt();
        return last == null
                || look.newest() - look.sealed() >= MOST_ROWS
                // In either direction: a seal from a clock that was wrong must not keep others from being made.
                || Duration.between(last, latest(look)).abs().compareTo(PACE) >= 0;
    }

    /** The later of two clocks: by a seal that seems older than it is, rows would be deleted too early. */
    private Instant latest(SealStore.Look look) {
        Instant own = clock.instant();
        return own.isAfter(look.now()) ? own : look.now();
    }

    /** Seal after seal, and at least a look at the chain. */
    private Future<Integer> sealUpTo(long end, Instant now, int made) {
        return database.inTransaction(tx -> store.tryLock(tx).compose(mine -> known.newest(tx)
                        .compose(newest -> mine
                                ? sealNext(tx, newest.orElse(null), end, now).map(seal -> new Step(newest, seal))
                                : Future.succeededFuture(new Step(newest, Optional.empty())))))
                .compose(step -> {
                    step.newest().ifPresent(known::advance);
                    Seal seal = step.made().orElse(null);
                    if (seal == null) {
                        return known.keep().map(made);
                    }
                    known.advance(seal);
                    return seal.lastId() < end && made + 1 < MOST_SEALS_AT_ONCE
                            ? sealUpTo(end, now, made + 1)
                            : known.keep().map(made + 1);
                });
    }

    /** @param newest what was the newest seal before */
    private record Step(Optional<Seal> newest, Optional<Seal> made) {}

    private Future<Optional<Seal>> sealNext(SqlConnection tx, @Nullable Seal previous, long end, Instant now) {
        long above = previous == null ? 0 : previous.lastId();
        if (above >= end) {
            return Future.succeededFuture(Optional.empty());
        }
        return store.digest(tx, above, end, MOST_ROWS).compose(range -> {
            Seal seal = next(previous, above + 1, range, now);
            return store.insert(tx, seal).map(Optional.of(seal));
        });
    }

    private Seal next(@Nullable Seal previous, long firstId, SealStore.Range range, Instant now) {
        long number = previous == null ? 1 : previous.number() + 1;
        byte[] before = previous == null ? ChainKey.beginning() : previous.code();
        byte[] code = key.code(before, number, firstId, range.lastId(), range.rowCount(), range.digest(), now);
        return new Seal(number, firstId, range.lastId(), range.rowCount(), range.digest(), now, code, null, null);
    }

    /**
     * Deletes the rows of the oldest seal that has any, if it is older than that; the seal stays. What is not as it was
     * sealed is evidence, and stays too.
     *
     * @return how many seals lost their rows: one at most
     */
    public Future<Integer> prune(Instant olderThan) {
        return database.inTransaction(tx ->
                store.tryLock(tx).compose(mine -> mine ? pruning.prune(tx, olderThan) : Future.succeededFuture(0)));
    }
}
