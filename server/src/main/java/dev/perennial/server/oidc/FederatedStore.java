package dev.perennial.server.oidc;

import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The SQL of what is kept of callers whom others know. */
final class FederatedStore {
    /** The same again within the hour writes nothing. */
    private static final String REMEMBER = """
            INSERT INTO federated_callers AS known (name, issuer, subject, claims, seen)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (name) DO UPDATE SET claims = EXCLUDED.claims, seen = EXCLUDED.seen
            WHERE known.claims <> EXCLUDED.claims OR known.seen < EXCLUDED.seen - interval '1 hour'
            """;

    private static final String FIND =
            "SELECT issuer, subject, claims FROM federated_callers WHERE name = ANY ($1) ORDER BY name";

    /** Whom a renewal or a decision would be judged by is needed still. */
    private static final String DROP_UNNEEDED = """
            DELETE FROM federated_callers WHERE name IN (
                SELECT f.name FROM federated_callers f
                WHERE f.seen < $1
                  AND NOT EXISTS (SELECT 1 FROM signing_requests r WHERE r.owner = f.name)
                  AND NOT EXISTS (
                      SELECT 1 FROM signing_requests r WHERE r.requester = f.name AND r.requester LIKE 'oidc:%')
                  AND NOT EXISTS (
                      SELECT 1 FROM generations g WHERE g.requester = f.name AND g.state = 'PENDING' AND g.live)
                ORDER BY f.name LIMIT $2 FOR UPDATE SKIP LOCKED)
            """;

    /** A caller as it was when it made a request last. */
    record Known(String issuer, String subject, Map<String, List<String>> claims) {}

    Future<Void> remember(SqlConnection tx, Federated caller, Instant now) {
        JsonObject claims = new JsonObject();
        caller.claims().forEach((path, texts) -> claims.put(path, new JsonArray(texts)));
        return tx.preparedQuery(REMEMBER)
                .execute(Tuple.of(caller.name(), caller.issuer(), caller.subject(), claims, Timestamps.of(now)))
                .mapEmpty();
    }

    Future<List<Known>> find(SqlConnection tx, Collection<String> names) {
        return tx.preparedQuery(FIND)
                .execute(Tuple.of(names.toArray(String[]::new)))
                .map(rows -> {
                    List<Known> found = new ArrayList<>();
                    rows.forEach(row -> found.add(fromRow(row)));
                    return found;
                });
    }

    Future<Integer> dropUnneeded(SqlConnection tx, Instant seenBefore, int most) {
        return tx.preparedQuery(DROP_UNNEEDED)
                .execute(Tuple.of(Timestamps.of(seenBefore), most))
                .map(RowSet::rowCount);
    }

    private static Known fromRow(Row row) {
        Map<String, List<String>> claims = new TreeMap<>();
        JsonObject stored = row.getJsonObject("claims");
        stored.forEach(entry -> claims.put(entry.getKey(), texts(stored.getJsonArray(entry.getKey()))));
        return new Known(row.getString("issuer"), row.getString("subject"), claims);
    }

    private static List<String> texts(JsonArray stored) {
        return stored.stream().map(String::valueOf).toList();
    }
}
