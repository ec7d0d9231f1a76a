package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
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
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of certificates. */
final class CertificateStore {
    private static final String INSERT = """
            INSERT INTO certificates (id, org_id, request_id, generation, issuer_id, serial, der, chain, sha256,
                                      not_before, not_after, cut_short, renewal_time, shown, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, true, $14)
            """;

    private static final String FIND = CertificateRows.SELECT + "WHERE c.id = $1";

    private static final String FIND_ALL = CertificateRows.SELECT + "WHERE c.id = ANY ($1)";

    /** The newest ones of the current generation of each request. */
    private static final String SHOWN = "SELECT " + CertificateRows.COLUMNS
            + ", c.agent_id, c.owner, c.signer FROM (SELECT " + CertificateRows.COLUMNS + """
                    , r.agent_id, r.owner, r.signer, c.number,
                      row_number() OVER (PARTITION BY c.request_id ORDER BY c.not_before DESC, c.number DESC) AS place
                    FROM certificates c JOIN signing_requests r
                      ON r.id = c.request_id AND r.generation = c.generation
                    WHERE c.request_id = ANY ($1) AND c.shown) AS c
                    WHERE c.place <= $2 ORDER BY c.request_id, c.not_before, c.number
                    """;

    private static final String HIDE = "UPDATE certificates SET shown = false WHERE id = $1 AND shown";

    private static final String HIDE_GENERATION = """
            UPDATE certificates SET shown = false, revoke_by = CASE WHEN $3
                THEN least(revoke_by, coalesce($4::timestamptz, 'infinity')) ELSE revoke_by END
            WHERE request_id = $1 AND generation = $2
            """;

    /** Of a foreign issuer, or uploaded with its issuers. */
    private static final String HIDE_MADE_ELSEWHERE = """
            UPDATE certificates SET shown = false
            WHERE request_id = $1 AND generation = $2 AND shown AND (chain IS NOT NULL OR issuer_id LIKE 'sha256:%')
            """;

    private static final String SHOW = """
            UPDATE certificates SET shown = true, chain = CASE WHEN chain IS NOT NULL THEN $2::bytea[] END WHERE id = $1
            """;

    private static final String REVOKE_ALL = """
            UPDATE certificates SET revoked = $2, revocation_reason = $3, crl_number = NULL
            WHERE request_id = $1 AND not_after > $2
              AND (revoked IS NULL OR revocation_reason = 'CERTIFICATE_HOLD' AND $3 <> 'CERTIFICATE_HOLD')
            """;

    /** Of earlier generations; of the same one, where the key may stay, those before the one that is in use. */
    private static final String REPLACED = """
            SELECT id, coalesce(revoke_as, 'SUPERSEDED') AS reason FROM certificates
            WHERE request_id = $1 AND revoke_by IS NOT NULL AND not_after > $3
              AND (revoked IS NULL OR revocation_reason = 'CERTIFICATE_HOLD')
              AND (generation < $2 OR generation = $2 AND revoke_as = 'SUPERSEDED'
                   AND number < (SELECT number FROM certificates WHERE id = $4))
            """;

    private static final String OVERDUE = """
            SELECT DISTINCT request_id FROM certificates WHERE revoke_by <= $1 AND revoked IS NULL AND not_after > $1
            LIMIT 100
            """;

    private static final String OVERDUE_OF = """
            SELECT id, coalesce(revoke_as, 'SUPERSEDED') AS reason FROM certificates
            WHERE request_id = $1 AND revoke_by <= $2 AND revoked IS NULL AND not_after > $2
            """;

    private static final String REVOKE_LATER = """
            UPDATE certificates SET revoke_by = least(revoke_by, $4), revoke_as = $5
            WHERE request_id = $1 AND generation = $2 AND revoked IS NULL AND not_after > $6
              AND number <= coalesce((SELECT number FROM certificates WHERE id = $3), number)
            """;

    private static final String REPORTED = """
            UPDATE certificates SET installed = CASE WHEN $2 THEN coalesce(installed, $4) ELSE installed END,
                served = CASE WHEN $3 THEN coalesce(served, $4) ELSE served END
            WHERE id = $1
            """;

    private static final String BY_SHA256 = CertificateRows.SELECT + "WHERE c.sha256 = $1 AND c.request_id IS NOT NULL";

    private final Database database;

    CertificateStore(Database database) {
        this.database = database;
    }

