package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.db.Failures;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Usages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of generations and of the keys that may not come back. */
final class GenerationStore {
    private static final String INSERT = """
            INSERT INTO generations (request_id, generation, org_id, requester, pkcs10, sha256, spki_sha256, common_name,
                                     identifiers, state, reason, message, pending_since, signer, target_issuer,
                                     auto_renew, private_key_id, uid, live, created, usages, lifetime)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CASE WHEN $10 = 'PENDING' THEN $18::timestamptz END,
                    $13, $14, $15, $16, $17, true, $18, $19, $20)
            ON CONFLICT (org_id, sha256) WHERE live DO NOTHING
            """;

    private static final String RETIRE =
            "UPDATE generations SET live = false WHERE request_id = $1 AND generation = $2 AND live";

    private static final String WITHDRAW = """
            UPDATE generations SET live = false, state = 'WITHDRAWN' WHERE request_id = $1 AND live
            """;

    /** The compare-and-set of every transition. */
    private static final String TRANSIT = """
            UPDATE generations SET state = $4, reason = $5, message = $6,
                pending_since = CASE WHEN $4 = 'PENDING' THEN clock_timestamp() ELSE pending_since END,
                approved_by = CASE WHEN $4 = 'PENDING' THEN NULL ELSE approved_by END
            WHERE request_id = $1 AND generation = $2 AND state = $3
            """;

    /** Policy's yes, and to whom: no person's approval stands for it any more. */
    private static final String DECIDED = """
            UPDATE generations SET state = 'ISSUED', reason = NULL, message = NULL, approved_by = NULL, requester = $4
            WHERE request_id = $1 AND generation = $2 AND state = $3
            """;

    private static final String SET_SETTINGS = """
            UPDATE generations SET target_issuer = $3, auto_renew = $4, private_key_id = $5, uid = $6
            WHERE request_id = $1 AND generation = $2
            """;

    /** The compare-and-set of a person's yes; who it may be is held by the database too. */
    private static final String APPROVE = """
            UPDATE generations SET state = $5, approved_by = $3, reason = 'approved', message = $4
            WHERE request_id = $1 AND generation = $2 AND state = $6 AND live
            """;

    /** And of the no. It stays live, so that the same PKCS#10 is not asked for anew. */
    private static final String DENY = """
            UPDATE generations SET state = 'DENIED', reason = $3, message = $4
            WHERE request_id = $1 AND generation = $2 AND state = 'PENDING' AND live
              AND ($5::timestamptz IS NULL OR pending_since < $5)
            """;

    private static final String LAPSED = """
            SELECT request_id FROM generations WHERE state = 'PENDING' AND live AND pending_since < $1
            ORDER BY pending_since LIMIT 100
            """;

    private static final String PENDING_OF =
            "SELECT count(*) AS pending FROM generations WHERE requester = $1 AND state = 'PENDING' AND live";

    private static final String OTHER_USAGES = """
            SELECT EXISTS (SELECT 1 FROM generations
                WHERE request_id = $1 AND sha256 = $2 AND usages IS DISTINCT FROM $3::text[]) AS other
            """;

    /** A key counts as had once there is a certificate for it. */
    private static final String HAD_KEY = """
            SELECT max(g.generation) AS generation FROM generations g WHERE g.request_id = $1 AND g.spki_sha256 = $2
              AND EXISTS (SELECT 1 FROM certificates c WHERE c.request_id = $1 AND c.generation = g.generation)
            """;

    private static final String REFUSED_KEY = "SELECT why FROM refused_keys WHERE org_id = $1 AND spki_sha256 = $2";

    private static final String REFUSE_KEY = """
            INSERT INTO refused_keys (org_id, spki_sha256, why, since) VALUES ($1, $2, 'rotated', $3)
            ON CONFLICT (org_id, spki_sha256) DO NOTHING
            """;

