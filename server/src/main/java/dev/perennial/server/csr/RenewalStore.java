package dev.perennial.server.csr;

import static dev.perennial.server.db.Columns.numbers;
import static dev.perennial.server.db.Columns.octets;
import static dev.perennial.server.db.Columns.texts;
import static dev.perennial.server.db.Columns.times;
import static dev.perennial.server.db.Columns.truths;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SQL of the renewal clock, in batches. */
final class RenewalStore {
    /** Any number of servers claim at once: what one has locked the others pass by. */
    private static final String CLAIMED = """
            WITH due AS MATERIALIZED (
                SELECT id, org_id, agent_id, requester, signer, renew_failures, renew_problem, generation
                FROM signing_requests WHERE renew_at <= $1 %s FOR UPDATE SKIP LOCKED)
            SELECT r.id, r.org_id, r.agent_id, r.requester, r.signer, r.renew_failures, r.renew_problem, g.generation,
                   g.pkcs10, g.usages, g.lifetime, g.approved_by, a.last_seen, a.state AS agent_state, k.why, c.not_before, c.not_after, c.revocation_reason
            FROM due r
            JOIN generations g ON g.request_id = r.id AND g.generation = r.generation
            LEFT JOIN agent_connectors a ON a.id = r.agent_id
            LEFT JOIN refused_keys k ON k.org_id = g.org_id AND k.spki_sha256 = g.spki_sha256
            LEFT JOIN LATERAL (
                SELECT not_before, not_after, revocation_reason FROM certificates
                WHERE request_id = r.id AND generation = r.generation AND shown
                ORDER BY not_before DESC, number DESC LIMIT 1) c ON true
            """;

    /** The limit comes before the joins, or thousands that are due would be joined and sorted for each batch of them. */
    private static final String CLAIM = CLAIMED.formatted("ORDER BY renew_at LIMIT $2");

    private static final String CLAIM_ONE = CLAIMED.formatted("AND id = $2");

    private static final String INSERT = """
            INSERT INTO certificates (id, org_id, request_id, generation, issuer_id, serial, der, sha256, not_before,
                                      not_after, cut_short, renewal_time, shown, created)
            SELECT u.*, true, $1 FROM unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[],
                $8::bytea[], $9::bytea[], $10::timestamptz[], $11::timestamptz[], $12::boolean[], $13::timestamptz[]) AS u
            """;

    private static final String AUDIT = """
            INSERT INTO audit_events (at, org_id, actor, source, action, object_id, outcome, http_request)
            SELECT $1, u.org_id, 'server', 'clock', 'renew', u.id, 'done', ''
            FROM unnest($2::text[], $3::text[]) AS u (org_id, id)
            """;

    private static final String AUDIT_FAILURES = """
            INSERT INTO audit_events (at, org_id, actor, source, action, object_id, outcome, reason, http_request)
            SELECT $1, u.org_id, 'server', 'clock', 'renew', u.id, u.outcome, u.reason, ''
            FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS u (org_id, id, outcome, reason)
            """;

    private static final String SET_RENEWED = """
            UPDATE signing_requests r SET renew_at = u.renew_at, renew_failures = 0, renew_problem = NULL,
                updated = $1, position = u.position
            FROM unnest($2::text[], $3::timestamptz[], $4::bigint[]) AS u (id, renew_at, position) WHERE r.id = u.id
            """;

    private static final String SET_FAILED = """
            UPDATE signing_requests r SET renew_at = u.renew_at, renew_failures = renew_failures + 1,
                renew_problem = u.problem, position = coalesce(u.position, r.position),
                updated = CASE WHEN u.position IS NULL THEN r.updated ELSE $1 END
            FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::bigint[]) AS u (id, renew_at, problem, position)
            WHERE r.id = u.id
            """;

    /** An agent that was quiet and is heard of again finds its renewals due at once. */
    private static final String RESUME = """
            UPDATE signing_requests r SET renew_at = $1, renew_failures = 0
            FROM agent_connectors a
            WHERE a.id = r.agent_id AND r.renew_problem = $2 AND r.renew_at > $1 AND a.last_seen > r.updated
            """;

    /** Those that waited for their signer find themselves due at once when it is enabled again. */
    private static final String RESUME_ENABLED = """
            UPDATE signing_requests r SET renew_at = $1, renew_failures = 0
            FROM signers s
            WHERE s.name = r.signer AND s.enabled AND r.renew_problem LIKE 'signer-disabled:%' AND r.renew_at > $1
              AND s.enabled_at > r.updated
            """;

    /** So many are looked at, every second: where all signers are enabled, none. */
    private static final String HELD_UP = """
            SELECT count(*) AS requests, min(c.not_after) AS first_end
            FROM signers s
            JOIN LATERAL (
                SELECT id, generation FROM signing_requests
                WHERE signer = s.name AND renew_at IS NOT NULL AND withdrawn IS NULL LIMIT 1000) r ON true
            JOIN LATERAL (
                SELECT max(not_after) AS not_after FROM certificates
                WHERE request_id = r.id AND generation = r.generation AND shown) c ON true
            WHERE NOT s.enabled
            """;

    private static final String FAILING = """
            SELECT count(*) AS failing FROM signing_requests
            WHERE renew_problem IS NOT NULL AND auto_renew AND withdrawn IS NULL
              AND renew_problem NOT LIKE 'uploaded:%' AND renew_problem NOT LIKE 'no-certificate:%'
              AND renew_problem NOT LIKE 'manual:%'
            """;

