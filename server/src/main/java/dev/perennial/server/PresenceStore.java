package dev.perennial.server;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.Identifier;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The SQL of the servers that share a database. */
final class PresenceStore {
    private static final String LOCK = "SELECT pg_advisory_xact_lock(5280, 2)";

    /** By the database's clock: the servers' own may differ. */
    private static final String OTHERS = """
            SELECT count(*) AS others FROM servers
            WHERE id <> $1 AND settings_sha256 <> $2 AND heartbeat > clock_timestamp() - interval '30 seconds'
            """;

    private static final String LIVING = """
            SELECT count(*) AS living FROM servers WHERE heartbeat > clock_timestamp() - interval '30 seconds'
            """;

    private static final String APPEAR = """
            INSERT INTO servers (id, settings_sha256, started, heartbeat) VALUES ($1, $2, $3, clock_timestamp())
            """;

    private static final String ADD_NAMES = """
            INSERT INTO server_names (name) SELECT name FROM unnest($1::text[]) AS n (name) ORDER BY name
            ON CONFLICT (name) DO NOTHING
            """;

    private static final String NAMES = "SELECT name FROM server_names";

    private static final String BEAT = "UPDATE servers SET heartbeat = clock_timestamp() WHERE id = $1";

    private static final String LEAVE =
            "DELETE FROM servers WHERE id = $1 OR heartbeat < clock_timestamp() - interval '1 day'";

    private static final String CLOCK = "SELECT clock_timestamp() AS now";

    private final Database database;

    PresenceStore(Database database) {
        this.database = database;
    }

    Future<Void> lock(SqlConnection tx) {
        return tx.query(LOCK).execute().mapEmpty();
    }

    /** How many living servers have other shared settings. */
    Future<Long> others(SqlConnection tx, String id, String settingsSha256) {
        return tx.preparedQuery(OTHERS)
                .execute(Tuple.of(id, settingsSha256))
                .map(rows -> rows.iterator().next().getLong("others"));
    }

    /** How many servers of this database live. */
    Future<Long> living(SqlConnection tx) {
        return tx.preparedQuery(LIVING)
                .execute()
                .map(rows -> rows.iterator().next().getLong("living"));
    }

    Future<Void> appear(SqlConnection tx, String id, String settingsSha256, List<Identifier> names, Instant now) {
        String[] texts = names.stream().map(Identifier::toString).toArray(String[]::new);
        return tx.preparedQuery(APPEAR)
                .execute(Tuple.of(id, settingsSha256, Timestamps.of(now)))
                .compose(done -> tx.preparedQuery(ADD_NAMES).execute(Tuple.of(texts)))
                .mapEmpty();
    }

    /** The names of all servers that there were. */
    Future<Set<Identifier>> names() {
        return database.query(NAMES, Tuple.tuple()).map(rows -> {
            Set<Identifier> names = new HashSet<>();
            rows.forEach(row -> names.add(Identifier.parse(row.getString("name"))));
            return Set.copyOf(names);
        });
    }

    Future<Void> beat(String id) {
        return database.query(BEAT, Tuple.of(id)).mapEmpty();
    }

    Future<Void> leave(String id) {
        return database.query(LEAVE, Tuple.of(id)).mapEmpty();
    }

    Future<Instant> clock() {
        return database.query(CLOCK, Tuple.tuple())
                .map(rows -> Timestamps.in(rows.iterator().next(), "now"));
    }
}
