package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The SQL of seals, as they are made and as their rows go. */
final class SealStore {
    /**
     * The newest row, and who was writing then. An id is drawn under the lock on the table that a writing transaction
     * holds to its end, prepared or not; and the locks are read after the snapshot in which the row is seen. So whoever
     * drew an id below the newest row's is among the writers, or over. A row with an id that nobody drew is no newest
     * row: a seal that reached up to it would lie over all that is still to come.
     */
    private static final String LOOK = """
            SELECT coalesce((SELECT max(id) FROM audit_events WHERE id <= d.drawn), 0) AS newest,
                   coalesce(s.last_id, 0) AS sealed, s.number, s.code, s.at AS sealed_at,
                   (SELECT at FROM audit_events WHERE id > coalesce(s.last_id, 0) AND id <= d.drawn
                    ORDER BY id LIMIT 1) AS oldest_unsealed,
                   d.drawn < coalesce(s.last_id, 0) OR EXISTS (SELECT 1 FROM audit_events WHERE id > d.drawn) AS astray,
                   clock_timestamp() AS now,
                   ARRAY(SELECT l.virtualtransaction FROM pg_locks l
                         WHERE l.locktype = 'relation' AND l.relation = 'audit_events'::regclass
                           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                           AND l.mode = 'RowExclusiveLock') AS writers
            FROM (SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS drawn FROM audit_events_id_seq) d
            LEFT JOIN (SELECT number, last_id, code, at FROM audit_seals ORDER BY number DESC LIMIT 1) s ON true
            """;

    private static final String TRY_LOCK = "SELECT pg_try_advisory_xact_lock(5280, 3) AS mine";

    private static final String COLUMNS = "number, first_id, last_id, row_count, digest, at, code, pruned, pruned_code";

    private static final String NEWEST = "SELECT " + COLUMNS + " FROM audit_seals ORDER BY number DESC LIMIT 1";

    private static final String FIND = "SELECT " + COLUMNS + " FROM audit_seals WHERE number = $1";

    private static final String OLDEST_UNPRUNED = "SELECT " + COLUMNS + """
             FROM audit_seals WHERE pruned IS NULL ORDER BY number LIMIT 1
            """;

    private static final String DIGEST = "SELECT last_id, row_count, digest FROM audit_digest($1, $2, $3)";

    private static final String INSERT = """
            INSERT INTO audit_seals (number, first_id, last_id, row_count, digest, at, code)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """;

    private static final String PRUNE = "SELECT prune_audit($1, $2, $3) AS deleted";

    private static final String AFTER = "SELECT " + COLUMNS + """
             FROM audit_seals WHERE number > $1 ORDER BY number LIMIT $2
            """;

    private static final String ROWS = "SELECT " + AuditEvent.COLUMNS + """
             FROM audit_events WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT $3
            """;

    private static final String OUTSIDE = """
            SELECT (SELECT count(*) FROM audit_events WHERE id <= $1) AS before,
                   (SELECT count(*) FROM audit_events WHERE id > $2) AS after,
                   (SELECT min(at) FROM audit_events WHERE id > $2) AS oldest,
                   (SELECT count(*) FROM audit_events WHERE id > d.drawn) AS undrawn, d.drawn
            FROM (SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS drawn FROM audit_events_id_seq) d
            """;

    private final Database database;

    SealStore(Database database) {
        this.database = database;
    }

    /**
     * How far the record goes, how far it is sealed, and the transactions that are writing to it.
     *
     * @param newest the id of the newest row
     * @param sealed the last id below a seal
     * @param oldestUnsealed when the first row above it was written
     * @param astray whether a row, or a seal, reaches beyond the ids that were drawn
     * @param now by the database's clock
     */
    record Look(
            long newest,
            long sealed,
            @Nullable Head head,
            @Nullable Instant sealedAt,
            @Nullable Instant oldestUnsealed,
            boolean astray,
            Instant now,
            Set<String> writers) {}

    /** What a seal is to stand for. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Range(long lastId, int rowCount, byte[] digest) {}

    /**
     * How many rows are where no seal is.
     *
     * @param undrawn how many of them have an id that was never drawn
     * @param drawn the last id that was
     */
    record Outside(long before, long after, @Nullable Instant oldestAfter, long undrawn, long drawn) {}

