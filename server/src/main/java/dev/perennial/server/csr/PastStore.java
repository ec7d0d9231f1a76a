package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;

/** The SQL that deletes what is over, a batch at a time, on one server at a time. */
final class PastStore {
    /**
     * The last certificate of a request that lives is what its status shows and what its next renewal is judged by: it
     * stays, however old. A newer one takes that place only where it is shown as well, or the older was not.
     */
    private static final String DROP_CERTIFICATES = """
            WITH allowed AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(5280, 4) AS mine)
            DELETE FROM certificates WHERE id IN (
                SELECT c.id FROM certificates c LEFT JOIN signing_requests r ON r.id = c.request_id
                WHERE (SELECT mine FROM allowed) AND c.not_after < $1
                  AND (r.id IS NULL OR r.withdrawn IS NOT NULL OR r.generation <> c.generation OR EXISTS (
                      SELECT 1 FROM certificates n
                      WHERE n.request_id = c.request_id AND n.generation = c.generation AND n.shown >= c.shown
                        AND (n.not_before, n.number) > (c.not_before, c.number)))
                ORDER BY c.not_after LIMIT $2)
            """;

    /**
     * A withdrawn request answers its agent that it was withdrawn; were it unknown, the agent would ask anew. So it goes
     * only where no agent can ask.
     */
    private static final String DROP_REQUESTS = """
            WITH allowed AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(5280, 4) AS mine), past AS (
                SELECT r.id FROM signing_requests r
                WHERE (SELECT mine FROM allowed) AND r.withdrawn < $1
                  AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.request_id = r.id)
                  AND NOT EXISTS (SELECT 1 FROM agent_connectors a WHERE a.id = r.agent_id AND a.state = 'active')
                ORDER BY r.withdrawn LIMIT $2 FOR UPDATE OF r SKIP LOCKED
            ), updates AS (
                DELETE FROM request_updates u USING past WHERE u.request_id = past.id
            ), their_generations AS (
                DELETE FROM generations g USING past WHERE g.request_id = past.id
            )
            DELETE FROM signing_requests r USING past WHERE r.id = past.id
            """;

    /** A row whose arrival is over says what no row says: all that the limit allows may be taken at once. */
    private static final String DROP_LIMITS = """
            WITH allowed AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(5280, 4) AS mine)
            DELETE FROM issuance_limits WHERE (caller, names_sha256) IN (
                SELECT l.caller, l.names_sha256 FROM issuance_limits l
                WHERE (SELECT mine FROM allowed) AND l.arrival < clock_timestamp() - interval '1 day'
                LIMIT $1 FOR UPDATE SKIP LOCKED)
            """;

    private final Database database;

    PastStore(Database database) {
        this.database = database;
    }

    Future<Integer> dropCertificates(Instant endedBefore, int most) {
        return database.inOneStatement(DROP_CERTIFICATES, Tuple.of(Timestamps.of(endedBefore), most))
                .map(rows -> rows.rowCount());
    }

    Future<Integer> dropRequests(Instant withdrawnBefore, int most) {
        return database.inOneStatement(DROP_REQUESTS, Tuple.of(Timestamps.of(withdrawnBefore), most))
                .map(rows -> rows.rowCount());
    }

    Future<Integer> dropLimits(int most) {
        return database.inOneStatement(DROP_LIMITS, Tuple.of(most)).map(rows -> rows.rowCount());
    }
}
