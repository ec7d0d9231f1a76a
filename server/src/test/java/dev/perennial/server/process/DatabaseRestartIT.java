package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.TestCluster;
import dev.perennial.server.testing.ServerCalls;
import dev.perennial.server.testing.ServerCalls.Reply;
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
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.headers().firstValue("Retry-After")).isPresent();
            assertThat(reply.text("/type")).endsWith("unavailable");
        });
        load.assertAllThere(server.administrator());
        assertThat(server.log()).doesNotContain("status=500");
    }

    @Test
    void databaseAway_isToldByReadinessAndNotByLiveness() throws Exception {
        ServerCalls calls = server.administrator();
        calls.get("/health/ready").expect(200);
        cluster.stopImmediately();

        calls.get("/health/live").expect(200);
        Reply unready = calls.get("/health/ready").expect(503);
        assertThat(unready.text("/checks/database")).isNotEqualTo("ok").isNotBlank();
        assertThat(calls.get("/health").expect(200).text("/status")).isEqualTo("unavailable");
        calls.get(ServerCalls.REQUESTS + "?org_id=default").expect(503);

        cluster.startAgain();
        server.await("the server is ready again", () -> isReady(calls));
    }

    private static boolean isReady(ServerCalls calls) {
        try {
            return calls.get("/health/ready").status() == 200;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
