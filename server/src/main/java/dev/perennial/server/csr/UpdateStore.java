package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The SQL of updates: what is told of a request's way, from its certificates and from what went wrong. */
final class UpdateStore {
    private static final String INSERT = """
            INSERT INTO request_updates (request_id, at, reason, message)
            SELECT u.request_id, $1, 'failed', u.message FROM unnest($2::text[], $3::text[]) AS u (request_id, message)
            """;

    private static final String NEWEST = """
            SELECT request_id, at, reason, message, certificate_id FROM (
                SELECT u.*, row_number() OVER (PARTITION BY request_id ORDER BY at DESC) - 1 AS place FROM (
                    SELECT request_id, created AS at, 'issued' AS reason, 'issued ' || serial AS message,
                           id AS certificate_id
                    FROM certificates WHERE request_id = ANY ($1) AND created > $2
                    UNION ALL
                    SELECT request_id, at, reason, message, NULL
                    FROM request_updates WHERE request_id = ANY ($1) AND at > $2) AS u) AS placed
            WHERE place BETWEEN $3 AND $4 ORDER BY request_id, at DESC
            """;

    private static final String DROP = """
            DELETE FROM request_updates WHERE ctid IN (SELECT ctid FROM request_updates WHERE at < $1 LIMIT 1000)
            """;

    private final Database database;

    UpdateStore(Database database) {
        this.database = database;
    }

    Future<Void> failed(SqlConnection tx, String[] requestIds, String[] messages, Instant now) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(Timestamps.of(now), requestIds, messages))
                .mapEmpty();
    }

    /** Those since then, newest first within each request, from place {@code start} to {@code end}, from 0. */
    Future<List<Update>> newest(Collection<String> requestIds, Instant since, int start, int end) {
        return database.query(NEWEST, Tuple.of(requestIds.toArray(String[]::new), Timestamps.of(since), start, end))
                .map(rows -> {
                    List<Update> updates = new ArrayList<>();
                    rows.forEach(row -> updates.add(new Update(
                            row.getString("request_id"),
                            Timestamps.in(row, "at"),
                            row.getString("reason"),
                            row.getString("message"),
                            row.getString("certificate_id"))));
                    return updates;
                });
    }

    /** Forgets what is older, a small batch at a time; returns how many went. */
    Future<Integer> drop(Instant olderThan) {
        return database.query(DROP, Tuple.of(Timestamps.of(olderThan))).map(rows -> rows.rowCount());
    }
}