    /** @return false where the same PKCS#10 is live already */
    Future<Boolean> insert(
            SqlConnection tx,
            String requestId,
            int number,
            String orgId,
            String requester,
            Pkcs10 pkcs10,
            Usages usages,
            @Nullable Duration lifetime,
            RequestState state,
            @Nullable String reason,
            @Nullable String message,
            RequestSettings settings,
            Instant now) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    requestId,
                    number,
                    orgId,
                    requester,
                    Buffer.buffer(pkcs10.der()),
                    Buffer.buffer(pkcs10.sha256()),
                    Buffer.buffer(pkcs10.spkiSha256()),
                    pkcs10.commonName(),
                    pkcs10.identifiers().stream().map(Identifier::toString).toArray(String[]::new),
                    state.name(),
                    reason,
                    message,
                    settings.signer(),
                    settings.targetIssuer(),
                    settings.autoRenew(),
                    settings.privateKeyId(),
                    settings.uid(),
                    Timestamps.of(now),
                    stored(usages),
                    lifetime == null ? null : (int) lifetime.toSeconds()
                }))
                .map(rows -> rows.rowCount() == 1);
    }

    /** @return false where it was no longer in {@code from}: somebody else was first */
    Future<Boolean> approve(
            SqlConnection tx,
            String requestId,
            int number,
            RequestState from,
            RequestState to,
            String approver,
            String reason) {
        if (!from.mayBecome(to)) {
            throw new IllegalStateException(from + " may not become " + to);
        }
        return tx.preparedQuery(APPROVE)
                .execute(Tuple.of(requestId, number, approver, reason, to.name(), from.name()))
                .map(rows -> rows.rowCount() == 1)
                .recover(failure ->
                        Future.failedFuture(Failures.isCheckViolation(failure) ? Refusals.fourEyes() : failure));
    }

    /**
     * A no.
     *
     * @param waitingBefore only if it has waited since before then; null: in any case
     * @return false where it was no longer waiting: somebody else was first
     */
    Future<Boolean> deny(
            SqlConnection tx,
            String requestId,
            int number,
            String reason,
            String message,
            @Nullable Instant waitingBefore) {
        return tx.preparedQuery(DENY)
                .execute(Tuple.of(requestId, number, reason, message, Timestamps.ofNullable(waitingBefore)))
                .map(rows -> rows.rowCount() == 1);
    }

    /**
     * Policy says yes to what has no certificate yet, or to another signer for what has one.
     *
     * @param requester whose PKCS#10 it is from now on
     * @return false where it was no longer in {@code from}: somebody else was first
     */
    Future<Boolean> decided(SqlConnection tx, String requestId, int number, RequestState from, String requester) {
        return tx.preparedQuery(DECIDED)
                .execute(Tuple.of(requestId, number, from.name(), requester))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Changes what comes with a generation that waits; its signer stays. */
    Future<Void> setSettings(SqlConnection tx, String requestId, int number, RequestSettings settings) {
        return tx.preparedQuery(SET_SETTINGS)
                .execute(Tuple.of(
                        requestId,
                        number,
                        settings.targetIssuer(),
                        settings.autoRenew(),
                        settings.privateKeyId(),
                        settings.uid()))
                .mapEmpty();
    }

    /** Some requests that have waited for a person since before then. */
    Future<List<String>> lapsed(SqlConnection tx, Instant before) {
        return tx.preparedQuery(LAPSED).execute(Tuple.of(Timestamps.of(before))).map(rows -> {
            List<String> ids = new ArrayList<>();
            rows.forEach(row -> ids.add(row.getString("request_id")));
            return ids;
        });
    }

    /** How many of a caller's wait for a person. */
    Future<Long> pendingOf(SqlConnection tx, String requester) {
        return tx.preparedQuery(PENDING_OF)
                .execute(Tuple.of(requester))
                .map(rows -> rows.iterator().next().getLong("pending"));
    }

    /** Ends a generation that another takes the place of; its state stays as the record of what became of it. */
    Future<Void> retire(SqlConnection tx, String requestId, int number) {
        return tx.preparedQuery(RETIRE).execute(Tuple.of(requestId, number)).mapEmpty();
    }

    Future<Void> withdraw(SqlConnection tx, String requestId) {
        return tx.preparedQuery(WITHDRAW).execute(Tuple.of(requestId)).mapEmpty();
    }

    /**
     * Moves a generation from one state to another.
     *
     * @return false where it was no longer in {@code from}: somebody else was first
     */
    Future<Boolean> transit(
            SqlConnection tx,
            String requestId,
            int number,
            RequestState from,
            RequestState to,
            @Nullable String reason,
            @Nullable String message) {
        if (!from.mayBecome(to)) {
            throw new IllegalStateException(from + " may not become " + to);
        }
        return tx.preparedQuery(TRANSIT)
                .execute(Tuple.of(requestId, number, from.name(), to.name(), reason, message))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Whether the request has had that PKCS#10 with other usages: whoever saw it then is not to decide about these. */
    Future<Boolean> hadOtherUsages(SqlConnection tx, String requestId, byte[] sha256, Usages usages) {
        return tx.preparedQuery(OTHER_USAGES)
                .execute(Tuple.of(requestId, Buffer.buffer(sha256), stored(usages)))
                .map(rows -> rows.iterator().next().getBoolean("other"));
    }

    private static String @Nullable [] stored(Usages usages) {
        return usages.isNone() ? null : usages.words().toArray(String[]::new);
    }

    /** The newest generation of the request that had that key. */
    Future<Optional<Integer>> lastWithKey(SqlConnection tx, String requestId, byte[] spkiSha256) {
        return tx.preparedQuery(HAD_KEY)
                .execute(Tuple.of(requestId, Buffer.buffer(spkiSha256)))
                .map(rows -> Optional.ofNullable(rows.iterator().next().getInteger("generation")));
    }

    /** Why that key is refused in the organisation: {@code rotated} or {@code blocked}; empty where it is not. */
    Future<Optional<String>> refusal(SqlConnection tx, String orgId, byte[] spkiSha256) {
        return tx.preparedQuery(REFUSED_KEY)
                .execute(Tuple.of(orgId, Buffer.buffer(spkiSha256)))
                .map(rows -> {
                    Row row = rows.size() == 0 ? null : rows.iterator().next();
                    return row == null ? Optional.empty() : Optional.of(row.getString("why"));
                });
    }

    /** A key that was rotated out: no new submission of the organisation may bring it. */
    Future<Void> refuseRotated(SqlConnection tx, String orgId, byte[] spkiSha256, Instant now) {
        return tx.preparedQuery(REFUSE_KEY)
                .execute(Tuple.of(orgId, Buffer.buffer(spkiSha256), Timestamps.of(now)))
                .mapEmpty();
    }
}
