package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.csr.RevocationAct.State;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of acts of revocation. */
final class RevocationActStore {
    private static final String COLUMNS = """
            id, org_id, reason, with_keys, everywhere, query, state, total, done, failed, actor, source, http_request,
            created, started, ended
            """;

    private static final String INSERT = """
            INSERT INTO revocation_acts (id, org_id, reason, with_keys, everywhere, query, state, actor, source,
                                         http_request, created, started)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, CASE WHEN $7 = 'RUNNING' THEN $11::timestamptz END)
            """;

    private static final String FIND = "SELECT " + COLUMNS + " FROM revocation_acts WHERE id = $1";

    private static final String LIST = "SELECT " + COLUMNS + """
             FROM revocation_acts WHERE $1::text IS NULL OR org_id = $1 ORDER BY number DESC LIMIT $2
            """;

    /** One server at a time carries an act out; another one passes it by. */
    private static final String CLAIM =
            "SELECT " + COLUMNS + " FROM revocation_acts WHERE id = $1 AND state = 'RUNNING' FOR UPDATE SKIP LOCKED";

    private static final String START = """
            UPDATE revocation_acts SET state = 'RUNNING', started = $2, actor = $3, source = $4, http_request = $5
            WHERE id = $1 AND state = 'PREVIEW'
            """;

    private static final String CANCEL = """
            UPDATE revocation_acts SET state = 'CANCELLED', ended = $2 WHERE id = $1 AND state IN ('PREVIEW', 'RUNNING')
            """;

    private static final String CLEAR_ITEMS = "DELETE FROM revocation_items WHERE act_id = $1";

    private static final String CLEAR_KEYS = "DELETE FROM revocation_keys WHERE act_id = $1";

    /** What has ended or is revoked for good leaves nothing to do. */
    private static final String ADD = """
            WITH added AS (
                INSERT INTO revocation_items (act_id, certificate_id)
                SELECT $1, c.id FROM unnest($2::text[]) WITH ORDINALITY AS u (id, place)
                JOIN certificates c ON c.id = u.id
                WHERE c.request_id IS NOT NULL AND c.not_after > $4 AND (c.revoked IS NULL
                      OR c.revocation_reason = 'CERTIFICATE_HOLD' AND $3 <> 'CERTIFICATE_HOLD')
                ORDER BY u.place
                ON CONFLICT (act_id, certificate_id) DO NOTHING
                RETURNING certificate_id)
            UPDATE revocation_acts a SET total = a.total + n.added FROM (SELECT count(*) AS added FROM added) AS n
            WHERE a.id = $1 RETURNING n.added
            """;

    private static final String FIRST =
            "SELECT certificate_id FROM revocation_items WHERE act_id = $1 ORDER BY place LIMIT $2";

    private static final String TAKE = """
            DELETE FROM revocation_items WHERE act_id = $1 AND certificate_id IN (
                SELECT certificate_id FROM revocation_items WHERE act_id = $1 LIMIT $2)
            RETURNING certificate_id
            """;

    private static final String PROGRESS = """
            UPDATE revocation_acts a SET done = a.done + $2, failed = a.failed + $3,
                state = CASE WHEN n.left THEN a.state ELSE 'DONE' END,
                ended = CASE WHEN n.left THEN NULL ELSE $4::timestamptz END
            FROM (SELECT EXISTS (SELECT 1 FROM revocation_items WHERE act_id = $1)
                      OR EXISTS (SELECT 1 FROM revocation_keys WHERE act_id = $1) AS left) AS n
            WHERE a.id = $1 AND a.state = 'RUNNING'
            """;

    private static final String ADD_KEYS = """
            INSERT INTO revocation_keys (act_id, spki_sha256, look_at)
            SELECT DISTINCT $1, k, $3::timestamptz FROM unnest($2::bytea[]) AS k
            ON CONFLICT (act_id, spki_sha256) DO NOTHING
            """;

    private static final String DUE_KEY = """
            SELECT k.spki_sha256, a.org_id, a.everywhere FROM revocation_keys k JOIN revocation_acts a ON a.id = k.act_id
            WHERE k.act_id = $1 AND k.look_at <= $2 AND a.state = 'RUNNING' ORDER BY k.look_at LIMIT 1
            """;

    private static final String LOOK_AGAIN = """
            UPDATE revocation_keys SET looked = true, look_at = $3 WHERE act_id = $1 AND spki_sha256 = $2 AND NOT looked
            """;

    private static final String LOOKED = "DELETE FROM revocation_keys WHERE act_id = $1 AND spki_sha256 = $2";

    private static final String DUE = """
            SELECT a.id FROM revocation_acts a WHERE a.state = 'RUNNING'
              AND (EXISTS (SELECT 1 FROM revocation_items i WHERE i.act_id = a.id)
                   OR EXISTS (SELECT 1 FROM revocation_keys k WHERE k.act_id = a.id AND k.look_at <= $1))
            ORDER BY a.number LIMIT 100
            """;

    private static final String FORGET = """
            DELETE FROM revocation_acts WHERE state = 'PREVIEW' AND created < $1
               OR state IN ('DONE', 'CANCELLED') AND ended < $2
            """;

    private final Database database;

    RevocationActStore(Database database) {
        this.database = database;
    }

