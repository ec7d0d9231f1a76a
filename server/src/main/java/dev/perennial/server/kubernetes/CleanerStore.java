package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The SQL of what is over. */
final class CleanerStore {
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

    private static final String FORGET_FACES = """
            DELETE FROM kubernetes_before WHERE position <= (SELECT position FROM event_horizon)
            """;

    private final Database database;

    CleanerStore(Database database) {
        this.database = database;
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
                            StoredJson.array(row, "conditions"))));
                    return candidates;
                });
    }

    /** Deletes what is kept of requests that are not there any more, and of changes that are forgotten. */
    Future<Void> forget(Instant madeBefore) {
        return database.inOneStatement(FORGET_ROWS, Tuple.of(Timestamps.of(madeBefore)))
                .compose(done -> database.inOneStatement(FORGET_FACES, Tuple.tuple()))
                .mapEmpty();
    }
}
