package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entry to the verification of the chain: every seal, every row, as of one moment, beside whoever writes. */
public final class Chain {
    private static final int SEALS_AT_ONCE = 100;

    /** More than so many rows are in the range of a seal only where somebody put them there. */
    private static final int MOST_ROWS = 2 * Seals.MOST_ROWS;

    private final Database database;
    private final SealStore store;
    private final ChainKey key;
    private final InstantSource clock;

    public Chain(Database database, ChainKey key, InstantSource clock) {
        this.database = database;
        this.store = new SealStore(database);
        this.key = key;
        this.clock = clock;
    }

    /** @param head the code of a seal seen earlier, in hex, that has to be in the chain; null: none is asked for */
    public Future<ChainReport> verify(@Nullable String head) {
        return database.inSnapshot(tx -> {
            ChainCheck check = new ChainCheck(key, head, clock.instant());
            Promise<Void> walked = Promise.promise();
            walk(tx, check, walked);
            return walked.future()
                    .compose(done -> store.outside(tx, check.prunedTo(), check.sealedTo()))
                    .map(check::report);
        });
    }

    /** By a promise: a chain of futures as long as that of the seals would be held in memory, and end in a deep stack. */
    private void walk(SqlConnection tx, ChainCheck check, Promise<Void> walked) {
        store.after(tx, check.lastNumber(), SEALS_AT_ONCE)
                .compose(seals -> look(tx, check, seals).map(seals.isEmpty()))
                .onSuccess(atTheEnd -> {
                    if (atTheEnd) {
                        walked.complete();
                    } else {
                        walk(tx, check, walked);
                    }
                })
                .onFailure(walked::fail);
    }

    /** As many seals at a time as have the rows of one full one together: so much and no more is held in memory. */
    private Future<Void> look(SqlConnection tx, ChainCheck check, List<Seal> seals) {
        Future<Void> done = Future.succeededFuture();
        List<Seal> together = new ArrayList<>();
        long rows = 0;
        for (Seal seal : seals) {
            check.seal(seal);
            if (seal.pruned() != null) {
                continue;
            }
            if (!together.isEmpty() && rows + seal.rowCount() > Seals.MOST_ROWS) {
                List<Seal> full = List.copyOf(together);
                done = done.compose(before -> rows(tx, check, full));
                together.clear();
                rows = 0;
            }
            together.add(seal);
            rows += seal.rowCount();
        }
        return together.isEmpty() ? done : done.compose(before -> rows(tx, check, together));
    }

    private Future<Void> rows(SqlConnection tx, ChainCheck check, List<Seal> seals) {
        long first = seals.get(0).firstId();
        long last = seals.get(seals.size() - 1).lastId();
        return store.rows(tx, first, last, MOST_ROWS).map(rows -> {
            seals.forEach(seal -> check.rows(
                    seal,
                    rows.stream()
                            .filter(row -> row.id() >= seal.firstId() && row.id() <= seal.lastId())
                            .toList()));
            return null;
        });
    }
}
