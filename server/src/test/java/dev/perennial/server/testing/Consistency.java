package dev.perennial.server.testing;

import dev.perennial.server.db.Database;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.assertj.core.api.SoftAssertions;

/** What must hold of a server's database whenever nothing is under way. */
public final class Consistency {
    private static final String ISSUED_WITHOUT_CERTIFICATE = """
            SELECT r.id AS finding FROM signing_requests r
            JOIN generations g ON g.request_id = r.id AND g.generation = r.generation
            WHERE r.withdrawn IS NULL AND g.state = 'ISSUED' AND NOT EXISTS (
                SELECT 1 FROM certificates c WHERE c.request_id = r.id AND c.generation = r.generation)
            """;

    private static final String LIVE_TWICE = """
            SELECT org_id || ' ' || sha256::text AS finding FROM generations WHERE live
            GROUP BY org_id, sha256 HAVING count(*) > 1
            """;

    /** Live is the current generation of a request that is not withdrawn, what waits beside it, and no other. */
    private static final String WRONGLY_LIVE = """
            SELECT g.request_id || ' generation ' || g.generation AS finding FROM generations g
            LEFT JOIN signing_requests r ON r.id = g.request_id
            WHERE r.id IS NULL OR g.live <> (r.withdrawn IS NULL AND (r.generation = g.generation
                    OR r.next_generation = g.generation AND g.state IN ('PENDING', 'DENIED')))
               OR (r.generation = g.generation AND (g.state = 'WITHDRAWN') <> (r.withdrawn IS NOT NULL))
            """;

    /** But for what was told so long ago that its event, or its row of the audit record, is gone. */
    private static final String UNTOLD = """
            SELECT r.id AS finding FROM signing_requests r
            WHERE (r.position > (SELECT position FROM event_horizon)
                   AND r.position IS DISTINCT FROM (SELECT max(position) FROM events WHERE object_id = r.id))
               OR (NOT EXISTS (SELECT 1 FROM audit_seals WHERE pruned IS NOT NULL AND at >= r.created)
                   AND NOT EXISTS (SELECT 1 FROM audit_events WHERE object_id = r.id AND outcome = 'done'))
            """;

    /** A word of a person for each generation that was decided about, and nobody's own where four eyes are asked for. */
    private static final String WRONGLY_APPROVED = """
            SELECT g.request_id || ' generation ' || g.generation AS finding FROM generations g
            JOIN signing_requests r ON r.id = g.request_id
            WHERE ((g.approved_by IS NOT NULL OR g.reason IN ('denied', 'expired')) AND NOT EXISTS (
                    SELECT 1 FROM audit_events e WHERE e.object_id = g.request_id AND e.outcome = 'done'
                      AND e.action IN ('approve', 'deny') AND e.reason LIKE '%generation ' || g.generation || ',%'))
               OR (g.approved_by = g.requester
                   AND EXISTS (SELECT 1 FROM signers s WHERE s.name = r.signer AND s.four_eyes))
            """;

    private Consistency() {}

    public static void check(Database database) {
        SoftAssertions softly = new SoftAssertions();
        for (String query : List.of(ISSUED_WITHOUT_CERTIFICATE, LIVE_TWICE, WRONGLY_LIVE, UNTOLD, WRONGLY_APPROVED)) {
            rows(database, query).forEach(row -> softly.fail(row.getString("finding") + " breaks\n" + query));
        }
        softly.assertAll();
    }

    private static RowSet<Row> rows(Database database, String query) {
        return Await.value(database.query(query, Tuple.tuple()));
    }
}
