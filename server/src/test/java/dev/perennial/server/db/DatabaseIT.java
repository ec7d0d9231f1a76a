package dev.perennial.server.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.DatabaseLog;
import dev.perennial.server.testing.PostgresExtension;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseIT {
    @RegisterExtension
    static final PostgresExtension postgres = PostgresExtension.migrated("/db/testmigration");

    private final Database database = postgres.database();

    @Test
    void verify_ofADurableDatabase_succeeds() {
        Await.value(database.verify());
        Await.value(database.isReady());
    }

    @Test
    void session_hasBoundsInTime() {
        assertThat(text("SELECT current_setting('statement_timeout')")).isEqualTo("8s");
        assertThat(text("SELECT current_setting('lock_timeout')")).isEqualTo("5s");
        assertThat(text("SELECT current_setting('idle_in_transaction_session_timeout')"))
                .isEqualTo("30s");
    }

    @Test
    void unreachable_isUnavailableAndAtStartASetupError(Vertx vertx) {
        Database nowhere =
                Database.open(vertx, new DatabaseUri("127.0.0.1", 1, "none", "me", "hush", SslMode.DISABLE, null), 2);

        assertUnavailable(Await.failure(nowhere.query("SELECT 1", Tuple.tuple())));
        assertUnavailable(Await.failure(nowhere.inTransaction(tx -> Future.succeededFuture())));
        assertUnavailable(Await.failure(nowhere.isReady()));
        assertThat(Await.failure(nowhere.verify()))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageNotContaining("hush");
        Await.value(nowhere.close());
    }

    @Test
    void inTransaction_whoseWorkFails_rollsBackAndFailsWithTheSame() {
        ProblemException problem = ProblemException.of(ProblemType.CONFLICT, "no");

        assertThat(Await.failure(database.inTransaction(
                        tx -> insert(tx, "rolled back").compose(done -> Future.failedFuture(problem)))))
                .isSameAs(problem);
        assertThat(Await.failure(database.inTransaction(tx -> {
                    throw problem;
                })))
                .isSameAs(problem);

        assertThat(text("SELECT count(*)::text FROM thing WHERE name = 'rolled back'"))
                .isEqualTo("0");
    }

    @Test
    void violatedConstraint_staysAsItIs() {
        Await.value(database.inTransaction(tx -> insert(tx, "once")));

        assertThat(Await.failure(database.inTransaction(tx -> insert(tx, "once"))))
                .isInstanceOfSatisfying(PgException.class, failure -> assertThat(failure.getSqlState())
                        .isEqualTo("23505"));
    }

    @Test
    void statementOverItsTime_isUnavailable() {
        assertUnavailable(Await.failure(
                database.inTransaction(tx -> tx.query("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(60)")
                        .execute())));
    }

    @Test
    void killedSession_isUnavailableAndTheNextCallWorks() {
        assertUnavailable(
                Await.failure(database.query("SELECT pg_terminate_backend(pg_backend_pid())", Tuple.tuple())));

        assertThat(text("SELECT 'on'")).isEqualTo("on");
    }

    @Test
    void deadlock_isRunAgainUntilBothAreDone() {
        Await.value(database.inTransaction(tx -> insert(tx, "left").compose(done -> insert(tx, "right"))));
        Promise<Void> both = Promise.promise();
        AtomicInteger runs = new AtomicInteger();
        DatabaseLog log = postgres.log();
        String start = log.mark();

        Future<Void> one = database.inTransaction(tx -> paint(tx, "left", "right", runs, both));
        Future<Void> other = database.inTransaction(tx -> paint(tx, "right", "left", runs, both));

        Await.value(Future.all(one, other));
        assertThat(runs).hasValueGreaterThan(2);
        // Tests that want none in the log could not fail if it were not found there.
        assertThat(log.since(start).contains("deadlock detected")).isEqualTo(log.isOurs());
    }

    /** Takes the first row, waits until the other has taken its own, and then wants that. */
    private static Future<Void> paint(
            SqlConnection tx, String first, String second, AtomicInteger runs, Promise<Void> both) {
        return update(tx, first)
                .compose(done -> {
                    if (runs.incrementAndGet() == 2) {
                        both.complete();
                    }
                    return both.future();
                })
                .compose(met -> update(tx, second));
    }

    private static Future<Void> update(SqlConnection tx, String name) {
        return tx.preparedQuery("UPDATE thing SET colour = 'green' WHERE name = $1")
                .execute(Tuple.of(name))
                .mapEmpty();
    }

    private static Future<Void> insert(SqlConnection tx, String name) {
        return tx.preparedQuery("INSERT INTO thing (name) VALUES ($1)")
                .execute(Tuple.of(name))
                .mapEmpty();
    }

    @Test
    void text_thatPostgresHasNot_isMalformed() {
        for (String sql : List.of("SELECT $1::text", "SELECT jsonb_build_object('a', $1::text)")) {
            assertThat(Await.failure(database.query(sql, Tuple.of("a\u0000b"))))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                            .isEqualTo(ProblemType.MALFORMED));
        }
        assertThat(Await.failure(database.query("SELECT '\"\\u0000\"'::jsonb ->> 0", Tuple.tuple())))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.MALFORMED));
    }

    private static void assertUnavailable(Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.type()).isEqualTo(ProblemType.UNAVAILABLE);
            assertThat(problem.retryAfter()).isNotNull();
        });
    }

    private String text(String sql) {
        return Await.value(database.query(sql, Tuple.tuple())).iterator().next().getString(0);
    }
}
