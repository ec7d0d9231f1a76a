package dev.perennial.server.csr;

import dev.perennial.server.csr.NameIndexStore.Named;
import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes names into the index behind their issuance, so that issuance does not pay for it. Numbers are drawn before they
 * are committed: only those are taken that no transaction under way can still bring.
 */
final class NameIndexing {
    /** Numbers in a transaction; until so many are there they are searched one by one. */
    private static final int STEP = 1_024;

    /** Steps in a strike of the clock, which has other work too. */
    private static final int MOST_STEPS = 8;

    private final Vertx vertx;
    private final Database database;
    private final NameIndexStore store;
    private @Nullable Horizon horizon;

    NameIndexing(Vertx vertx, Database database, NameIndexStore store) {
        this.vertx = vertx;
        this.database = database;
        this.store = store;
    }

    /** Everything up to {@code last} is committed or never will be, once all of these transactions are over. */
    private record Horizon(long last, List<String> writers) {}

    /** One strike of the clock, never two at once. */
    Future<Void> strike() {
        Horizon seen = horizon;
        if (seen == null) {
            return look();
        }
        return store.writers().compose(writers -> {
            if (seen.writers().stream().anyMatch(writers::contains)) {
                return Future.succeededFuture();
            }
            // After a failover fewer may have been drawn than before.
            return store.lastDrawn()
                    .compose(drawn -> steps(Math.min(seen.last(), drawn), MOST_STEPS))
                    .compose(done -> look());
        });
    }

    /** The number first: who draws one after that is not asked about. */
    private Future<Void> look() {
        return store.lastDrawn().compose(last -> store.writers().map(writers -> {
            horizon = new Horizon(last, writers);
            return null;
        }));
    }

    private Future<Void> steps(long last, int most) {
        return database.inTransaction(tx -> store.lock(tx)
                        .compose(indexed -> indexed.isEmpty() || indexed.get() + STEP > last
                                ? Future.succeededFuture(false)
                                : step(tx, indexed.get())))
                .compose(stepped -> stepped && most > 1 ? steps(last, most - 1) : Future.succeededFuture());
    }

    private Future<Boolean> step(SqlConnection tx, long indexed) {
        return store.read(tx, indexed, indexed + STEP)
                .compose(named -> vertx.executeBlocking(() -> blocks(named), false))
                .compose(blocks -> {
                    List<Long> places = new ArrayList<>();
                    List<Integer> keys = new ArrayList<>();
                    blocks.forEach((block, ofBlock) -> {
                        for (int key : ofBlock) {
                            places.add(block);
                            keys.add(key);
                        }
                    });
                    return store.write(tx, places.toArray(Long[]::new), keys.toArray(Integer[]::new), indexed + STEP);
                })
                .map(true);
    }

    private static Map<Long, int[]> blocks(List<Named> named) {
        Map<Long, List<Named>> blocks =
                named.stream().collect(Collectors.groupingBy(one -> one.number() / NameKeys.BLOCK));
        Map<Long, int[]> keys = new TreeMap<>();
        blocks.forEach((block, members) -> keys.put(
                block,
                members.stream().flatMapToInt(NameIndexing::keys).distinct().toArray()));
        return keys;
    }

    private static IntStream keys(Named named) {
        return NameKeys.of(named.number(), named.identifiers(), named.commonName(), named.spkiSha256());
    }
}
