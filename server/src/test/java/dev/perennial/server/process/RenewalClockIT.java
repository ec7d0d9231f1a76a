package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.SubmissionLoad;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            SqlConnection gate = gateAfter(requests / 2);
            makeDue();
            // A server has two batches at once: where more wait, both servers stand at the gate.
            two.await("both servers stand half-way", () -> waitingAtTheGate() > 2);
            one.kill();
            assertThat(renewals()).isPositive().isLessThan(requests);
            open(gate);
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
        // The back-off is a part of the lifetime: of 90 days it would be minutes.
        try (ServerProcess server = server("--config", signer("validity: PT10M"))) {
            id = submit(server);
        }
        try (ServerProcess server = server("--config", signer("validity: PT10M, enabled: false"))) {
            makeDue();
            server.await("it was tried more than once", () -> failures(id) >= 2);
            assertProblem(server, id, "signer-disabled");
            assertThat(count("SELECT count(*) AS n FROM signing_requests WHERE renew_at > now()"))
                    .isOne();
        }
        try (ServerProcess server = server("--config", signer("validity: PT10M, enabled: true"))) {
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
            server.await("its status says so", () -> server.administrator()
                    .request(id)
                    .at("/status/reason")
                    .asText()
                    .equals("not-stored"));
            assertProblem(server, id, "not-stored");

            sql("DROP TRIGGER refuse ON certificates");
            makeDue();
            server.await("it is renewed", () -> renewals() == 1);
        }
    }

    @Test
    void revokedNewest_isNotRenewed() throws Exception {
        try (ServerProcess server = server()) {
            ApiClient administrator = server.administrator();
            String id = submit(server);
            String certificate =
                    administrator.request(id).expect(200).certificateIds().get(0);
            administrator
                    .post(ApiClient.CERTIFICATES + "/" + certificate + "/revoke", Bodies.revocation("keyCompromise"))
                    .expect(200);
            makeDue();
            // A second request that is renewed shows that the clock has passed by the first.
            submit(server);
            makeDue();
            server.await("the other one is renewed", () -> renewals() >= 1);

            Exchange seen = assertProblem(server, id, "revoked");
            assertThat(seen.at("/status/auto_renew").asBoolean()).isFalse();
        }
    }

    /** It is as it was, with one certificate, and its status says what stands in the way. */
    private static Exchange assertProblem(ServerProcess server, String id, String problem) {
        Exchange seen = server.administrator().request(id).expect(200);
        assertThat(seen.state()).isEqualTo("ISSUED");
        assertThat(seen.certificates()).hasSize(1);
        assertThat(seen.text("/status/reason")).isEqualTo(problem);
        assertThat(seen.text("/status/message")).startsWith(problem + ": ");
        return seen;
    }

    /** A configuration file with these settings of the server's signer. */
    private String signer(String settings) throws IOException {
        return Files.writeString(
                        directory.resolve("perennial.yaml"), "signers: {perennial.dev/server: {" + settings + "}}\n")
                .toString();
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
                .id();
    }

    /** So many certificates more pass; the others wait until the connection that is given back opens the gate. */
    private SqlConnection gateAfter(long passing) {
        SqlConnection gate = Await.value(database.pool().getConnection());
        Await.value(gate.query("SELECT pg_advisory_lock(1, 2)").execute());
        sql("CREATE SEQUENCE passed");
        sql("CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF nextval('passed') > "
                + passing + " THEN PERFORM pg_advisory_xact_lock_shared(1, 2); END IF; RETURN NEW; END$$");
        sql("CREATE TRIGGER gate BEFORE INSERT ON certificates FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate()");
        return gate;
    }

    private long waitingAtTheGate() {
        return count("SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                + " AND classid = 1 AND objid = 2"
                + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    }

    private static void open(SqlConnection gate) {
        Await.value(gate.query("SELECT pg_advisory_unlock(1, 2)").execute());
        Await.value(gate.close());
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
