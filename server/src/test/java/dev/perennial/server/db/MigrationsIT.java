package dev.perennial.server.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MigrationsIT {
    private static final String FOLDER = "/db/testmigration";

    @RegisterExtension
    static final PostgresExtension postgres = PostgresExtension.empty();

    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(postgres.vertx(), postgres.another(), 4);
    }

    @AfterEach
    void close() {
        Await.value(database.close());
    }

    @Test
    void run_onAnEmptyDatabase_appliesAllFilesAndCallsTheHookOnce() {
        AtomicInteger calls = new AtomicInteger();
        Function<SqlConnection, Future<Void>> hook = tx -> {
            calls.incrementAndGet();
            return tx.query("INSERT INTO thing (name, colour) VALUES ('first', 'red')")
                    .execute()
                    .mapEmpty();
        };

        Await.value(new Migrations(database, FOLDER).run(hook));
        Await.value(new Migrations(database, FOLDER).run(hook));

        assertThat(calls).hasValue(1);
        assertThat(count("SELECT count(*) FROM thing")).isEqualTo(1);
        assertThat(count("SELECT count(*) FROM schema_history")).isEqualTo(2);
    }

    @Test
    void run_ofManyServersAtOnce_appliesOnce() {
        AtomicInteger calls = new AtomicInteger();
        List<Future<Void>> runs = new ArrayList<>();
        for (int server = 0; server < 8; server++) {
            runs.add(new Migrations(database, FOLDER).run(tx -> {
                calls.incrementAndGet();
                return Future.succeededFuture();
            }));
        }

        Await.value(Future.all(runs));

        assertThat(calls).hasValue(1);
        assertThat(count("SELECT count(*) FROM schema_history")).isEqualTo(2);
    }

    @Test
    void run_whenTheHookFails_leavesNothing() {
        IllegalStateException failure = new IllegalStateException("no key");

        assertThat(Await.failure(new Migrations(database, FOLDER).run(tx -> Future.failedFuture(failure))))
                .isSameAs(failure);

        assertThat(count("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isZero();
        Await.value(new Migrations(database, FOLDER).run(MigrationsIT::nothing));
    }

    @Test
    void run_afterAFileWasEdited_isRefused() {
        Await.value(new Migrations(database, FOLDER).run(MigrationsIT::nothing));
        Await.value(database.query("DELETE FROM schema_history WHERE version = 2", Tuple.tuple()));

        assertThat(Await.failure(new Migrations(database, "/db/testmigration_changed").run(MigrationsIT::nothing)))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("step 1 (things) has changed");
    }

    @Test
    void run_onTheSchemaOfANewerServer_isRefused() {
        Await.value(new Migrations(database, FOLDER).run(MigrationsIT::nothing));
        Await.value(database.query(
                "INSERT INTO schema_history (version, name, sha256) VALUES (9, 'later', '')", Tuple.tuple()));

        assertThat(Await.failure(new Migrations(database, FOLDER).run(MigrationsIT::nothing)))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("step 9 (later)")
                .hasMessageContaining("newer");
    }

    @Test
    void construct_withoutFiles_isRefused() {
        assertThatThrownBy(() -> new Migrations(database, "/db/nowhere")).isInstanceOf(DatabaseSetupException.class);
    }

    private static Future<Void> nothing(SqlConnection tx) {
        return Future.succeededFuture();
    }

    private long count(String sql) {
        return Await.value(database.query(sql, Tuple.tuple())).iterator().next().getLong(0);
    }
}
