package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.TestCluster;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.SubmissionLoad;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL of the operator's that restarts, or is away, under a server that uses it. */
final class DatabaseRestartIT {
    private static final int SOME = 100;
    private static final int RESTARTS = Boolean.getBoolean("perennial.long") ? 30 : 2;

    @TempDir
    private Path directory;

    private TestCluster cluster;
    private ServerProcess server;

    @BeforeEach
    void start() {
        cluster = TestCluster.start(directory.resolve("cluster"));
        server = ServerProcess.ready(
                directory.resolve("home"), "--database", cluster.uri().toString());
    }

    @AfterEach
    void stop() {
        server.close();
        cluster.close();
    }

    @Test
    void immediateRestartUnderLoad_isAnsweredHonestlyAndHeals() throws Exception {
        SubmissionLoad load = SubmissionLoad.on(server.administrator(), "restart");
        for (int restart = 0; restart < RESTARTS; restart++) {
            load.awaitAcknowledged(SOME);
            cluster.stopImmediately();
            cluster.startAgain();
        }
        load.awaitAcknowledged(SOME);
        load.stop();

        assertThat(load.unanswered()).isEmpty();
        assertThat(load.refused()).isNotEmpty().allSatisfy(reply -> {
            reply.expectProblem(503, "unavailable");
            assertThat(reply.header("Retry-After")).isNotBlank();
        });
        load.assertAllThere(server.administrator());
        assertThat(server.log()).doesNotContain("status=500");
    }

    @Test
    void databaseAway_isToldByReadinessAndNotByLiveness() throws Exception {
        ApiClient calls = server.administrator();
        calls.get("/health/ready").expect(200);
        cluster.stopImmediately();

        calls.get("/health/live").expect(200);
        Exchange unready = calls.get("/health/ready").expect(503);
        assertThat(unready.text("/checks/database")).isNotEqualTo("ok").isNotBlank();
        assertThat(calls.get("/health").expect(200).text("/status")).isEqualTo("unavailable");
        calls.get(ApiClient.REQUESTS + "?org_id=default").expectProblem(503, "unavailable");

        cluster.startAgain();
        server.await(
                "the server is ready again", () -> calls.get("/health/ready").status() == 200);
    }
}
