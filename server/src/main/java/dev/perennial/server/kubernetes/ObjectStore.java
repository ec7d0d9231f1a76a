package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.http.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    /** The first of those that were made here and may still be there. */
    private static final String BORN = """
            SELECT o.request_id AS id FROM kubernetes_objects o JOIN signing_requests r ON r.id = o.request_id
            WHERE o.born AND NOT o.gone AND r.withdrawn IS NULL AND ($1::text IS NULL OR o.org_id = $1)
            ORDER BY o.created LIMIT $2
            """;

    /** Those that are over but for their finalizers. */
    private static final String HELD = """
            SELECT o.request_id AS id FROM kubernetes_objects o JOIN signing_requests r ON r.id = o.request_id
            WHERE NOT o.gone AND o.finalizers <> '{}' AND r.withdrawn IS NOT NULL
              AND ($1::text IS NULL OR o.org_id = $1)
            ORDER BY o.created LIMIT 1000
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

    private static final String RELABELLED =
            "INSERT INTO kubernetes_relabelled (position, request_id, labels) VALUES ($1, $2, $3)";

    private static final String LABELS_BEFORE =
            "SELECT position, labels FROM kubernetes_relabelled WHERE position > $1 AND request_id = ANY ($2)";

    /** Made here, and over as far as the row tells; what is renewed or about to be replaced is not. */
    private static final String CANDIDATES = """
            SELECT o.request_id, o.conditions, r.position, r.updated, g.state = 'PENDING' AS undecided,
                   coalesce(c.not_after < $1, false) AS expired
            FROM kubernetes_objects o
            JOIN signing_requests r ON r.id = o.request_id
            JOIN generations g ON g.request_id = r.id AND g.generation = r.generation
            LEFT JOIN LATERAL (
                SELECT max(not_after) AS not_after FROM certificates
                WHERE request_id = r.id AND generation = r.generation AND shown) c ON true
            WHERE o.born AND NOT o.gone AND r.withdrawn IS NULL AND NOT r.auto_renew AND r.next_generation IS NULL
              AND (g.state IN ('ISSUED', 'DENIED', 'FAILED') OR g.state = 'PENDING' AND o.created < $2)
            ORDER BY o.created LIMIT $3
            """;

    private static final String FORGET_ROWS = """
            DELETE FROM kubernetes_objects o
            WHERE o.created < $1 AND NOT EXISTS (SELECT 1 FROM signing_requests r WHERE r.id = o.request_id)
            """;

    private static final String FORGET_LABELS = """
            DELETE FROM kubernetes_relabelled WHERE position <= (SELECT position FROM event_horizon)
            """;

    private static final ObjectMapper STORED = new ObjectMapper();

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

    Future<List<String>> born(SqlConnection tx, @Nullable String orgId, int most) {
        return tx.preparedQuery(BORN).execute(Tuple.of(orgId, most)).map(ObjectStore::ids);
    }

    Future<List<String>> held(SqlConnection tx, @Nullable String orgId) {
        return tx.preparedQuery(HELD).execute(Tuple.of(orgId)).map(ObjectStore::ids);
    }

    /**
     * Takes the name of a request that is about to be made.
     *
     * @param abandoned who took a name before then, and made nothing of it, is gone
     * @return false where something goes by it
     */
    Future<Boolean> reserve(ObjectRow row, Instant now, Instant abandoned) {
        return database.inTransaction(tx -> tx.preparedQuery(FREE)
                .execute(Tuple.of(row.orgId(), row.name(), Timestamps.of(abandoned)))
                .compose(done -> tx.preparedQuery(RESERVE)
                        .execute(Tuple.of(
                                row.requestId(),
                                row.orgId(),
                                row.name(),
                                json(row.labels()),
                                json(row.annotations()),
                                row.finalizers().toArray(String[]::new),
                                Timestamps.of(now))))
                .map(rows -> rows.rowCount() == 1));
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
                    json(row.labels()),
                    json(row.annotations()),
                    row.finalizers().toArray(String[]::new),
                    new JsonArray(Json.write(row.conditions())),
                    Timestamps.of(now)
                }))
                .mapEmpty();
    }

    /** Keeps the labels of before a change, at its position. */
    Future<Void> relabelled(SqlConnection tx, long position, String requestId, ObjectNode before) {
        return tx.preparedQuery(RELABELLED)
                .execute(Tuple.of(position, requestId, json(before)))
                .mapEmpty();
    }

    /** The labels before each change of them after that position, by the positions of the changes. */
    Future<Map<Long, ObjectNode>> labelsBefore(SqlConnection tx, long after, Collection<String> requestIds) {
        // Not of(…): it would take the array for the rest of the values.
        Tuple values = Tuple.tuple().addValue(after).addValue(requestIds.toArray(String[]::new));
        return tx.preparedQuery(LABELS_BEFORE).execute(values).map(rows -> {
            Map<Long, ObjectNode> before = new HashMap<>();
            rows.forEach(row -> before.put(row.getLong("position"), object(row, "labels")));
            return before;
        });
    }

    /**
     * One that may be over.
     *
     * @param undecided for too long
     * @param expired whether its certificate is
     */
    record Candidate(
            String requestId,
            long position,
            Instant updated,
            boolean undecided,
            boolean expired,
            ArrayNode conditions) {}

    Future<List<Candidate>> candidates(Instant now, Instant undecidedSince, int most) {
        return database.query(CANDIDATES, Tuple.of(Timestamps.of(now), Timestamps.of(undecidedSince), most))
                .map(rows -> {
                    List<Candidate> candidates = new ArrayList<>();
                    rows.forEach(row -> candidates.add(new Candidate(
                            row.getString("request_id"),
                            row.getLong("position"),
                            Timestamps.in(row, "updated"),
                            row.getBoolean("undecided"),
                            row.getBoolean("expired"),
                            array(row))));
                    return candidates;
                });
    }

    /** Deletes what is kept of requests that are not there any more, and the labels of changes that are forgotten. */
    Future<Void> forget(Instant madeBefore) {
        return database.inOneStatement(FORGET_ROWS, Tuple.of(Timestamps.of(madeBefore)))
                .compose(done -> database.inOneStatement(FORGET_LABELS, Tuple.tuple()))
                .mapEmpty();
    }

    private static ArrayNode array(Row row) {
        return tree(row.getJsonArray("conditions").toBuffer(), ArrayNode.class);
    }

    private static ObjectRow read(Row row) {
        return new ObjectRow(
                row.getString("request_id"),
                row.getString("org_id"),
                row.getString("name"),
                row.getBoolean("born"),
                row.getInteger("generation"),
                object(row, "labels"),
                object(row, "annotations"),
                List.of(row.getArrayOfStrings("finalizers")),
                array(row));
    }

    private static ObjectNode object(Row row, String column) {
        return tree(row.getJsonObject(column).toBuffer(), ObjectNode.class);
    }

    /** Whatever stands there is read: the bounds of bodies are not those of rows. */
    private static <T extends JsonNode> T tree(Buffer stored, Class<T> type) {
        try {
            return STORED.readValue(stored.getBytes(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject json(ObjectNode node) {
        return new JsonObject(Json.write(node));
    }

    private static List<String> ids(RowSet<Row> rows) {
        List<String> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getString("id")));
        return ids;
    }
}
