package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;

/** The SQL that deletes what is over, a batch at a time, on one server at a time. */
final class PastStore {
    /**
     * The last certificate of a request that lives is what its status shows and what its next renewal is judged by: it
     * stays, however old. A newer one takes that place only where it is shown as well, or the older was not. A revoked one
     * stays until it was on a CRL that was made after its end. Those that stay are looked at once in a pass, not again with
     * each batch.
     */
    private static final String DROP_CERTIFICATES = """
            WITH allowed AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(5280, 4) AS mine), looked AS MATERIALIZED (
                SELECT id, request_id, generation, issuer_id, revoked, shown, not_before, not_after, number FROM certificates
                WHERE (SELECT mine FROM allowed) AND not_after < $1 AND (not_after, number) > ($3, $4)
                ORDER BY not_after, number LIMIT $2
            ), dropped AS (
                DELETE FROM certificates WHERE id IN (
                    SELECT c.id FROM looked c LEFT JOIN signing_requests r ON r.id = c.request_id
                    WHERE (r.id IS NULL OR r.withdrawn IS NOT NULL OR r.generation <> c.generation OR EXISTS (
                        SELECT 1 FROM certificates n
                        WHERE n.request_id = c.request_id AND n.generation = c.generation AND n.shown >= c.shown
                          AND (n.not_before, n.number) > (c.not_before, c.number)))
                      AND (c.revoked IS NULL OR NOT EXISTS (
                        SELECT 1 FROM crls k WHERE k.issuer_id = c.issuer_id AND k.settled <= c.not_after)))
                RETURNING id
            )
            SELECT a.mine, (SELECT count(*) FROM looked) AS looked, (SELECT count(*) FROM dropped) AS dropped,
                   l.not_after AS major, l.number AS minor
            FROM allowed a LEFT JOIN (SELECT not_after, number FROM looked ORDER BY not_after DESC, number DESC LIMIT 1) l ON true
            """;

    /**
     * A withdrawn request answers its agent that it was withdrawn; were it unknown, the agent would ask anew. So it goes
     * only where no agent can ask.
     */
    private static final String DROP_REQUESTS = """
            WITH allowed AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(5280, 4) AS mine), looked AS MATERIALIZED (
                SELECT id, agent_id, withdrawn FROM signing_requests
                WHERE (SELECT mine FROM allowed) AND withdrawn < $1 AND (withdrawn, id) > ($3, $4)
                ORDER BY withdrawn, id LIMIT $2
            ), past AS (
                SELECT r.id FROM signing_requests r
                WHERE r.id IN (
                    SELECT l.id FROM looked l
                    WHERE NOT EXISTS (SELECT 1 FROM certificates c WHERE c.request_id = l.id)
                      AND NOT EXISTS (SELECT 1 FROM agent_connectors a WHERE a.id = l.agent_id AND a.state = 'active'))
                FOR UPDATE OF r SKIP LOCKED
            ), updates AS (
                DELETE FROM request_updates u USING past WHERE u.request_id = past.id
            ), their_generations AS (
                DELETE FROM generations g USING past WHERE g.request_id = past.id
            ), dropped AS (
                DELETE FROM signing_requests r USING past WHERE r.id = past.id RETURNING r.id
            )
            SELECT a.mine, (SELECT count(*) FROM looked) AS looked, (SELECT count(*) FROM dropped) AS dropped,
                   l.withdrawn AS major, l.id AS minor
            FROM allowed a LEFT JOIN (SELECT withdrawn, id FROM looked ORDER BY withdrawn DESC, id DESC LIMIT 1) l ON true
            """;

    /**
     * A row whose arrival is over says what no row says: all that the limit allows may be taken at once. By the primary
     * key, from one end to the other: an index on what every issuance changes would cost more than it saves here.
     */
    private static final String DROP_LIMITS = """
            WITH allowed AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(5280, 4) AS mine), looked AS MATERIALIZED (
                SELECT caller, names_sha256, arrival FROM issuance_limits
                WHERE (SELECT mine FROM allowed) AND (caller, names_sha256) > ($2, $3)
                ORDER BY caller, names_sha256 LIMIT $1
            ), dropped AS (
                DELETE FROM issuance_limits WHERE (caller, names_sha256) IN (
                    SELECT l.caller, l.names_sha256 FROM issuance_limits l
                    JOIN looked USING (caller, names_sha256)
                    WHERE l.arrival < clock_timestamp() - interval '1 day'
                    FOR UPDATE OF l SKIP LOCKED)
                RETURNING caller
            )
            SELECT a.mine, (SELECT count(*) FROM looked) AS looked, (SELECT count(*) FROM dropped) AS dropped,
                   l.caller AS major, l.names_sha256 AS minor
            FROM allowed a LEFT JOIN (SELECT caller, names_sha256 FROM looked ORDER BY caller DESC, names_sha256 DESC LIMIT 1) l ON true
            """;

    private final Database database;
    private final Place certificate = new Place(Tuple.of(Timestamps.of(Instant.EPOCH), 0L));
    private final Place request = new Place(Tuple.of(Timestamps.of(Instant.EPOCH), ""));
    private final Place limit = new Place(Tuple.of("", Buffer.buffer()));

    PastStore(Database database) {
        this.database = database;
    }

    /** How far a pass has come, in the columns that it goes by. */
    private static final class Place {
        private final Tuple beforeAll;
        private volatile Tuple last;

        Place(Tuple beforeAll) {
            this.beforeAll = beforeAll;
            this.last = beforeAll;
        }

        /** It stays where another server was at it. */
        void advance(Row row, int most) {
            if (row.getBoolean("mine")) {
                last = row.getLong("looked") < most
                        ? beforeAll
                        : Tuple.of(row.getValue("major"), row.getValue("minor"));
            }
        }
    }

    /** Looks at so many more and deletes what is to go of them; after the last it begins anew. */
    Future<Swept> dropCertificates(Instant endedBefore, int most) {
        return sweep(DROP_CERTIFICATES, certificate, most, Tuple.of(Timestamps.of(endedBefore), most));
    }

    /** As {@link #dropCertificates}. */
    Future<Swept> dropRequests(Instant withdrawnBefore, int most) {
        return sweep(DROP_REQUESTS, request, most, Tuple.of(Timestamps.of(withdrawnBefore), most));
    }

    /** As {@link #dropCertificates}. */
    Future<Swept> dropLimits(int most) {
        return sweep(DROP_LIMITS, limit, most, Tuple.of(most));
    }

    private Future<Swept> sweep(String sql, Place place, int most, Tuple values) {
        Tuple from = place.last;
        return database.inOneStatement(sql, values.addValue(from.getValue(0)).addValue(from.getValue(1)))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    place.advance(row, most);
                    return new Swept(
                            row.getLong("looked").intValue(),
                            row.getLong("dropped").intValue());
                });
    }
}
