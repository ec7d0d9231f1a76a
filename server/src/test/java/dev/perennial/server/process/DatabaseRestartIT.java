package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.TestCluster;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.KubernetesObjects;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.SubmissionLoad;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.WatchStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.ocsp.OCSPResp;
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

    @Test
    void watch_staysOpen_andIsToldOfEveryChangeOnce() throws Exception {
        ApiClient calls = server.administrator();
        String path = KubernetesObjects.PATH + "?watch=true&resourceVersion=";
        calls.submit(TestCsrs.p256("before.test")).expect(201);
        String version = calls.get(KubernetesObjects.PATH).expect(200).text("/metadata/resourceVersion");
        try (WatchStream watch =
                WatchStream.open(server.url(), server.file("ca.pem"), server.file("admin.token"), path + version)) {
            List<String> expected = new ArrayList<>();
            for (int restart = 0; restart < RESTARTS; restart++) {
                expected.add("ADDED "
                        + calls.submit(TestCsrs.p256("r" + restart + ".test"))
                                .expect(201)
                                .id());
                cluster.stopImmediately();
                cluster.startAgain();
                server.await(
                        "the server is ready again",
                        () -> calls.get("/health/ready").status() == 200);
            }
            expected.add("ADDED "
                    + calls.submit(TestCsrs.p256("after.test")).expect(201).id());
            assertThat(watch.await(expected.size()).told()).isEqualTo(expected);
        }
    }

    /** Relying parties do not fail with the database. */
    @Test
    void databaseAway_isNotNoticedByRelyingParties() throws Exception {
        Publication publication = new Publication(server.url(), server.file("ca.pem"));
        Exchange made = server.administrator().submit(TestCsrs.p256("a.test")).expect(201);
        Exchange other = server.administrator().submit(TestCsrs.p256("b.test")).expect(201);
        String authority = "/ca/" + made.text("/status/certificates/0/status/issuer_id");
        Files.writeString(
                directory.resolve("issuer.pem"),
                X509.parse(publication.get(authority + ".crt").body()).pem());
        byte[] question = question(made);
        byte[] neverAsked = question(other);
        assertThat(answered(publication.ocsp(question))).isEqualTo(OCSPResp.SUCCESSFUL);
        byte[] list = publication.get(authority + ".crl").body();

        cluster.stopImmediately();

        assertThat(publication.get(authority + ".crl").body()).isEqualTo(list);
        assertThat(answered(publication.ocsp(question))).isEqualTo(OCSPResp.SUCCESSFUL);
        assertThat(answered(publication.ocsp(neverAsked))).isEqualTo(OCSPResp.TRY_LATER);
        cluster.startAgain();
        server.await("the other is answered too", () -> answered(publication.ocsp(neverAsked)) == OCSPResp.SUCCESSFUL);
    }

    private byte[] question(Exchange made) throws IOException {
        Files.writeString(directory.resolve("leaf.pem"), made.text("/status/certificates/0/spec/certificate"));
        new OpenSsl(directory)
                .run("ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-no_nonce", "-reqout", "question.der");
        return Files.readAllBytes(directory.resolve("question.der"));
    }

    private static int answered(HttpResponse<byte[]> answer) {
        try {
            return new OCSPResp(answer.body()).getStatus();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