    Future<Void> insert(
            SqlConnection tx,
            @Nullable String orgId,
            @Nullable String requestId,
            @Nullable Integer generation,
            Issued issued,
            List<byte[]> chain,
            boolean renews,
            Instant now) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    issued.id(),
                    orgId,
                    requestId,
                    generation,
                    issued.issuerId(),
                    issued.serial(),
                    Buffer.buffer(issued.der()),
                    chain.isEmpty() ? null : buffers(chain),
                    Buffer.buffer(issued.sha256()),
                    Timestamps.of(issued.notBefore()),
                    Timestamps.of(issued.notAfter()),
                    issued.cutShort(),
                    renews ? Timestamps.of(issued.renewalTime()) : null,
                    Timestamps.of(now)
                }))
                .mapEmpty();
    }

    Future<Optional<Certificate>> find(String id) {
        return database.query(FIND, Tuple.of(id)).map(CertificateStore::first);
    }

    Future<Optional<Certificate>> bySha256(SqlConnection tx, byte[] sha256) {
        return tx.preparedQuery(BY_SHA256)
                .execute(Tuple.of(Buffer.buffer(sha256)))
                .map(CertificateStore::first);
    }

    /** Those of them that there are, in any order. */
    Future<List<Certificate>> findAll(Collection<String> ids) {
        return database.query(FIND_ALL, Tuple.of(ids.toArray(String[]::new))).map(CertificateStore::all);
    }

    /** Of each request the newest so many, oldest notBefore first. */
    Future<List<Certificate>> shown(Collection<String> requestIds, int limit) {
        return database.query(SHOWN, Tuple.of(requestIds.toArray(String[]::new), limit))
                .map(CertificateStore::all);
    }

    /** As the other, as the transaction sees them. */
    Future<List<Certificate>> shown(SqlConnection tx, Collection<String> requestIds, int limit) {
        return tx.preparedQuery(SHOWN)
                .execute(Tuple.of(requestIds.toArray(String[]::new), limit))
                .map(CertificateStore::all);
    }

    /** The newest one in the status of a request. */
    Future<Optional<Certificate>> newest(SqlConnection tx, String requestId) {
        return tx.preparedQuery(SHOWN)
                .execute(Tuple.of(new String[] {requestId}, 1))
                .map(CertificateStore::first);
    }

    Future<Void> hide(SqlConnection tx, String id) {
        return tx.preparedQuery(HIDE).execute(Tuple.of(id)).mapEmpty();
    }

    /** Takes those of a generation that were made elsewhere out of the status; they stay in the inventory. */
    Future<Void> hideMadeElsewhere(SqlConnection tx, String requestId, int generation) {
        return tx.preparedQuery(HIDE_MADE_ELSEWHERE)
                .execute(Tuple.of(requestId, generation))
                .mapEmpty();
    }

    /**
     * Puts one back into the status.
     *
     * @param chain in the place of the one that was stored with it; where none was, its issuer is ours and knows its own
     */
    Future<Void> show(SqlConnection tx, String id, List<byte[]> chain) {
        return tx.preparedQuery(SHOW)
                .execute(Tuple.from(new Object[] {id, buffers(chain)}))
                .mapEmpty();
    }

    private static Buffer[] buffers(List<byte[]> chain) {
        return chain.stream().map(Buffer::buffer).toArray(Buffer[]::new);
    }

    /**
     * Takes a generation's certificates out of the status; they stay in the inventory. Where they were {@code rotated}
     * out they are to be revoked by the deadline; without one, when their successor is in use.
     */
    Future<Void> hideGeneration(
            SqlConnection tx, String requestId, int generation, boolean rotated, @Nullable Instant deadline) {
        return tx.preparedQuery(HIDE_GENERATION)
                .execute(Tuple.of(requestId, generation, rotated, Timestamps.ofNullable(deadline)))
                .mapEmpty();
    }

    /** Revokes all of a request's that are neither revoked nor over; returns how many. */
    Future<Integer> revokeAll(SqlConnection tx, String requestId, RevocationReason reason, Instant now) {
        return tx.preparedQuery(REVOKE_ALL)
                .execute(Tuple.of(requestId, Timestamps.of(now), reason.name()))
                .map(rows -> rows.rowCount());
    }

    /** What is to be revoked of a request now that another certificate of it is in use, by reason. */
    Future<Map<RevocationReason, List<String>>> replaced(SqlConnection tx, Certificate inUse, Instant now) {
        return tx.preparedQuery(REPLACED)
                .execute(Tuple.of(inUse.requestId(), inUse.generation(), Timestamps.of(now), inUse.id()))
                .map(CertificateStore::byReason);
    }

    /** Some requests whose rotated certificates have reached their deadline. */
    Future<List<String>> overdue(Instant now) {
        return database.query(OVERDUE, Tuple.of(Timestamps.of(now))).map(rows -> {
            List<String> ids = new ArrayList<>();
            rows.forEach(row -> ids.add(row.getString("request_id")));
            return ids;
        });
    }

    /** Those of one request, by reason. */
    Future<Map<RevocationReason, List<String>>> overdue(SqlConnection tx, String requestId, Instant now) {
        return tx.preparedQuery(OVERDUE_OF)
                .execute(Tuple.of(requestId, Timestamps.of(now)))
                .map(CertificateStore::byReason);
    }

    private static Map<RevocationReason, List<String>> byReason(RowSet<Row> rows) {
        Map<RevocationReason, List<String>> ids = new EnumMap<>(RevocationReason.class);
        rows.forEach(row -> ids.computeIfAbsent(
                        RevocationReason.valueOf(row.getString("reason")), reason -> new ArrayList<>())
                .add(row.getString("id")));
        return ids;
    }

    /**
     * Has the certificates of a generation revoked by then, or when another is in use.
     *
     * @param upTo only those that came no later than this one; null: all of them
     */
    Future<Void> revokeLater(
            SqlConnection tx,
            Certificate of,
            @Nullable Certificate upTo,
            Instant deadline,
            RevocationReason reason,
            Instant now) {
        return tx.preparedQuery(REVOKE_LATER)
                .execute(Tuple.of(
                        of.requestId(),
                        of.generation(),
                        upTo == null ? null : upTo.id(),
                        Timestamps.of(deadline),
                        reason.name(),
                        Timestamps.of(now)))
                .mapEmpty();
    }

    Future<Void> reported(SqlConnection tx, String id, boolean installed, boolean served, Instant now) {
        return tx.preparedQuery(REPORTED)
                .execute(Tuple.of(id, installed, served, Timestamps.of(now)))
                .mapEmpty();
    }

    private static Optional<Certificate> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(CertificateRows.read(rows.iterator().next()));
    }

    private static List<Certificate> all(RowSet<Row> rows) {
        List<Certificate> certificates = new ArrayList<>();
        rows.forEach(row -> certificates.add(CertificateRows.read(row)));
        return certificates;
    }
}
