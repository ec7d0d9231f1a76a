package dev.perennial.server.csr;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of requests: how they are found, and how their own columns change. */
final class RequestStore {
    private static final String FIND = RequestRows.SELECT + "WHERE r.id = $1";

    private static final String LOCK = "SELECT id FROM signing_requests WHERE id = $1 FOR UPDATE";

    /** By any generation that is live: one that waits beside the current one holds its PKCS#10 too. */
    private static final String FIND_LIVE = RequestRows.SELECT + """
            WHERE r.withdrawn IS NULL
              AND r.id = (SELECT l.request_id FROM generations l WHERE l.org_id = $1 AND l.sha256 = $2 AND l.live)
            """;

    private static final String FIND_ALL = RequestRows.SELECT + "WHERE r.id = ANY ($1)";

    private static final String POSITIONS = "SELECT id, position FROM signing_requests WHERE id = ANY ($1)";

    /** What {@link RequestVersion} is made of, without the DER of anything. */
    private static final String VERSIONS = """
            SELECT r.id, r.org_id, r.agent_id, r.owner, r.signer, r.private_key_id, r.withdrawn, r.auto_renew, r.renew_at, r.position,
                   g.state, a.last_seen, a.state AS agent_state, c.not_before, c.not_after, c.renewal_time
            FROM signing_requests r
            JOIN generations g ON g.request_id = r.id AND g.generation = r.generation
            LEFT JOIN agent_connectors a ON a.id = r.agent_id
            LEFT JOIN LATERAL (
                SELECT not_before, not_after, renewal_time FROM certificates
                WHERE request_id = r.id AND generation = r.generation AND shown
                ORDER BY not_before DESC, number DESC LIMIT 1) c ON true
            WHERE r.id = ANY ($1)
            """;

    private static final String SET_SETTINGS = """
            UPDATE signing_requests SET signer = $2, target_issuer = $3, auto_renew = $4, private_key_id = $5, uid = $6,
                rotation_epoch = $7, rotation_standing = $8, rotation_reason = $9, rotation_deadline = $10,
                renew_at = $11, updated = $12, position = $13
            WHERE id = $1 AND withdrawn IS NULL
            """;

    /** After an issuance: the clock starts again, and what it complained of is over. */
    private static final String SET_ISSUED = """
            UPDATE signing_requests SET generation = $2, requester = $3, renew_at = $4, renew_failures = 0,
                renew_problem = NULL, next_generation = CASE WHEN generation = $2 THEN next_generation END, reissued_not_after = coalesce($5, reissued_not_after), updated = $6, position = $7
            WHERE id = $1 AND withdrawn IS NULL
            """;

    /** Another generation that has no certificate yet, in the place of one that has none. */
    private static final String SET_GENERATION = """
            UPDATE signing_requests SET generation = $2, requester = $3, next_generation = NULL, renew_at = NULL,
                renew_problem = NULL, updated = $4, position = $5
            WHERE id = $1 AND withdrawn IS NULL
            """;

    private static final String SET_NEXT = """
            UPDATE signing_requests SET next_generation = $2, updated = $3, position = $4
            WHERE id = $1 AND withdrawn IS NULL
            """;

    private static final String SET_PERSON_DENIED = "UPDATE signing_requests SET person_denied = $2 WHERE id = $1";

    private static final String WITHDRAW = """
            UPDATE signing_requests SET withdrawn = $2, renew_at = NULL, rotation_standing = false, updated = $2,
                position = $3
            WHERE id = $1 AND withdrawn IS NULL
            """;

    private static final String TOUCH = "UPDATE signing_requests SET updated = $2, position = $3 WHERE id = $1";

    private static final String STOP_RENEWAL = """
            UPDATE signing_requests SET renew_at = NULL, renew_problem = $2 WHERE id = $1
            """;

    private static final String SIGNAL = """
            UPDATE signing_requests SET rotation_epoch = $2, rotation_standing = $3, rotation_reason = $4,
                rotation_deadline = $5
            WHERE id = $1
            """;

    private static final String RENEW_SOONER = """
            UPDATE signing_requests SET renew_at = least(renew_at, $2) WHERE id = $1 AND renew_at IS NOT NULL
            """;

    private final Database database;

    RequestStore(Database database) {
        this.database = database;
    }

    Future<Optional<SigningRequest>> find(String id) {
        return database.query(FIND, Tuple.of(id)).map(RequestStore::first);
    }

