package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerCalls;
import dev.perennial.server.testing.ServerCalls.Reply;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.SubmissionLoad;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The renewal clock of servers that share a database; what is due is made so in the database. */
final class RenewalClockIT {
    private static final int MANY = 2_000;

    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private Path directory;

    private Path home;
    private DatabaseUri uri;
    private Database database;

    @BeforeEach
    void start() {
        home = directory.resolve("home");
        uri = POSTGRES.another();
        database = Database.open(POSTGRES.vertx(), uri, 2);
    }

    @Test
    void thousandsDueAndOneServerKilled_areRenewedOnceEach() throws Exception {
        ServerProcess one = server();
        ServerProcess two = server();
        try (two) {
            SubmissionLoad load = SubmissionLoad.on(two.administrator(), "due");
            load.awaitAcknowledged(MANY);
            load.stop();
            long requests = count("SELECT count(*) AS n FROM signing_requests");
            long events = count("SELECT count(*) AS n FROM events WHERE change = 'MODIFIED'");
            // Slow enough that there is a half-way: a batch takes some hundred milliseconds.
            sql("CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS "
                    + "$$BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END$$");
            sql("CREATE TRIGGER slowly BEFORE INSERT ON certificates FOR EACH ROW EXECUTE FUNCTION slowly()");
            sql("UPDATE signing_requests SET renew_at = now() - interval '1 minute'");

            two.await("a quarter is renewed", () -> renewals() >= requests / 4);
            one.kill();
            assertThat(renewals()).isLessThan(requests);
            two.await("everything is renewed", () -> due() == 0);

            assertThat(renewals()).isEqualTo(requests);
            assertThat(count("SELECT count(*) AS n FROM (SELECT request_id FROM certificates"
                            + " WHERE request_id IS NOT NULL GROUP BY request_id HAVING count(*) <> 2) AS other"))
                    .isZero();
            assertThat(count("SELECT count(*) AS n FROM events WHERE change = 'MODIFIED'") - events)
                    .isEqualTo(requests);
            assertThat(count("SELECT count(DISTINCT object_id) AS n FROM audit_events WHERE action = 'renew'"))
                    .isEqualTo(requests);
            assertThat(count("SELECT count(*) AS n FROM audit_events WHERE action = 'renew' AND outcome = 'done'"))
                    .isEqualTo(requests);
        }
    }

    @Test
    void signerThatFails_leavesTheRequestIssuedAndIsTriedAgain() throws Exception {
        String id;
        try (ServerProcess server = server()) {
            id = submit(server);
        }
        Path file = Files.writeString(
                directory.resolve("disabled.yaml"),
                "signers: {perennial.dev/server: {enabled: false, validity: PT90S}}\n");
        try (ServerProcess server = server("--config", file.toString())) {
            makeDue();
            server.await("it was tried more than once", () -> failures(id) >= 2);
            Reply seen = server.administrator()
                    .get(ServerCalls.REQUESTS + "/" + id + "?get_certificate_updates=true")
                    .expect(200);
            assertThat(seen.text("/status/state")).isEqualTo("ISSUED");
            assertThat(seen.body().at("/status/certificates")).hasSize(1);
            assertThat(seen.text("/status/message") + seen.text("/status/reason"))
                    .contains("signer-disabled");
            assertThat(count("SELECT count(*) AS n FROM signing_requests WHERE renew_at > now()"))
                    .isOne();
        }
        Path enabled = Files.writeString(
                directory.resolve("enabled.yaml"), "signers: {perennial.dev/server: {enabled: true}}\n");
        try (ServerProcess server = server("--config", enabled.toString())) {
            makeDue();
            server.await("it is renewed", () -> renewals() == 1);
            assertThat(failures(id)).isZero();
        }
    }

    @Test
    void transactionThatFails_isTriedAgainWhole() throws Exception {
        try (ServerProcess server = server()) {
            String id = submit(server);
            sql("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                    + "$$BEGIN RAISE EXCEPTION 'refused by the test'; END$$");
            // Deferred: it is the commit itself that fails, after everything was signed and stored.
            sql("CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON certificates DEFERRABLE INITIALLY DEFERRED"
                    + " FOR EACH ROW WHEN (NEW.request_id IS NOT NULL) EXECUTE FUNCTION refuse()");
            makeDue();
            server.awaitLog("The renewal clock missed a strike");
            Reply seen =
                    server.administrator().get(ServerCalls.REQUESTS + "/" + id).expect(200);
            assertThat(seen.text("/status/state")).isEqualTo("ISSUED");
            assertThat(seen.body().at("/status/certificates")).hasSize(1);

            sql("DROP TRIGGER refuse ON certificates");
            server.await("it is renewed", () -> renewals() == 1);
        }
    }

    @Test
    void revokedNewest_isNotRenewed() throws Exception {
        try (ServerProcess server = server()) {
            ServerCalls administrator = server.administrator();
            String id = submit(server);
            String certificate = administrator
                    .get(ServerCalls.REQUESTS + "/" + id)
                    .expect(200)
                    .text("/status/certificates/0/metadata/id");
            administrator
                    .post("/v1/certificates/" + certificate + "/revoke", Map.of("reason", "keyCompromise"))
                    .expect(200);
            makeDue();
            // A second request that is renewed shows that the clock has passed by the first.
            submit(server);
            makeDue();
            server.await("the other one is renewed", () -> renewals() >= 1);

            Reply seen = administrator.get(ServerCalls.REQUESTS + "/" + id).expect(200);
            assertThat(seen.body().at("/status/certificates")).hasSize(1);
            assertThat(seen.body().at("/status/auto_renew").asBoolean()).isFalse();
            assertThat(seen.text("/status/message") + seen.text("/status/reason"))
                    .contains("revoked");
        }
    }

    private ServerProcess server(String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "--database";
        all[1] = uri.toString();
        System.arraycopy(options, 0, all, 2, options.length);
        return ServerProcess.ready(home, all);
    }

    private static String submit(ServerProcess server) throws Exception {
        return server.administrator()
                .submit(TestCsrs.p256("www.example.com"))
                .expect(201)
                .text("/metadata/id");
    }

    private void makeDue() {
        sql("UPDATE signing_requests SET renew_at = now() - interval '1 minute' WHERE renew_at IS NOT NULL");
    }

    private long renewals() {
        return count("SELECT count(*) - (SELECT count(*) FROM signing_requests) AS n FROM certificates"
                + " WHERE request_id IS NOT NULL");
    }

    private long due() {
        return count("SELECT count(*) AS n FROM signing_requests WHERE renew_at <= now()");
    }

    private long failures(String id) {
        Row row = Await.value(database.query("SELECT renew_failures FROM signing_requests WHERE id = $1", Tuple.of(id)))
                .iterator()
                .next();
        return row.getInteger("renew_failures");
    }

    private long count(String sql) {
        return Await.value(database.query(sql, Tuple.tuple())).iterator().next().getLong("n");
    }

    private void sql(String sql) {
        Await.value(database.pool().query(sql).execute());
    }
}
