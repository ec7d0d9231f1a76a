package dev.perennial.server.keys;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.keys.KeyedRequests.Named;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The SQL of requests beside the names of the keys that they hold. */
final class KeyedRequestStore {
    /** The key of its newest PKCS#10. */
    private static final String LIST = """
            SELECT r.number, r.created, coalesce(k.name, '') AS name
            FROM signing_requests r
            LEFT JOIN generations g ON g.request_id = r.id AND g.generation = coalesce(r.next_generation, r.generation)
            LEFT JOIN server_keys k ON k.org_id = r.org_id AND k.spki_sha256 = g.spki_sha256
            WHERE r.org_id = $1 AND r.withdrawn IS NULL AND r.number < $2
            ORDER BY r.number DESC LIMIT $3
            """;

    private final Database database;

    KeyedRequestStore(Database database) {
        this.database = database;
    }

    /** The newest of those with a smaller number, newest first. */
    Future<List<Named>> list(String orgId, long below, int most) {
        return database.query(LIST, Tuple.of(orgId, below, most)).map(rows -> {
            List<Named> found = new ArrayList<>(rows.size());
            rows.forEach(row ->
                    found.add(new Named(row.getLong("number"), row.getString("name"), Timestamps.in(row, "created"))));
            return found;
        });
    }
}