    /**
     * Keeps others from changing it until the transaction ends, and reads it. In two statements: one that waits for the
     * lock goes on with the generations of before, and finds no row where the current one has become another.
     */
    Future<Optional<SigningRequest>> lock(SqlConnection tx, String id) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(id))
                .compose(locked -> tx.preparedQuery(FIND).execute(Tuple.of(id)))
                .map(RequestStore::first);
    }

    Future<Optional<SigningRequest>> findLive(String orgId, byte[] sha256) {
        return database.query(FIND_LIVE, Tuple.of(orgId, Buffer.buffer(sha256))).map(RequestStore::first);
    }

    /** Those of them that there are, in any order. */
    Future<List<SigningRequest>> findAll(Collection<String> ids) {
        return database.query(FIND_ALL, Tuple.of(ids.toArray(String[]::new))).map(RequestStore::all);
    }

    /** As the other, as the transaction sees them. */
    Future<List<SigningRequest>> findAll(SqlConnection tx, Collection<String> ids) {
        return tx.preparedQuery(FIND_ALL)
                .execute(Tuple.of(ids.toArray(String[]::new)))
                .map(RequestStore::all);
    }

    private static List<SigningRequest> all(RowSet<Row> rows) {
        List<SigningRequest> requests = new ArrayList<>();
        rows.forEach(row -> requests.add(RequestRows.read(row)));
        return requests;
    }

    /** The versions of those that there are. */
    Future<Map<String, Long>> positions(Collection<String> ids) {
        return database.query(POSITIONS, Tuple.of(ids.toArray(String[]::new))).map(rows -> {
            Map<String, Long> positions = new HashMap<>();
            rows.forEach(row -> positions.put(row.getString("id"), row.getLong("position")));
            return positions;
        });
    }

    Future<Map<String, RequestVersion>> versions(Collection<String> ids, Instant now) {
        return database.query(VERSIONS, Tuple.of(ids.toArray(String[]::new))).map(rows -> {
            Map<String, RequestVersion> versions = new HashMap<>();
            rows.forEach(row -> versions.put(row.getString("id"), RequestVersion.read(row, now)));
            return versions;
        });
    }

    Future<Void> setSettings(
            SqlConnection tx,
            String id,
            RequestSettings settings,
            Rotation rotation,
            @Nullable Instant renewAt,
            Instant now,
            long position) {
        return tx.preparedQuery(SET_SETTINGS)
                .execute(Tuple.from(new Object[] {
                    id,
                    settings.signer(),
                    settings.targetIssuer(),
                    settings.autoRenew(),
                    settings.privateKeyId(),
                    settings.uid(),
                    rotation.epoch(),
                    rotation.standing(),
                    rotation.reason(),
                    Timestamps.ofNullable(rotation.deadline()),
                    Timestamps.ofNullable(renewAt),
                    Timestamps.of(now),
                    position
                }))
                .mapEmpty();
    }

    /** @param requester whose grants the renewals will be judged by */
    Future<Void> setIssued(
            SqlConnection tx,
            String id,
            int generation,
            String requester,
            @Nullable Instant renewAt,
            @Nullable Instant reissued,
            Instant now,
            long position) {
        return tx.preparedQuery(SET_ISSUED)
                .execute(Tuple.of(
                        id,
                        generation,
                        requester,
                        Timestamps.ofNullable(renewAt),
                        Timestamps.ofNullable(reissued),
                        Timestamps.of(now),
                        position))
                .mapEmpty();
    }

    Future<Void> setGeneration(
            SqlConnection tx, String id, int generation, String requester, Instant now, long position) {
        return tx.preparedQuery(SET_GENERATION)
                .execute(Tuple.of(id, generation, requester, Timestamps.of(now), position))
                .mapEmpty();
    }

    Future<Void> setNext(SqlConnection tx, String id, int generation, Instant now, long position) {
        return tx.preparedQuery(SET_NEXT)
                .execute(Tuple.of(id, generation, Timestamps.of(now), position))
                .mapEmpty();
    }

    Future<Void> setPersonDenied(SqlConnection tx, String id, boolean denied) {
        return tx.preparedQuery(SET_PERSON_DENIED).execute(Tuple.of(id, denied)).mapEmpty();
    }

    Future<Void> withdraw(SqlConnection tx, String id, Instant now, long position) {
        return tx.preparedQuery(WITHDRAW)
                .execute(Tuple.of(id, Timestamps.of(now), position))
                .mapEmpty();
    }

    /** A change beside its columns (a certificate taken away, revoked) makes a new version too. */
    Future<Void> touch(SqlConnection tx, String id, Instant now, long position) {
        return tx.preparedQuery(TOUCH)
                .execute(Tuple.of(id, Timestamps.of(now), position))
                .mapEmpty();
    }

    Future<Void> stopRenewal(SqlConnection tx, String id, String why) {
        return tx.preparedQuery(STOP_RENEWAL).execute(Tuple.of(id, why)).mapEmpty();
    }

    /** Brings the next renewal forward to then, where there is to be one. */
    Future<Void> renewSooner(SqlConnection tx, String id, Instant then) {
        return tx.preparedQuery(RENEW_SOONER)
                .execute(Tuple.of(id, Timestamps.of(then)))
                .mapEmpty();
    }

    /** Asks for a new key. */
    Future<Void> signal(SqlConnection tx, String id, Rotation rotation) {
        return tx.preparedQuery(SIGNAL)
                .execute(Tuple.of(
                        id,
                        rotation.epoch(),
                        rotation.standing(),
                        rotation.reason(),
                        Timestamps.ofNullable(rotation.deadline())))
                .mapEmpty();
    }

    private static Optional<SigningRequest> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(RequestRows.read(rows.iterator().next()));
    }
}
