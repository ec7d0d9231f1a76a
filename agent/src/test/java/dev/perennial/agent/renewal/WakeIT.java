package dev.perennial.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.config.AgentConfig;
import dev.perennial.agent.config.ConfigReader;
import dev.perennial.agent.identity.IdentitySlots;
import dev.perennial.agent.identity.ServerAccess;
import dev.perennial.agent.identity.TrustedRoots;
import dev.perennial.agent.install.HookRunner;
import dev.perennial.agent.state.StateDirectory;
import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.FakeServer.Fault;
import dev.perennial.agent.testing.TestAgent;
import dev.perennial.model.RequestState;
import dev.perennial.model.SigningRequestJson.Rotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon sleeps when it has done what it can, whatever stands in its way, and by a clock that the test moves. */
final class WakeIT {
    private static final Duration SLEEP = Duration.ofSeconds(20);

    @TempDir
    private Path root;

    private FakeServer server;
    private TestAgent agent;
    private Duration ahead = Duration.ZERO;
    private CertificateWork work;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
        agent = new TestAgent(root, server).enrolled();
        work = open();
        work.advance();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Instant now() {
        return Instant.now().plus(ahead);
    }

    private CertificateWork open() throws Exception {
        AgentConfig config = ConfigReader.read(agent.config);
        StateDirectory directory = new StateDirectory(config.state());
        ServerAccess access = new ServerAccess(
                new IdentitySlots(directory.identity()),
                new TrustedRoots(directory.trust()),
                config.server(),
                Runnable::run,
                this::now);
        return new CertificateWork(
                config.certificates().get(0),
                directory,
                access,
                new HookRunner(Duration.ofMinutes(1)),
                this::now,
                new Latest());
    }

    /** Draws the latest moment of every range. */
    private static final class Latest extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    }

    /** Three times this still passes for a clock that is right. */
    private void later() throws Exception {
        ahead = ahead.plusSeconds(90);
        work.advance();
    }

    private void assertSleeps() {
        assertThat(Duration.between(now(), work.nextWake())).isGreaterThan(SLEEP);
    }

    @Test
    void renewThatFailed_isNotTriedAgainAndNotAFailureForEver() throws Exception {
        server.fail("POST /v1/certificate_signing_requests/reissue", Fault.UNAVAILABLE);
        work.renew();
        work.calm();
        assertThat(work.outcome()).isEqualTo(Outcome.FAILED);
        later();
        assertSleeps();
        assertThat(work.outcome()).isEqualTo(Outcome.DONE);
        assertThat(server.issued()).isEqualTo(1);
    }

    @Test
    void rotationBeyondTheDaysBudget_isWaitedForWithoutALoop() throws Exception {
        Path file = agent.state.resolve("certs/web/state.json");
        long today = now().getEpochSecond() / Duration.ofDays(1).toSeconds();
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"rotations\":0", "\"rotations\":24")
                        .replaceAll("\"rotation_day\":\\d+", "\"rotation_day\":" + today));
        work = open();
        server.only().rotation = new Rotation(1, now(), null);
        server.changed(server.only());
        later();
        later();
        assertThat(work.status().alarm()).contains("more than 24 rotations");
        assertSleeps();
    }

    @Test
    void requestThatIsWithdrawnBeforeAPlannedRotation_endsTheRotation() throws Exception {
        server.only().rotation = new Rotation(1, null, null);
        server.changed(server.only());
        later();
        server.only().state = RequestState.WITHDRAWN;
        later();
        later();
        assertThat(work.status().phase()).isEqualTo(Phase.BLOCKED);
        assertSleeps();
        assertThat(server.count("PUT")).isZero();
    }

    @Test
    void retryAfterOfAGoodAnswer_isKept() throws Exception {
        server.retryAfter = "3600";
        later();
        long looks = server.count("GET /v1/certificate_signing_requests");
        later();
        work.hurry();
        work.advance();
        assertThat(server.count("GET /v1/certificate_signing_requests")).isEqualTo(looks);
        assertSleeps();
    }

    @Test
    void hookThatFailsWhileTheNextGenerationWaits_isNotWaitedForInALoop() throws Exception {
        agent.configure("hooks: {deploy: [[\"false\"]]}");
        work = open();
        server.renew(server.only());
        work.advance();
        assertThat(work.status().phase()).isEqualTo(Phase.DEPLOY_PENDING);
        Instant from = now().plus(Duration.ofSeconds(150));
        server.issuer = (held, leaf) -> server.sign(held, leaf.from(from));
        server.renew(server.only());
        later();
        assertThat(work.status().phase()).isEqualTo(Phase.READY);
        later();
        assertSleeps();
    }
}
