package dev.perennial.server.renewal;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The audit record has a turn of its own: it is sealed however long renewals take. */
class TurnsIT {
    private static final int STRIKES = 6;

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    /** Whoever waits for this lock gives up after five seconds, several times in a strike. */
    @Test
    void renewalsThatAreHeldUp_holdUpNoSeals() {
        SqlConnection holder = Await.value(server.database().pool().getConnection());
        Await.value(holder.query("BEGIN").execute());
        Await.value(holder.query("LOCK TABLE signing_requests IN ACCESS EXCLUSIVE MODE")
                .execute());
        long before = seals();
        try {
            Until.is(
                    () -> {
                        // A transaction that does nothing for half a minute is ended.
                        Await.value(holder.query("SELECT 1").execute());
                        Await.value(server.database()
                                .query(
                                        "INSERT INTO audit_events (at, actor, source, action, outcome, http_request)"
                                                + " SELECT clock_timestamp(), 'test', 'test', 'test', 'done', ''"
                                                + " FROM generate_series(1, 1000)",
                                        Tuple.tuple()));
                        return seals() >= before + STRIKES;
                    },
                    "there are seals of " + STRIKES + " more strikes");
        } finally {
            Await.value(holder.query("ROLLBACK").execute());
            Await.value(holder.close());
        }
    }

    /** Those of one strike have one time. */
    private static long seals() {
        return Await.value(server.database().query("SELECT count(DISTINCT at) AS n FROM audit_seals", Tuple.tuple()))
                .iterator()
                .next()
                .getLong("n");
    }
}
