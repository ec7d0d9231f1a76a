package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.TestAgent;
import dev.perennial.agent.testing.TestCa.Leaf;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F31: a server that is not the one is told nothing, and the status says why. */
final class TrustIT {
    @TempDir
    private Path root;

    private static Leaf named(String name) {
        return new Leaf().dns(List.of(name));
    }

    private void assertRefused(Leaf own, boolean foreign, String kind) throws Exception {
        try (FakeServer good = new FakeServer()) {
            new TestAgent(root, good).enrolled();
            Impostor.assertRefused(root, good, own, foreign, kind);
        }
    }

    @Test
    void enrolment_withAnotherPin_sendsNothing() throws Exception {
        try (FakeServer server = new FakeServer()) {
            TestAgent agent = new TestAgent(root, server);
            String[] arguments = agent.enrolArguments();
            arguments[6] = "sha256:" + "0".repeat(64);
            assertThat(agent.execute(arguments)).isEqualTo(1);
            assertThat(server.calls).isEmpty();
        }
    }

    @Test
    void enrolment_atAServerOfAnotherName_sendsNothing() throws Exception {
        try (FakeServer server = new FakeServer(0, "elsewhere.example")) {
            assertThat(new TestAgent(root, server).enrol()).isEqualTo(1);
            assertThat(server.calls).isEmpty();
        }
    }

    @Test
    void enrolmentElsewhere_thatFailsLeavesTheOldOneWorking() throws Exception {
        try (FakeServer server = new FakeServer();
                FakeServer other = new FakeServer()) {
            TestAgent agent = new TestAgent(root, server).enrolled();
            String[] arguments = agent.enrolArguments();
            arguments[2] = other.url();
            arguments[4] = "a-wrong-token";
            arguments[6] = other.pin();
            assertThat(agent.execute(arguments)).isEqualTo(1);
            assertThat(other.count("POST")).isEqualTo(1);
            assertThat(agent.once()).isZero();
            arguments[4] = FakeServer.TOKEN;
            assertThat(agent.execute(arguments)).isZero();
            assertThat(other.count("POST")).isEqualTo(2);
        }
    }

    @Test
    void serverOfAnotherName_isRefused() throws Exception {
        assertRefused(named("elsewhere.example"), false, "name");
    }

    @Test
    void serverOfAnotherCa_isRefused() throws Exception {
        assertRefused(named("localhost"), true, "unknown_ca");
    }

    @Test
    void serverWithExpiredCertificate_isRefused() throws Exception {
        Instant now = Instant.now();
        assertRefused(
                named("localhost").from(now.minus(Duration.ofHours(2))).until(now.minus(Duration.ofHours(1))),
                false,
                "expired");
    }

    @Test
    void serverWithCertificateOfTheFuture_isRefused() throws Exception {
        assertRefused(named("localhost").from(Instant.now().plus(Duration.ofHours(1))), false, "not_yet_valid");
    }

    /** A server with the same CA, or another, at another port, that the configuration is pointed to. */
    private static final class Impostor {
        static void assertRefused(Path root, FakeServer good, Leaf own, boolean foreign, String kind) throws Exception {
            try (FakeServer bad = new FakeServer(good.ca, own, foreign)) {
                TestAgent agent = new TestAgent(root, bad);
                assertThat(agent.once()).isEqualTo(1);
                assertThat(bad.calls).isEmpty();
                assertThat(agent.web().problems()).isNotEmpty().allSatisfy(problem -> assertThat(problem.reason())
                        .contains(": " + kind + ":"));
            }
        }
    }
}
