package dev.perennial.server.testing;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.X509;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;

/** What must hold of a server's database whenever nothing is under way. */
public final class Consistency {
    private static final String ISSUED_WITHOUT_CERTIFICATE = """
            SELECT r.id AS finding FROM signing_requests r
            JOIN generations g ON g.request_id = r.id AND g.generation = r.generation
            WHERE r.withdrawn IS NULL AND g.state = 'ISSUED' AND NOT EXISTS (
                SELECT 1 FROM certificates c WHERE c.request_id = r.id AND c.generation = r.generation)
            """;

    private static final String SERIAL_TWICE = """
            SELECT issuer_id || ' ' || serial AS finding FROM (
                SELECT issuer_id, serial FROM certificates UNION ALL SELECT issuer_id, serial FROM client_certificates)
            GROUP BY issuer_id, serial HAVING count(*) > 1
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

    private static final String ORPHANS = """
            SELECT c.id AS finding FROM certificates c
            LEFT JOIN generations g ON g.request_id = c.request_id AND g.generation = c.generation
            WHERE c.request_id IS NOT NULL AND g.request_id IS NULL
            """;

    private static final String CERTIFICATES = """
            SELECT c.id, c.serial, c.der, c.sha256, c.not_before, c.not_after, g.pkcs10, g.spki_sha256, g.identifiers
            FROM certificates c JOIN generations g ON g.request_id = c.request_id AND g.generation = c.generation
            """;

    private Consistency() {}

    public static void check(Database database) {
        SoftAssertions softly = new SoftAssertions();
        for (String query : List.of(
                ISSUED_WITHOUT_CERTIFICATE,
                SERIAL_TWICE,
                LIVE_TWICE,
                WRONGLY_LIVE,
                UNTOLD,
                WRONGLY_APPROVED,
                ORPHANS)) {
            rows(database, query).forEach(row -> softly.fail(row.getString("finding") + " breaks\n" + query));
        }
        rows(database, CERTIFICATES).forEach(row -> check(softly, row));
        softly.assertAll();
    }

    private static void check(SoftAssertions softly, Row row) {
        String id = row.getString("id");
        X509 certificate = X509.parse(row.getBuffer("der").getBytes());
        softly.assertThat(certificate.serial().hex()).as("serial of %s", id).isEqualTo(row.getString("serial"));
        softly.assertThat(certificate.sha256())
                .as("hash of %s", id)
                .isEqualTo(row.getBuffer("sha256").getBytes());
        softly.assertThat(certificate.notBefore())
                .as("notBefore of %s", id)
                .isEqualTo(Timestamps.in(row, "not_before"));
        softly.assertThat(certificate.notAfter()).as("notAfter of %s", id).isEqualTo(Timestamps.in(row, "not_after"));
        Pkcs10 pkcs10 = Pkcs10.parse(row.getBuffer("pkcs10").getBytes());
        softly.assertThat(certificate.subjectPublicKeyInfo())
                .as("key of %s", id)
                .isEqualTo(pkcs10.subjectPublicKeyInfo());
        softly.assertThat(Digests.sha256(certificate.subjectPublicKeyInfo()))
                .as("key's hash of the generation of %s", id)
                .isEqualTo(row.getBuffer("spki_sha256").getBytes());
        softly.assertThat(certificate.identifiers()).as("names of %s", id).isSubsetOf(identifiers(row));
    }

    private static Set<Identifier> identifiers(Row row) {
        Set<Identifier> names = new HashSet<>();
        for (String text : row.getArrayOfStrings("identifiers")) {
            names.add(Identifier.parse(text));
        }
        return names;
    }

    private static RowSet<Row> rows(Database database, String query) {
        return Await.value(database.query(query, Tuple.tuple()));
    }
}