    Future<Void> insert(SqlConnection tx, RevocationAct act) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    act.id(),
                    act.orgId(),
                    act.reason().name(),
                    act.withKeys(),
                    act.everywhere(),
                    act.query(),
                    act.state().name(),
                    act.cause().actor(),
                    act.cause().source(),
                    act.cause().httpRequest(),
                    Timestamps.of(act.created())
                }))
                .mapEmpty();
    }

    Future<Optional<RevocationAct>> find(String id) {
        return database.query(FIND, Tuple.of(id)).map(RevocationActStore::first);
    }

    /** Newest first; those of one organisation where one is named. */
    Future<List<RevocationAct>> list(@Nullable String orgId, int limit) {
        return database.query(LIST, Tuple.of(orgId, limit)).map(rows -> {
            List<RevocationAct> acts = new ArrayList<>();
            rows.forEach(row -> acts.add(read(row)));
            return acts;
        });
    }

    /** The act where it is running and nobody else is at it, locked until the transaction ends. */
    Future<Optional<RevocationAct>> claim(SqlConnection tx, String id) {
        return tx.preparedQuery(CLAIM).execute(Tuple.of(id)).map(RevocationActStore::first);
    }

    /** @return false where it does not wait to be started */
    Future<Boolean> start(SqlConnection tx, String id, Cause cause, Instant now) {
        return tx.preparedQuery(START)
                .execute(Tuple.of(id, Timestamps.of(now), cause.actor(), cause.source(), cause.httpRequest()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** @return false where it was over */
    Future<Boolean> cancel(SqlConnection tx, String id, Instant now) {
        return tx.preparedQuery(CANCEL)
                .execute(Tuple.of(id, Timestamps.of(now)))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : tx.preparedQuery(CLEAR_ITEMS)
                                .execute(Tuple.of(id))
                                .compose(done -> tx.preparedQuery(CLEAR_KEYS).execute(Tuple.of(id)))
                                .map(true));
    }

    /** Adds those that can be revoked for that, and returns how many that were. */
    Future<Integer> add(
            SqlConnection tx, String id, RevocationReason reason, Collection<String> certificateIds, Instant now) {
        return tx.preparedQuery(ADD)
                .execute(Tuple.of(id, certificateIds.toArray(String[]::new), reason.name(), Timestamps.of(now)))
                .map(rows -> rows.iterator().next().getInteger("added"));
    }

    /** The ids of the first certificates that are yet to be revoked. */
    Future<List<String>> first(String id, int limit) {
        return database.query(FIRST, Tuple.of(id, limit)).map(RevocationActStore::certificateIds);
    }

    /** Takes some of those that are yet to be revoked; none of them comes again if this transaction commits. */
    Future<List<String>> take(SqlConnection tx, String id, int most) {
        return tx.preparedQuery(TAKE).execute(Tuple.of(id, most)).map(RevocationActStore::certificateIds);
    }

    /** Counts what was done; an act that has nothing left is over. */
    Future<Void> progress(SqlConnection tx, String id, int done, int failed, Instant now) {
        return tx.preparedQuery(PROGRESS)
                .execute(Tuple.of(id, done, failed, Timestamps.of(now)))
                .mapEmpty();
    }

    Future<Void> addKeys(SqlConnection tx, String id, Collection<byte[]> spkiSha256s, Instant now) {
        return tx.preparedQuery(ADD_KEYS)
                .execute(Tuple.of(
                        id, spkiSha256s.stream().map(Buffer::buffer).toArray(Buffer[]::new), Timestamps.of(now)))
                .mapEmpty();
    }

    /**
     * A key that is to be looked for now.
     *
     * @param orgId where alone; null: in every organisation
     */
    record DueKey(byte[] spkiSha256, @Nullable String orgId) {}

    Future<Optional<DueKey>> dueKey(String id, Instant now) {
        return database.query(DUE_KEY, Tuple.of(id, Timestamps.of(now))).map(rows -> {
            if (rows.size() == 0) {
                return Optional.empty();
            }
            Row row = rows.iterator().next();
            return Optional.of(new DueKey(
                    row.getBuffer("spki_sha256").getBytes(),
                    row.getBoolean("everywhere") ? null : row.getString("org_id")));
        });
    }

    /** Looked for once, it is to be looked for then again; twice, no more. */
    Future<Void> looked(SqlConnection tx, String id, byte[] spkiSha256, Instant again) {
        Buffer key = Buffer.buffer(spkiSha256);
        return tx.preparedQuery(LOOK_AGAIN)
                .execute(Tuple.of(id, key, Timestamps.of(again)))
                .compose(rows -> rows.rowCount() == 1
                        ? Future.succeededFuture()
                        : tx.preparedQuery(LOOKED).execute(Tuple.of(id, key)).mapEmpty());
    }

    /** Some of those that have something to do now. */
    Future<List<String>> due(Instant now) {
        return database.query(DUE, Tuple.of(Timestamps.of(now))).map(rows -> {
            List<String> ids = new ArrayList<>();
            rows.forEach(row -> ids.add(row.getString("id")));
            return ids;
        });
    }

    Future<Void> forget(Instant previewedBefore, Instant endedBefore) {
        return database.query(FORGET, Tuple.of(Timestamps.of(previewedBefore), Timestamps.of(endedBefore)))
                .mapEmpty();
    }

    private static List<String> certificateIds(RowSet<Row> rows) {
        List<String> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getString("certificate_id")));
        return ids;
    }

    private static Optional<RevocationAct> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(read(rows.iterator().next()));
    }

    private static RevocationAct read(Row row) {
        return new RevocationAct(
                row.getString("id"),
                row.getString("org_id"),
                RevocationReason.valueOf(row.getString("reason")),
                row.getBoolean("with_keys"),
                row.getBoolean("everywhere"),
                row.getString("query"),
                State.valueOf(row.getString("state")),
                row.getInteger("total"),
                row.getInteger("done"),
                row.getInteger("failed"),
                new Cause(row.getString("actor"), row.getString("source"), row.getString("http_request")),
                Timestamps.in(row, "created"),
                Timestamps.inNullable(row, "started"),
                Timestamps.inNullable(row, "ended"));
    }
}