    Future<Look> look() {
        return database.query(LOOK, Tuple.tuple()).map(rows -> {
            Row row = rows.iterator().next();
            Long number = row.getLong("number");
            return new Look(
                    row.getLong("newest"),
                    row.getLong("sealed"),
                    number == null
                            ? null
                            : new Head(
                                    number,
                                    HexFormat.of()
                                            .formatHex(row.getBuffer("code").getBytes())),
                    Timestamps.inNullable(row, "sealed_at"),
                    Timestamps.inNullable(row, "oldest_unsealed"),
                    row.getBoolean("astray"),
                    Timestamps.in(row, "now"),
                    Set.of(row.getArrayOfStrings("writers")));
        });
    }

    /** Whether this transaction is the one that works on seals now, of all servers. */
    Future<Boolean> tryLock(SqlConnection tx) {
        return tx.preparedQuery(TRY_LOCK)
                .execute()
                .map(rows -> rows.iterator().next().getBoolean("mine"));
    }

    Future<Optional<Seal>> newest(SqlConnection tx) {
        return first(tx, NEWEST, Tuple.tuple());
    }

    Future<Optional<Seal>> find(SqlConnection tx, long number) {
        return first(tx, FIND, Tuple.of(number));
    }

    Future<Optional<Seal>> oldestUnpruned(SqlConnection tx) {
        return first(tx, OLDEST_UNPRUNED, Tuple.tuple());
    }

    /** Of the first {@code most} rows after {@code above} up to {@code upTo}. */
    Future<Range> digest(SqlConnection tx, long above, long upTo, int most) {
        return tx.preparedQuery(DIGEST).execute(Tuple.of(above, upTo, most)).map(rows -> {
            Row row = rows.iterator().next();
            return new Range(
                    row.getLong("last_id"),
                    row.getInteger("row_count"),
                    row.getBuffer("digest").getBytes());
        });
    }

    Future<Void> insert(SqlConnection tx, Seal seal) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        seal.number(),
                        seal.firstId(),
                        seal.lastId(),
                        seal.rowCount(),
                        Buffer.buffer(seal.digest()),
                        Timestamps.of(seal.at()),
                        Buffer.buffer(seal.code())))
                .mapEmpty();
    }

    /** Deletes the rows of that seal, and says so in it; returns how many. */
    Future<Integer> prune(SqlConnection tx, long number, Instant at, byte[] prunedCode) {
        return tx.preparedQuery(PRUNE)
                .execute(Tuple.of(number, Timestamps.of(at), Buffer.buffer(prunedCode)))
                .map(rows -> rows.iterator().next().getInteger("deleted"));
    }

    Future<List<Seal>> after(SqlConnection tx, long number, int limit) {
        return tx.preparedQuery(AFTER).execute(Tuple.of(number, limit)).map(rows -> {
            List<Seal> seals = new ArrayList<>();
            rows.forEach(row -> seals.add(fromRow(row)));
            return seals;
        });
    }

    Future<List<AuditEvent>> rows(SqlConnection tx, long firstId, long lastId, int limit) {
        return tx.preparedQuery(ROWS).execute(Tuple.of(firstId, lastId, limit)).map(rows -> {
            List<AuditEvent> events = new ArrayList<>();
            rows.forEach(row -> events.add(AuditEvent.read(row)));
            return events;
        });
    }

    Future<Outside> outside(SqlConnection tx, long prunedTo, long sealedTo) {
        return tx.preparedQuery(OUTSIDE).execute(Tuple.of(prunedTo, sealedTo)).map(rows -> {
            Row row = rows.iterator().next();
            return new Outside(
                    row.getLong("before"),
                    row.getLong("after"),
                    Timestamps.inNullable(row, "oldest"),
                    row.getLong("undrawn"),
                    row.getLong("drawn"));
        });
    }

    private static Future<Optional<Seal>> first(SqlConnection tx, String sql, Tuple values) {
        return tx.preparedQuery(sql)
                .execute(values)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(fromRow(rows.iterator().next())));
    }

    private static Seal fromRow(Row row) {
        Buffer prunedCode = row.getBuffer("pruned_code");
        return new Seal(
                row.getLong("number"),
                row.getLong("first_id"),
                row.getLong("last_id"),
                row.getInteger("row_count"),
                row.getBuffer("digest").getBytes(),
                Timestamps.in(row, "at"),
                row.getBuffer("code").getBytes(),
                Timestamps.inNullable(row, "pruned"),
                prunedCode == null ? null : prunedCode.getBytes());
    }
}
