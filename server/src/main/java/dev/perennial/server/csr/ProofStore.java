package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.pgclient.data.Interval;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/** The SQL of how often a proof may be tried; it is counted where tries to come back by a bound key are. */
final class ProofStore {
    private static final String TAKE = "SELECT take_recovery($1, $2, $3) AS wait_millis";

    private static final String GIVE_BACK = """
            UPDATE recovery_limits SET arrival = arrival - $3::interval / $2::integer WHERE key = $1
            """;

    private final Database database;

    ProofStore(Database database) {
        this.database = database;
    }

    /** Takes one of so many in so long; how long until there is one, where there is none now. */
    Future<Optional<Duration>> take(String key, int most, Duration per) {
        return database.query(TAKE, Tuple.of(key, most, Interval.of(per))).map(rows -> {
            long millis = rows.iterator().next().getLong("wait_millis");
            return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
        });
    }

    Future<Void> giveBack(String key, int most, Duration per) {
        return database.query(GIVE_BACK, Tuple.of(key, most, Interval.of(per))).mapEmpty();
    }
}
