package dev.perennial.server.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what is below old seals. Nothing that the database says of a seal counts, its age above all, before the seal's
 * code is found right: else who can write in the database would have the server delete and sign for it.
 */
final class Pruning {
    private static final Logger log = LoggerFactory.getLogger(Pruning.class);

    /** By more than this no two clocks that are in use differ. */
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    private final SealStore store;
    private final ChainKey key;
    private final KnownHead known;
    private final InstantSource clock;

    Pruning(SealStore store, ChainKey key, KnownHead known, InstantSource clock) {
        this.store = store;
        this.key = key;
        this.known = known;
        this.clock = clock;
    }

    /** Deletes the rows of the oldest seal that has any, where it is older than that; returns of how many: one at most. */
    Future<Integer> prune(SqlConnection tx, Instant olderThan) {
        return store.oldestUnpruned(tx).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(0);
            }
            Seal oldest = found.get();
            return known.requireCode(tx, oldest)
                    .compose(done -> isOver(oldest, olderThan) ? prune(tx, oldest) : Future.succeededFuture(0))
                    .recover(failure -> {
                        if (failure instanceof BrokenChainException) {
                            keep(oldest, failure.getMessage());
                            return Future.succeededFuture(0);
                        }
                        return Future.failedFuture(failure);
                    });
        });
    }

    private boolean isOver(Seal oldest, Instant olderThan) {
        if (oldest.at().isAfter(clock.instant().plus(CLOCKS_DIFFER))) {
            log.warn(
                    "Seal {} says that it was made in the future, at {}: nothing of the audit record is deleted until"
                            + " that is past",
                    oldest.number(),
                    oldest.at());
        }
        return oldest.at().isBefore(olderThan);
    }

    private Future<Integer> prune(SqlConnection tx, Seal seal) {
        return store.digest(tx, seal.firstId() - 1, seal.lastId(), Math.max(1, 2 * seal.rowCount()))
                .compose(range -> {
                    if (range.rowCount() != seal.rowCount() || !MessageDigest.isEqual(range.digest(), seal.digest())) {
                        keep(seal, "its rows are not as they were sealed");
                        return Future.succeededFuture(0);
                    }
                    Instant now = clock.instant();
                    return store.prune(tx, seal.number(), now, key.prunedCode(seal.code(), now))
                            .map(1);
                });
    }

    /** What is not as it was sealed is evidence. */
    private static void keep(Seal seal, @Nullable String why) {
        log.error(
                "The audit record below seal {} is not as it was sealed ({}): nothing of it is deleted; run audit log",
                seal.number(),
                why);
    }
}
