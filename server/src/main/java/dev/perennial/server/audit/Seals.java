package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the chain over the audit record, behind those who write to it: they wait for nobody. A row is sealed when no
 * transaction is left that could still write before it. Any number of servers call it; one of them does it.
 */
public final class Seals {
    private static final Logger log = LoggerFactory.getLogger(Seals.class);

    /** Rows below one seal; deleted in one transaction when they are old. */
    static final int MOST_ROWS = 1_000;

    /** Between two seals, unless there are rows enough for a whole one. */
    static final Duration PACE = Duration.ofSeconds(10);

    private static final int MOST_SEALS_AT_ONCE = 30;

    private final Database database;
    private final SealStore store;
    private final ChainKey key;
    private final InstantSource clock;

    /** Rows up to here are final once none of these writes any more. */
    private volatile Candidate candidate = new Candidate(0, Set.of());

    private record Candidate(long newest, Set<String> writers) {}

    public Seals(Database database, SealKey sealKey, InstantSource clock) {
        this.database = database;
        this.store = new SealStore(database);
        this.key = new ChainKey(sealKey);
        this.clock = clock;
    }

    /** Seals what is final and waits for a seal; returns how many were made. */
    public Future<Integer> seal() {
        return store.look().compose(look -> {
            long end = finalUpTo(look);
            return end > look.sealed() && isDue(look) ? sealUpTo(end, 0) : Future.succeededFuture(0);
        });
    }

    private long finalUpTo(SealStore.Look look) {
        if (look.writers().isEmpty()) {
            return look.newest();
        }
        Candidate before = candidate;
        if (!Collections.disjoint(before.writers(), look.writers())) {
            return 0;
        }
        candidate = new Candidate(look.newest(), look.writers());
        return before.newest();
    }

    private boolean isDue(SealStore.Look look) {
        Instant last = look.sealedAt();
        return last == null
                || look.newest() - look.sealed() >= MOST_ROWS
                // In either direction: a seal from a clock that was wrong must not keep others from being made.
                || Duration.between(last, clock.instant()).abs().compareTo(PACE) >= 0;
    }

    private Future<Integer> sealUpTo(long end, int made) {
        return database.inTransaction(
                        tx -> store.tryLock(tx).compose(mine -> mine ? sealNext(tx, end) : Future.succeededFuture(end)))
                .compose(reached -> reached < end && made + 1 < MOST_SEALS_AT_ONCE
                        ? sealUpTo(end, made + 1)
                        : Future.succeededFuture(made + 1));
    }

    /** Returns up to where it is sealed then. */
    private Future<Long> sealNext(SqlConnection tx, long end) {
        return store.newest(tx).compose(found -> {
            Seal previous = found.orElse(null);
            long above = previous == null ? 0 : previous.lastId();
            if (above >= end) {
                return Future.succeededFuture(above);
            }
            return store.digest(tx, above, end, MOST_ROWS).compose(range -> {
                Seal seal = next(previous, above + 1, range, clock.instant());
                return store.insert(tx, seal).map(seal.lastId());
            });
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
        return database.inTransaction(tx -> store.tryLock(tx)
                .compose(mine -> mine
                        ? store.oldestUnpruned(tx)
                                .compose(found -> found.filter(seal -> seal.at().isBefore(olderThan))
                                        .map(seal -> prune(tx, seal))
                                        .orElse(Future.succeededFuture(0)))
                        : Future.succeededFuture(0)));
    }

    private Future<Integer> prune(SqlConnection tx, Seal seal) {
        return store.digest(tx, seal.firstId() - 1, seal.lastId(), Math.max(1, 2 * seal.rowCount()))
                .compose(range -> {
                    if (range.rowCount() != seal.rowCount() || !MessageDigest.isEqual(range.digest(), seal.digest())) {
                        log.error(
                                "The audit record below seal {} is not as it was sealed: nothing of it is deleted; run"
                                        + " audit log",
                                seal.number());
                        return Future.succeededFuture(0);
                    }
                    Instant now = clock.instant();
                    return store.prune(tx, seal.number(), now, key.prunedCode(seal.code(), now))
                            .map(1);
                });
    }
}
