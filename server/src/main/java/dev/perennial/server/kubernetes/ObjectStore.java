package dev.perennial.server.kubernetes;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The SQL of what this door keeps. */
final class ObjectStore {
    private static final String FIND = """
            SELECT request_id, org_id, name, born, generation, labels, annotations, finalizers, conditions
            FROM kubernetes_objects WHERE request_id = ANY ($1)
            """;

    /** By the name that it was given here, or else by the id of the request. */
    private static final String NAMED = """
            SELECT request_id AS id FROM kubernetes_objects
            WHERE name = $1 AND NOT gone AND ($2::text IS NULL OR org_id = $2)
            UNION
            SELECT r.id FROM signing_requests r
            WHERE r.id = $1 AND ($2::text IS NULL OR r.org_id = $2)
              AND NOT EXISTS (SELECT 1 FROM kubernetes_objects o WHERE o.request_id = r.id AND o.name <> $1)
            """;

    /** A name is free again once its request is taken back, or where none has come of it: its maker was killed. */
    private static final String FREE = """
            UPDATE kubernetes_objects o SET gone = true
            WHERE o.org_id = $1 AND o.name = $2 AND NOT o.gone AND CASE
                WHEN EXISTS (SELECT 1 FROM signing_requests r WHERE r.id = o.request_id) THEN
                    o.finalizers = '{}' AND EXISTS (
                        SELECT 1 FROM signing_requests r WHERE r.id = o.request_id AND r.withdrawn IS NOT NULL)
                ELSE o.created < $3 END
            """;

    private static final String RESERVE = """
            INSERT INTO kubernetes_objects
                (request_id, org_id, name, born, generation, labels, annotations, finalizers, created)
            SELECT $1, $2, $3, true, 1, $4, $5, $6, $7
            WHERE NOT EXISTS (SELECT 1 FROM signing_requests r WHERE r.id = $3 AND r.org_id = $2)
            ON CONFLICT (org_id, name) WHERE NOT gone DO NOTHING
            """;

    private static final String DROP = """
            DELETE FROM kubernetes_objects o
            WHERE o.request_id = $1 AND NOT EXISTS (SELECT 1 FROM signing_requests r WHERE r.id = o.request_id)
            """;

    private static final String WRITE = """
            INSERT INTO kubernetes_objects AS o
                (request_id, org_id, name, born, generation, labels, annotations, finalizers, conditions, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (request_id) DO UPDATE SET generation = $5, labels = $6, annotations = $7, finalizers = $8,
                conditions = $9
            """;

    private static final String FINALIZED = """
            SELECT count(*) AS finalized FROM kubernetes_objects WHERE NOT gone AND finalizers <> '{}' AND org_id = $1
            """;

    /** So many objects of an organisation may have finalizers: what they hold is in every list. */
    static final int MOST_FINALIZED = 1_000;

    private final Database database;

    ObjectStore(Database database) {
        this.database = database;
    }

    Future<Map<String, ObjectRow>> find(SqlConnection tx, Collection<String> requestIds) {
        return tx.preparedQuery(FIND)
                .execute(Tuple.of(requestIds.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, ObjectRow> found = new HashMap<>();
                    rows.forEach(row -> found.put(row.getString("request_id"), read(row)));
                    return found;
                });
    }

    /** The requests that go by that name, in one organisation at most one. */
    Future<List<String>> named(SqlConnection tx, @Nullable String orgId, String name) {
        return tx.preparedQuery(NAMED).execute(Tuple.of(name, orgId)).map(ObjectStore::ids);
    }

    /**
     * Takes the name of a request that is about to be made.
     *
     * @param abandoned who took a name before then, and made nothing of it, is gone
     * @return false where something goes by it
     */
    Future<Boolean> reserve(ObjectRow row, Instant now, Instant abandoned) {
        return database.inTransaction(
                tx -> (row.finalizers().isEmpty() ? Future.<Void>succeededFuture() : requireRoom(tx, row.orgId()))
                        .compose(done -> tx.preparedQuery(FREE)
                                .execute(Tuple.of(row.orgId(), row.name(), Timestamps.of(abandoned))))
                        .compose(done -> tx.preparedQuery(RESERVE)
                                .execute(Tuple.of(
                                        row.requestId(),
                                        row.orgId(),
                                        row.name(),
                                        StoredJson.of(row.labels()),
                                        StoredJson.of(row.annotations()),
                                        row.finalizers().toArray(String[]::new),
                                        Timestamps.of(now))))
                        .map(rows -> rows.rowCount() == 1));
    }

    /** Fails where no more objects of the organisation may have finalizers. */
    Future<Void> requireRoom(SqlConnection tx, String orgId) {
        return tx.preparedQuery(FINALIZED).execute(Tuple.of(orgId)).map(rows -> {
            if (rows.iterator().next().getLong("finalized") >= MOST_FINALIZED) {
                throw new StatusException(
                        429,
                        "TooManyRequests",
                        MOST_FINALIZED + " objects of your organisation have finalizers: take those of some away");
            }
            return null;
        });
    }

    /** Gives a name back of which no request came. */
    Future<Void> drop(String requestId) {
        return database.inOneStatement(DROP, Tuple.of(requestId)).mapEmpty();
    }

    Future<Void> write(SqlConnection tx, ObjectRow row, Instant now) {
        return tx.preparedQuery(WRITE)
                .execute(Tuple.from(new Object[] {
                    row.requestId(),
                    row.orgId(),
                    row.name(),
                    row.born(),
                    row.generation(),
                    StoredJson.of(row.labels()),
                    StoredJson.of(row.annotations()),
                    row.finalizers().toArray(String[]::new),
                    StoredJson.of(row.conditions()),
                    Timestamps.of(now)
                }))
                .mapEmpty();
    }

    private static ObjectRow read(Row row) {
        return new ObjectRow(
                row.getString("request_id"),
                row.getString("org_id"),
                row.getString("name"),
                row.getBoolean("born"),
                row.getInteger("generation"),
                StoredJson.object(row, "labels"),
                StoredJson.object(row, "annotations"),
                List.of(row.getArrayOfStrings("finalizers")),
                StoredJson.array(row, "conditions"));
    }

    private static List<String> ids(RowSet<Row> rows) {
        List<String> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getString("id")));
        return ids;
    }
}
