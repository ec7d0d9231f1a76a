package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of the index of names: which generations are to be written into it, and the writing. */
final class NameIndexStore {
    private static final String LAST_DRAWN =
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM generations_number_seq";

    /** Whoever draws a number holds this lock until the end of its transaction. */
    private static final String WRITERS = """
            SELECT virtualtransaction FROM pg_locks
            WHERE relation = 'generations'::regclass AND mode = 'RowExclusiveLock'
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;

    /** One server at a time writes; the others have something else to do. */
    private static final String LOCK = "SELECT indexed FROM name_index FOR UPDATE SKIP LOCKED";

    private static final String READ = """
            SELECT number, identifiers, common_name, spki_sha256 FROM generations WHERE number > $1 AND number <= $2
            """;

    private static final String WRITE = """
            INSERT INTO name_blocks (block, keys)
            SELECT u.block, array_agg(u.key) FROM unnest($1::bigint[], $2::integer[]) AS u (block, key) GROUP BY u.block
            """;

    private static final String ADVANCE = "UPDATE name_index SET indexed = $1";

    private static final String DROP_GONE = """
            DELETE FROM name_blocks WHERE block < (SELECT min(number) FROM generations) / $1
            """;

    private final Database database;

    NameIndexStore(Database database) {
        this.database = database;
    }

    /** What {@link NameKeys} are made of. */
    record Named(
            long number, List<String> identifiers, @Nullable String commonName, byte[] spkiSha256) {
        private static Named fromRow(Row row) {
            return new Named(
                    row.getLong("number"),
                    Arrays.asList(row.getArrayOfStrings("identifiers")),
                    row.getString("common_name"),
                    row.getBuffer("spki_sha256").getBytes());
        }
    }

    /** The last number that was drawn so far. */
    Future<Long> lastDrawn() {
        return database.query(LAST_DRAWN, Tuple.tuple())
                .map(rows -> rows.iterator().next().getLong("last"));
    }

    /** The transactions that may have drawn numbers and are not over. */
    Future<List<String>> writers() {
        return database.query(WRITERS, Tuple.tuple()).map(rows -> {
            List<String> writers = new ArrayList<>();
            rows.forEach(row -> writers.add(row.getString("virtualtransaction")));
            return writers;
        });
    }

    /** The last number in the index; empty where another server is writing. */
    Future<Optional<Long>> lock(SqlConnection tx) {
        return tx.query(LOCK)
                .execute()
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getLong("indexed")));
    }

    Future<List<Named>> read(SqlConnection tx, long after, long last) {
        return tx.preparedQuery(READ).execute(Tuple.of(after, last)).map(rows -> {
            List<Named> named = new ArrayList<>();
            rows.forEach(row -> named.add(Named.fromRow(row)));
            return named;
        });
    }

    /** Keys and the block of each of them, side by side. */
    Future<Void> write(SqlConnection tx, Long[] blocks, Integer[] keys, long last) {
        return tx.preparedQuery(WRITE)
                .execute(Tuple.tuple().addValue(blocks).addValue(keys))
                .compose(done -> tx.preparedQuery(ADVANCE).execute(Tuple.of(last)))
                .mapEmpty();
    }

    /** Drops the blocks that lie before everything there is. */
    Future<Void> dropGone() {
        return database.query(DROP_GONE, Tuple.of((long) NameKeys.BLOCK)).mapEmpty();
    }
}
