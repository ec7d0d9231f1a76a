package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.db.Database;
import dev.perennial.server.testing.AgentProcess;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The real agent against the real server, each a process of its own, with certificates that live half a minute. */
final class AgentIT {
    private static final int KILLS = Boolean.getBoolean("perennial.long") ? 40 : 4;

    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private Path directory;

    private String databaseUri;
    private Database database;
    private ServerProcess server;
    private AgentProcess agent;
    private final List<Process> daemons = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        databaseUri = POSTGRES.another().toString();
        database = Database.open(POSTGRES.vertx(), dev.perennial.server.db.DatabaseUri.parse(databaseUri, null), 2);
        Files.writeString(directory.resolve("perennial.yaml"), """
                signers: {perennial.dev/server: {validity: PT30S}}
                limits: {issuances: {count: 1000, per: P1D}}
                agents: {identity_validity: PT60S}
                """);
        server = server("0");
        agent = new AgentProcess(server, directory.resolve("agent"));
        agent.enrol();
    }

    private ServerProcess server(String port) {
        return ServerProcess.ready(
                directory.resolve("home"),
                "--database",
                databaseUri,
                "--port",
                port,
                "--config",
                directory.resolve("perennial.yaml").toString());
    }

    @AfterEach
    void stop() throws Exception {
        for (Process daemon : daemons) {
            AgentProcess.kill(daemon);
        }
        server.close();
        Await.value(database.close());
    }

    private Process daemon() throws Exception {
        Process daemon = agent.daemon();
        daemons.add(daemon);
        return daemon;
    }

    @Test
    void host_isServedRenewedAndRotatedWithNobodyTouchingIt() throws Exception {
        Process daemon = daemon();
        server.await("a certificate is installed", agent::hasCertificate);
        agent.assertPair();
        String serial = agent.serial().orElseThrow();
        String key = agent.publicKey();
        String identity = currentIdentity();

        awaitOther(serial);
        agent.assertPair();
        assertThat(agent.publicKey()).isEqualTo(key);
        assertThat(count("SELECT count(*) AS n FROM signing_requests")).isOne();
        assertThat(count("SELECT count(*) AS n FROM generations")).isOne();
        assertThat(agent.deployments()).isGreaterThanOrEqualTo(2);

        ApiClient administrator = server.administrator();
        String path = ApiClient.REQUESTS + "/" + requestId();
        JsonNode before = administrator.get(path).expect(200).body();
        String oldPkcs10 = before.at("/spec/request").asText();
        administrator.put(path, Bodies.request(oldPkcs10, "rotate_keys", true)).expect(200);
        server.await("the key on disk is another", () -> !agent.publicKey().equals(key));
        agent.assertPair();
        Exchange after = administrator.get(path).expect(200);
        assertThat(after.at("/spec/rotate_keys").asBoolean()).isFalse();
        assertThat(after.at("/status/generation").asInt()).isEqualTo(2);
        assertThat(after.at("/status/certificates").findValuesAsText("serial_number"))
                .doesNotContainAnyElementsOf(before.at("/status/certificates").findValuesAsText("serial_number"));
        administrator.submit(oldPkcs10).expectProblem(409, "keyNotRotated");

        server.await("the agent has another identity", () -> !currentIdentity().equals(identity));
        String afterIdentity = agent.serial().orElseThrow();
        awaitOther(afterIdentity);
        agent.assertPair();

        daemon.toHandle().destroy();
        assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void agentKilledAtAnyMoment_losesNothing() throws Exception {
        long seed = System.nanoTime();
        Random chance = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Process daemon = daemon();
            daemon.waitFor(500 + chance.nextInt(9_000), TimeUnit.MILLISECONDS);
            AgentProcess.kill(daemon);
            if (agent.hasCertificate()) {
                agent.assertPair();
            }
        }
        daemon();
        server.await("a certificate is installed", agent::hasCertificate);
        awaitOther(agent.serial().orElseThrow());
        agent.assertPair();
        assertThat(count("SELECT count(*) AS n FROM signing_requests"))
                .as("seed %d", seed)
                .isOne();
        assertThat(count("SELECT count(*) AS n FROM generations"))
                .as("seed %d", seed)
                .isOne();
    }

    @Test
    void serverAway_isWaitedFor() throws Exception {
        daemon();
        server.await("a certificate is installed", agent::hasCertificate);
        String port = String.valueOf(server.url().getPort());
        server.close();
        String serial = agent.serial().orElseThrow();
        agent.assertPair();

        server = server(port);
        awaitOther(serial);
        agent.assertPair();
    }

    @Test
    void identityThatExpiredWhileTheServerWasAway_isRecovered() throws Exception {
        daemon();
        server.await("a certificate is installed", agent::hasCertificate);
        String port = String.valueOf(server.url().getPort());
        server.close();
        String serial = agent.serial().orElseThrow();
        server.await(
                "the identity has expired",
                () -> count("SELECT count(*) AS n FROM client_certificates WHERE not_after >= now()") == 0);

        server = server(port);
        server.await("the identity is recovered", () -> recoveries("done") == 1);
        awaitOther(serial);
        agent.assertPair();
        server.awaitLog("came back by its bound key");
        assertThat(recoveries("refused")).isZero();
        assertThat(count("SELECT count(*) AS n FROM agent_connectors")).isOne();
    }

    private long recoveries(String outcome) {
        return count("SELECT count(*) AS n FROM audit_events WHERE action = 'recover-identity' AND outcome = '"
                + outcome + "'");
    }

    @Test
    void grantTakenAway_stopsRenewalAndSaysWhy() throws Exception {
        assertThat(agent.once()).as(agent.log()).isZero();
        ApiClient administrator = server.administrator();
        administrator
                .put(ApiClient.AGENTS + "/" + connectorId(), Bodies.spec(Map.of("names", List.of("other.example.com"))))
                .expect(200);
        makeDue();
        awaitProblem("not-granted");

        administrator
                .put(ApiClient.AGENTS + "/" + connectorId(), Bodies.spec(Map.of("names", List.of("**.example.com"))))
                .expect(200);
        long before = certificates();
        server.await("it is renewed again", () -> certificates() > before);
    }

    @Test
    void agentGoneQuiet_stopsRenewalUntilItIsHeardOf() throws Exception {
        assertThat(agent.once()).as(agent.log()).isZero();
        // Set back until it stays: the server writes down with delay that it has just heard of the agent.
        server.await("the agent counts as quiet", () -> {
            sql("UPDATE agent_connectors SET last_seen = now() - interval '1 day'");
            makeDue();
            return server.log().contains("agent-quiet");
        });
        awaitProblem("agent-quiet");
        assertThat(server.administrator()
                        .request(requestId())
                        .expect(200)
                        .body()
                        .at("/status/auto_renew")
                        .asBoolean())
                .isFalse();

        long before = certificates();
        assertThat(agent.once()).as(agent.log()).isZero();
        server.await("it is renewed at its next contact", () -> certificates() > before);
    }

    /** The log says it before it is committed. */
    private void awaitProblem(String problem) throws Exception {
        server.awaitLog(problem);
        String id = requestId();
        server.await("its status says so", () -> server.administrator()
                .request(id)
                .at("/status/reason")
                .asText()
                .equals(problem));
        Exchange seen = server.administrator().request(id).expect(200);
        assertThat(seen.state()).isEqualTo("ISSUED");
        assertThat(seen.text("/status/message")).startsWith(problem + ": ");
    }

    private void awaitOther(String serial) {
        server.await(
                "another certificate is on disk",
                () -> !agent.serial().orElseThrow().equals(serial));
    }

    private String currentIdentity() {
        return row("SELECT serial AS v FROM client_certificates WHERE state = 'current'")
                .getString("v");
    }

    private String connectorId() {
        return row("SELECT id AS v FROM agent_connectors").getString("v");
    }

    private String requestId() {
        return row("SELECT id AS v FROM signing_requests").getString("v");
    }

    private long certificates() {
        return count("SELECT count(*) AS n FROM certificates WHERE request_id IS NOT NULL");
    }

    private long count(String sql) {
        return row(sql).getLong("n");
    }

    private Row row(String sql) {
        return Await.value(database.query(sql, Tuple.tuple())).iterator().next();
    }

    private void makeDue() {
        sql("UPDATE signing_requests SET renew_at = now() - interval '1 minute' WHERE renew_at IS NOT NULL");
    }

    private void sql(String sql) {
        Await.value(database.pool().query(sql).execute());
    }
}
