package dev.perennial.server.enrolment;

import dev.perennial.server.ca.Issued;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of enrolment tokens and of the identities that come of them. */
final class EnrolmentStore {
    private static final String COLUMNS = "id, org_id, names, uses, uses_left, expires, created";

    private static final String INSERT_TOKEN = """
            INSERT INTO enrolment_tokens (id, token_sha256, org_id, names, uses, uses_left, expires, created)
            VALUES ($1, $2, $3, $4, $5, $5, $6, $7)
            """;

    private static final String LOCK_TOKEN =
            "SELECT " + COLUMNS + " FROM enrolment_tokens WHERE token_sha256 = $1 FOR UPDATE";

    private static final String SPEND =
            "UPDATE enrolment_tokens SET uses_left = uses_left - 1 WHERE id = $1 AND uses_left > 0";

    private static final String LIST_TOKENS = "SELECT " + COLUMNS
            + " FROM enrolment_tokens WHERE $1::text IS NULL OR org_id = $1 ORDER BY created, id LIMIT $2";

    private static final String FIND_TOKEN = "SELECT " + COLUMNS + " FROM enrolment_tokens WHERE id = $1";

    private static final String DELETE_TOKEN = "DELETE FROM enrolment_tokens WHERE id = $1 RETURNING org_id";

    private static final String ENROLLED = """
            SELECT agent_id FROM enrolments WHERE token_id = $1 AND spki_sha256 = $2 AND at > $3
            """;

    private static final String INSERT_ENROLMENT = """
            INSERT INTO enrolments (token_id, spki_sha256, agent_id, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (token_id, spki_sha256) DO UPDATE SET agent_id = excluded.agent_id, at = excluded.at
            """;

    private static final String INSERT_IDENTITY = """
            INSERT INTO client_certificates (sha256, agent_id, issuer_id, serial, der, spki_sha256, not_before, not_after,
                                             renewal_time, state, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """;

    /** The newest that is not superseded: what an answer that was lost had brought. */
    private static final String NEWEST_IDENTITY = """
            SELECT der, issuer_id, not_after, renewal_time FROM client_certificates
            WHERE agent_id = $1 AND spki_sha256 = $2 AND state <> 'superseded' AND not_after > $3
            ORDER BY created DESC LIMIT 1
            """;

    /** One waiting identity at a time: a second one takes the place of the first. */
    private static final String DROP_WAITING = """
            UPDATE client_certificates SET state = 'superseded' WHERE agent_id = $1 AND state = 'next'
            """;

    /** Only those that no caller could come in by in any case; more servers may do so at once. */
    private static final String DROP_OVER = """
            DELETE FROM client_certificates WHERE sha256 IN (
                SELECT sha256 FROM client_certificates WHERE state = 'superseded' AND not_after < $1
                ORDER BY not_after LIMIT $2 FOR UPDATE SKIP LOCKED)
            """;

    private final Database database;

    EnrolmentStore(Database database) {
        this.database = database;
    }

    /** A client certificate as it was registered. */
    record StoredIdentity(byte[] der, String issuerId, Instant notAfter, Instant renewalTime) {}

    Future<Void> insertToken(SqlConnection tx, EnrolmentToken token, byte[] sha256) {
        return tx.preparedQuery(INSERT_TOKEN)
                .execute(Tuple.of(
                        token.id(),
                        Buffer.buffer(sha256),
                        token.orgId(),
                        token.names().toArray(String[]::new),
                        token.uses(),
                        Timestamps.of(token.expires()),
                        Timestamps.of(token.created())))
                .mapEmpty();
    }

    Future<Optional<EnrolmentToken>> lockToken(SqlConnection tx, byte[] sha256) {
        return tx.preparedQuery(LOCK_TOKEN)
                .execute(Tuple.of(Buffer.buffer(sha256)))
                .map(EnrolmentStore::firstToken);
    }

    Future<Void> spend(SqlConnection tx, String tokenId) {
        return tx.preparedQuery(SPEND).execute(Tuple.of(tokenId)).mapEmpty();
    }

    Future<List<EnrolmentToken>> listTokens(@Nullable String orgId, int limit) {
        return database.query(LIST_TOKENS, Tuple.of(orgId, limit)).map(rows -> {
            List<EnrolmentToken> tokens = new ArrayList<>();
            rows.forEach(row -> tokens.add(token(row)));
            return tokens;
        });
    }

    Future<Optional<EnrolmentToken>> findToken(String id) {
        return database.query(FIND_TOKEN, Tuple.of(id)).map(EnrolmentStore::firstToken);
    }

    /** Takes the token away; the organisation it was for, or nothing where there was none. */
    Future<Optional<String>> deleteToken(SqlConnection tx, String id) {
        return tx.preparedQuery(DELETE_TOKEN)
                .execute(Tuple.of(id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("org_id")));
    }

    Future<Optional<String>> enrolled(SqlConnection tx, String tokenId, byte[] spkiSha256, Instant since) {
        return tx.preparedQuery(ENROLLED)
                .execute(Tuple.of(tokenId, Buffer.buffer(spkiSha256), Timestamps.of(since)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("agent_id")));
    }

    Future<Void> insertEnrolment(SqlConnection tx, String tokenId, byte[] spkiSha256, String agentId, Instant now) {
        return tx.preparedQuery(INSERT_ENROLMENT)
                .execute(Tuple.of(tokenId, Buffer.buffer(spkiSha256), agentId, Timestamps.of(now)))
                .mapEmpty();
    }

    Future<Void> insertIdentity(
            SqlConnection tx, String agentId, Issued issued, byte[] spkiSha256, String state, Instant now) {
        return tx.preparedQuery(INSERT_IDENTITY)
                .execute(Tuple.from(new Object[] {
                    Buffer.buffer(issued.sha256()),
                    agentId,
                    issued.issuerId(),
                    issued.serial(),
                    Buffer.buffer(issued.der()),
                    Buffer.buffer(spkiSha256),
                    Timestamps.of(issued.notBefore()),
                    Timestamps.of(issued.notAfter()),
                    Timestamps.of(issued.renewalTime()),
                    state,
                    Timestamps.of(now)
                }))
                .mapEmpty();
    }

    Future<Optional<StoredIdentity>> newestIdentity(SqlConnection tx, String agentId, byte[] spkiSha256, Instant now) {
        return tx.preparedQuery(NEWEST_IDENTITY)
                .execute(Tuple.of(agentId, Buffer.buffer(spkiSha256), Timestamps.of(now)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(identity(rows.iterator().next())));
    }

    Future<Void> dropWaiting(SqlConnection tx, String agentId) {
        return tx.preparedQuery(DROP_WAITING).execute(Tuple.of(agentId)).mapEmpty();
    }

    Future<Integer> dropOver(Instant endedBefore, int most) {
        return database.query(DROP_OVER, Tuple.of(Timestamps.of(endedBefore), most))
                .map(RowSet::rowCount);
    }

    private static StoredIdentity identity(Row row) {
        return new StoredIdentity(
                row.getBuffer("der").getBytes(),
                row.getString("issuer_id"),
                Timestamps.in(row, "not_after"),
                Timestamps.in(row, "renewal_time"));
    }

    private static Optional<EnrolmentToken> firstToken(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(token(rows.iterator().next()));
    }

    private static EnrolmentToken token(Row row) {
        return new EnrolmentToken(
                row.getString("id"),
                row.getString("org_id"),
                List.of(row.getArrayOfStrings("names")),
                row.getInteger("uses"),
                row.getInteger("uses_left"),
                Timestamps.in(row, "expires"),
                Timestamps.in(row, "created"));
    }
}
