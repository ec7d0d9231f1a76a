package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entry to the verification of the chain: every seal, every row, as of one moment, beside whoever writes. */
public final class Chain {
    /** With the rows below them, some megabytes at a time. */
    private static final int SEALS_AT_ONCE = 20;

    /** More than so many are in their ranges only where somebody put them there. */
    private static final int ROWS_AT_ONCE = (SEALS_AT_ONCE + 1) * Seals.MOST_ROWS;

    private final Database database;
    private final SealStore store;
    private final ChainKey key;

    public Chain(Database database, SealKey sealKey) {
        this.database = database;
        this.store = new SealStore(database);
        this.key = new ChainKey(sealKey);
    }

    /** Whether there is a chain to verify: the schema may be older than it. */
    public Future<Boolean> exists() {
        return store.exists();
    }

    /** @param head the code of a seal seen earlier, in hex, that has to be in the chain; null: none is asked for */
    public Future<ChainReport> verify(@Nullable String head) {
        return database.inSnapshot(tx -> {
            ChainCheck check = new ChainCheck(key, head);
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

    private Future<Void> look(SqlConnection tx, ChainCheck check, List<Seal> seals) {
        seals.forEach(check::seal);
        List<Seal> withRows =
                seals.stream().filter(seal -> seal.pruned() == null).toList();
        if (withRows.isEmpty()) {
            return Future.succeededFuture();
        }
        long first = withRows.get(0).firstId();
        long last = withRows.get(withRows.size() - 1).lastId();
        return store.rows(tx, first, last, ROWS_AT_ONCE).map(rows -> {
            withRows.forEach(seal -> check.rows(
                    seal,
                    rows.stream()
                            .filter(row -> row.id() >= seal.firstId() && row.id() <= seal.lastId())
                            .toList()));
            return null;
        });
    }
}
