package dev.perennial.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.Until;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Seals are made behind the writers: they wait for nobody, and nothing is sealed that may still change. */
final class SealsIT {
    private static final String WRITE = """
            INSERT INTO audit_events (at, actor, source, action, outcome, http_request)
            VALUES (now(), 'slow', 's', 'x', 'done', '')
            """;

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private AuditFixture audit;

    @BeforeEach
    void open() {
        audit = new AuditFixture(POSTGRES.database());
    }

    @Test
    void openWriter_isNotSealedPast() {
        SqlConnection slow = Await.value(audit.database.pool().getConnection());
        Await.value(slow.query("BEGIN").execute());
        Await.value(slow.query(WRITE).execute());
        audit.write(3);

        assertThat(audit.seal()).isZero();
        assertThat(audit.seal()).isZero();
        Await.value(slow.query("COMMIT").execute());
        assertThat(audit.seal()).isOne();
        Await.value(slow.close());

        assertThat(audit.verify().findings()).isEmpty();
        assertThat(audit.verify().rows()).isEqualTo(4);
    }

    @Test
    void openReader_isNotWaitedFor() {
        SqlConnection reader = Await.value(audit.database.pool().getConnection());
        Await.value(reader.query("BEGIN").execute());
        Await.value(reader.query("SELECT count(*) FROM audit_events").execute());
        audit.write(1);
        assertThat(audit.seal()).isOne();
        Await.value(reader.query("ROLLBACK").execute());
        Await.value(reader.close());
    }

    /** There is always somebody writing, but never for long: seals are made all the same. */
    @Test
    void writersWithoutAPause_areSealedBehind() {
        audit.write(1);
        SqlConnection one = begin();
        SqlConnection other = null;
        int sealed = 0;
        for (int turn = 0; turn < 6; turn++) {
            other = begin();
            end(one);
            sealed += audit.seal();
            one = other;
        }
        end(one);
        assertThat(sealed).isGreaterThanOrEqualTo(4);
        assertThat(audit.verify().findings()).isEmpty();
    }

    private SqlConnection begin() {
        SqlConnection connection = Await.value(audit.database.pool().getConnection());
        Await.value(connection.query("BEGIN").execute());
        Await.value(connection.query(WRITE).execute());
        return connection;
    }

    private static void end(SqlConnection connection) {
        Await.value(connection.query("COMMIT").execute());
        Await.value(connection.close());
    }

    @Test
    void sealsInARow_keepTheirPace() {
        audit.write(1);
        assertThat(audit.seal()).isOne();
        audit.write(1);
        assertThat(Await.value(audit.seals.seal())).isZero();
        audit.writeMany(Seals.MOST_ROWS);
        assertThat(Await.value(audit.seals.seal())).isEqualTo(2);
        assertThat(audit.seal()).isZero();
    }

    @Test
    void severalServersAtOnce_makeOneChainWhileOthersWrite() {
        List<Seals> servers = List.of(audit.seals(), audit.seals(), audit.seals());
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> writers = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                audit.writeMany(700);
            }
        });
        Until.is(
                () -> {
                    audit.advance(Seals.PACE);
                    Await.value(Future.all(servers.stream().map(Seals::seal).toList()));
                    return audit.number("SELECT count(*) FROM audit_seals") >= 20;
                },
                "there are twenty seals");
        over.set(true);
        writers.join();
        audit.seal();

        ChainReport report = audit.verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.rows()).isEqualTo(audit.number("SELECT count(*) FROM audit_events"));
    }
}