    private final Database database;

    RenewalStore(Database database) {
        this.database = database;
    }

    Future<List<Renewal>> claim(SqlConnection tx, Instant now, int most) {
        return claimed(tx.preparedQuery(CLAIM).execute(Tuple.of(Timestamps.of(now), most)));
    }

    /** None, where it is not due any more or somebody else is at it. */
    Future<List<Renewal>> claim(SqlConnection tx, Instant now, String requestId) {
        return claimed(tx.preparedQuery(CLAIM_ONE).execute(Tuple.of(Timestamps.of(now), requestId)));
    }

    private static Future<List<Renewal>> claimed(Future<RowSet<Row>> found) {
        return found.map(rows -> {
            List<Renewal> due = new ArrayList<>();
            rows.forEach(row -> due.add(fromRow(row)));
            return due;
        });
    }

    /** Stores the new certificates with their audit rows; the requests' own rows follow when positions are drawn. */
    Future<Void> insert(SqlConnection tx, List<Renewal> due, List<Issued> issued, Instant now) {
        Tuple values = Tuple.tuple()
                .addValue(Timestamps.of(now))
                .addValue(texts(issued, Issued::id))
                .addValue(texts(due, Renewal::orgId))
                .addValue(texts(due, Renewal::requestId))
                .addValue(numbers(due, Renewal::generation))
                .addValue(texts(issued, Issued::issuerId))
                .addValue(texts(issued, Issued::serial))
                .addValue(octets(issued, Issued::der))
                .addValue(octets(issued, Issued::sha256))
                .addValue(times(issued, Issued::notBefore))
                .addValue(times(issued, Issued::notAfter))
                .addValue(truths(issued, Issued::cutShort))
                .addValue(times(issued, Issued::renewalTime));
        return tx.preparedQuery(INSERT)
                .execute(values)
                .compose(done -> tx.preparedQuery(AUDIT)
                        .execute(Tuple.of(
                                Timestamps.of(now), texts(due, Renewal::orgId), texts(due, Renewal::requestId))))
                .mapEmpty();
    }

    /** Records those that are not renewed: each with its outcome and why. */
    Future<Void> auditFailures(SqlConnection tx, List<Renewal> due, String[] outcomes, String[] reasons, Instant now) {
        return tx.preparedQuery(AUDIT_FAILURES)
                .execute(Tuple.of(
                        Timestamps.of(now),
                        texts(due, Renewal::orgId),
                        texts(due, Renewal::requestId),
                        outcomes,
                        reasons))
                .mapEmpty();
    }

    Future<Void> setRenewed(
            SqlConnection tx, List<Renewal> due, List<Issued> issued, List<Long> positions, Instant now) {
        return tx.preparedQuery(SET_RENEWED)
                .execute(Tuple.of(
                        Timestamps.of(now),
                        texts(due, Renewal::requestId),
                        times(issued, Issued::renewalTime),
                        positions.toArray(Long[]::new)))
                .mapEmpty();
    }

    /** A position of null leaves the version as it is: nothing that can be seen has changed. */
    Future<Void> setFailed(
            SqlConnection tx,
            List<Renewal> due,
            List<@Nullable Instant> nextTries,
            List<String> problems,
            List<@Nullable Long> positions,
            Instant now) {
        return tx.preparedQuery(SET_FAILED)
                .execute(Tuple.of(
                        Timestamps.of(now),
                        texts(due, Renewal::requestId),
                        times(nextTries, next -> next),
                        problems.toArray(String[]::new),
                        positions.toArray(Long[]::new)))
                .mapEmpty();
    }

    Future<Void> resume(String problem, Instant now) {
        return database.query(RESUME, Tuple.of(Timestamps.of(now), problem)).mapEmpty();
    }

    Future<Void> resumeEnabled(Instant now) {
        return database.query(RESUME_ENABLED, Tuple.of(Timestamps.of(now))).mapEmpty();
    }

    Future<HeldUp> heldUp() {
        return database.query(HELD_UP, Tuple.tuple()).map(rows -> {
            Row row = rows.iterator().next();
            return new HeldUp(row.getLong("requests"), Timestamps.inNullable(row, "first_end"));
        });
    }

    /** How many requests could not be renewed when it was time. */
    Future<Long> failing() {
        return database.query(FAILING, Tuple.tuple())
                .map(rows -> rows.iterator().next().getLong("failing"));
    }

    private static Renewal fromRow(Row row) {
        return new Renewal(
                row.getString("id"),
                row.getString("org_id"),
                row.getString("agent_id"),
                row.getString("requester"),
                row.getString("signer"),
                row.getInteger("renew_failures"),
                row.getString("renew_problem"),
                row.getInteger("generation"),
                row.getBuffer("pkcs10").getBytes(),
                RequestRows.usages(row, "usages"),
                RequestRows.lifetime(row, "lifetime"),
                row.getString("approved_by"),
                Timestamps.inNullable(row, "last_seen"),
                "retired".equals(row.getString("agent_state")),
                "blocked".equals(row.getString("why")),
                "rotated".equals(row.getString("why")),
                newest(row));
    }

    private static Renewal.@Nullable Newest newest(Row row) {
        if (row.getOffsetDateTime("not_after") == null) {
            return null;
        }
        String reason = row.getString("revocation_reason");
        return new Renewal.Newest(
                Timestamps.in(row, "not_before"),
                Timestamps.in(row, "not_after"),
                reason == null ? null : Revoking.problem(RevocationReason.valueOf(reason)));
    }
}
