package dev.perennial.server.enrolment;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.data.Interval;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The SQL of bound keys, used nonces and the limits of recovery. */
final class RecoveryStore {
    private static final String BIND = """
            INSERT INTO bound_keys AS b (agent_id, spki, registered) VALUES ($1, $2, $3)
            ON CONFLICT (agent_id) DO UPDATE SET spki = excluded.spki, registered = excluded.registered
            WHERE b.spki <> excluded.spki
            """;

    private static final String LOCK = """
            SELECT b.spki, a.org_id FROM bound_keys b JOIN agent_connectors a ON a.id = b.agent_id
            WHERE b.agent_id = $1 FOR UPDATE OF b
            """;

    private static final String USE_NONCE =
            "INSERT INTO recovery_nonces (sha256, expires) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING";

    /** One that waits for its first use is not living: whoever asks for a recovery never got it. */
    private static final String LIVING =
            "SELECT 1 FROM client_certificates WHERE agent_id = $1 AND state = 'current' AND not_after >= $2";

    private static final String RECOVERED = "UPDATE bound_keys SET recovered = $2 WHERE agent_id = $1";

    private static final String TAKE = "SELECT take_recovery($1, $2, $3) AS wait_millis";

    private static final String GIVE_BACK = """
            UPDATE recovery_limits SET arrival = arrival - $2::interval / $3::integer WHERE key = $1
            """;

    private static final String FORGET_NONCES = "DELETE FROM recovery_nonces WHERE expires < $1";

    private static final String FORGET_LIMITS = "DELETE FROM recovery_limits WHERE arrival < clock_timestamp()";

    private static final String COUNT = "SELECT count(*) AS recovered FROM bound_keys WHERE recovered > $1";

    private final Database database;

    RecoveryStore(Database database) {
        this.database = database;
    }

    /** @param spki the bound key's SubjectPublicKeyInfo */
    record Bound(String orgId, byte[] spki) {}

    /** So many in so long a time, counted under a key. */
    record Limit(String key, int most, Duration per) {}

    /** Whether it is another key than before. */
    Future<Boolean> bind(SqlConnection tx, String agentId, byte[] spki, Instant now) {
        return tx.preparedQuery(BIND)
                .execute(Tuple.of(agentId, Buffer.buffer(spki), Timestamps.of(now)))
                .map(rows -> rows.rowCount() > 0);
    }

    /** Held until the end of the transaction, so that recoveries of one agent are one after the other. */
    Future<Optional<Bound>> lock(SqlConnection tx, String agentId) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(agentId)).map(rows -> {
            if (rows.size() == 0) {
                return Optional.empty();
            }
            Row row = rows.iterator().next();
            return Optional.of(
                    new Bound(row.getString("org_id"), row.getBuffer("spki").getBytes()));
        });
    }

    /** Whether this was its first use. */
    Future<Boolean> useNonce(SqlConnection tx, byte[] sha256, Instant expires) {
        return tx.preparedQuery(USE_NONCE)
                .execute(Tuple.of(Buffer.buffer(sha256), Timestamps.of(expires)))
                .map(rows -> rows.rowCount() > 0);
    }

    Future<Boolean> hasLivingIdentity(SqlConnection tx, String agentId, Instant now) {
        return tx.preparedQuery(LIVING)
                .execute(Tuple.of(agentId, Timestamps.of(now)))
                .map(rows -> rows.size() > 0);
    }

    Future<Void> recovered(SqlConnection tx, String agentId, Instant now) {
        return tx.preparedQuery(RECOVERED)
                .execute(Tuple.of(agentId, Timestamps.of(now)))
                .mapEmpty();
    }

    /** Takes one, counted whatever comes of it; nothing where it was granted, else how long until one is. */
    Future<Optional<Duration>> take(Limit limit) {
        return database.query(TAKE, values(limit))
                .map(rows -> delay(rows.iterator().next()));
    }

    /** The same within the transaction: rolled back, it was never taken. */
    Future<Optional<Duration>> take(SqlConnection tx, Limit limit) {
        return tx.preparedQuery(TAKE)
                .execute(values(limit))
                .map(rows -> delay(rows.iterator().next()));
    }

    Future<Void> giveBack(SqlConnection tx, Limit limit) {
        return tx.preparedQuery(GIVE_BACK)
                .execute(Tuple.of(limit.key(), Interval.of(limit.per()), limit.most()))
                .mapEmpty();
    }

    /** Deletes what says nothing any more. */
    Future<Void> forget(Instant expiredBefore) {
        return database.query(FORGET_NONCES, Tuple.of(Timestamps.of(expiredBefore)))
                .compose(done -> database.query(FORGET_LIMITS, Tuple.tuple()))
                .mapEmpty();
    }

    Future<Long> countRecovered(Instant since) {
        return database.query(COUNT, Tuple.of(Timestamps.of(since)))
                .map(rows -> rows.iterator().next().getLong("recovered"));
    }

    private static Tuple values(Limit limit) {
        return Tuple.of(limit.key(), limit.most(), Interval.of(limit.per()));
    }

    private static Optional<Duration> delay(Row row) {
        long millis = row.getLong("wait_millis");
        return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }
}
