package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.daemon.AgentSocket;
import dev.perennial.agent.daemon.AgentStatus;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.renewal.CertificateStatus;
import dev.perennial.agent.renewal.Phase;
import dev.perennial.agent.testing.FakeServer.Fault;
import dev.perennial.model.SigningRequestJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process that stays. */
final class DaemonIT extends EnrolledAgent {
    private Process daemon;

    @AfterEach
    void endDaemon() throws Exception {
        if (daemon != null) {
            daemon.destroyForcibly().waitFor();
        }
    }

    private void startDaemon() throws Exception {
        daemon = agent.start(List.of(), "run", "--config", agent.config.toString());
    }

    private void kill(String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(daemon.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private CertificateStatus await(Predicate<CertificateStatus> condition) throws Exception {
        Instant end = Instant.now().plusSeconds(60);
        while (true) {
            AgentStatus status = AgentSocket.ask(agent.state.resolve("agent.sock"), "status", null)
                    .map(Reply::status)
                    .orElse(null);
            if (status != null
                    && !status.certificates().isEmpty()
                    && condition.test(status.certificates().get(0))) {
                return status.certificates().get(0);
            }
            assertThat(Instant.now()).as(() -> String.valueOf(status)).isBefore(end);
            assertThat(daemon.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("the daemon ended")
                    .isFalse();
        }
    }

    private void awaitLive() throws Exception {
        await(web -> web.phase() == Phase.LIVE);
    }

    @Test
    void daemon_obeysRenewAndRotateOverItsSocket() throws Exception {
        startDaemon();
        awaitLive();
        assertThat(agent.run("renew", "web")).isZero();
        assertThat(await(web -> web.generation() == 2).phase()).isEqualTo(Phase.LIVE);
        assertThat(agent.run("rotate", "web")).isZero();
        await(web -> web.generation() == 3);
        agent.assertPair();
        assertThat(server.count("PUT")).isEqualTo(1);
        assertThat(agent.run("status", "--json")).isZero();
        assertThat(agent.run("renew", "nobody")).isEqualTo(2);
    }

    @Test
    void certificatesThatLiveForSeconds_areFollowed() throws Exception {
        server.validity = Duration.ofSeconds(20);
        startDaemon();
        awaitLive();
        for (int generation = 2; generation <= 4; generation++) {
            int wanted = generation;
            server.renew(server.only());
            await(web -> web.generation() == wanted && web.phase() == Phase.LIVE);
            agent.assertPair();
        }
        server.only().rotation = new SigningRequestJson.Rotation(1, null, "test");
        server.changed(server.only());
        await(web -> web.generation() == 5 && web.phase() == Phase.LIVE);
        assertThat(server.count("PUT")).isEqualTo(1);
    }

    @Test
    void verdict_isWaitedForAtTheServerWhileCommandsAreAnswered() throws Exception {
        server.holdNew = true;
        startDaemon();
        await(web -> web.phase() == Phase.SUBMITTED && server.waits() > 0);
        assertThat(agent.run("renew", "web")).isZero();
        assertThat(agent.run("status")).isZero();
        server.approve(server.only());
        awaitLive();
        agent.assertPair();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "USR1"})
    void signal_hasTheDaemonLookAtOnce(String signal) throws Exception {
        startDaemon();
        awaitLive();
        server.renew(server.only());
        kill(signal);
        Instant nextLook = Instant.now().plusSeconds(45);
        await(web -> web.generation() == 2 && web.phase() == Phase.LIVE);
        assertThat(Instant.now()).as("unasked it looks every minute").isBefore(nextLook);
    }

    /** F25. */
    @Test
    void daemonThatWasStopped_renewsWhenItGoesOn() throws Exception {
        server.validity = Duration.ofSeconds(12);
        startDaemon();
        awaitLive();
        kill("STOP");
        server.validity = Duration.ofDays(90);
        Instant late = Instant.now().plusSeconds(12);
        while (Instant.now().isBefore(late)) {
            assertThat(daemon.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
        }
        kill("CONT");
        await(web -> web.generation() >= 2 && web.phase() == Phase.LIVE);
        agent.assertPair();
        assertThat(server.issued()).isEqualTo(2);
    }

    /** F19. */
    @Test
    void secondAgent_endsWith75AndALockIsNeverStale() throws Exception {
        startDaemon();
        awaitLive();
        assertThat(agent.once()).isEqualTo(75);
        assertThat(agent.inProcess(List.of(), agent.onceArguments())).isEqualTo(75);
        assertThat(agent.log()).contains("pid " + daemon.pid());
        daemon.destroyForcibly().waitFor();
        assertThat(agent.once()).isZero();
    }

    @Test
    void daemon_onSigterm_endsSoonAndLetsGo() throws Exception {
        startDaemon();
        awaitLive();
        daemon.destroy();
        assertThat(daemon.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.state.resolve("agent.sock")).doesNotExist();
        assertThat(agent.run("status")).isZero();
    }

    /** F35. */
    @Test
    void daemonThatIsRetired_endsWith77() throws Exception {
        server.validity = Duration.ofSeconds(20);
        startDaemon();
        awaitLive();
        server.fail("GET /v1/certificate_signing_requests", Fault.RETIRED);
        assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isEqualTo(77);
        agent.assertPair();
    }

    /** F36. */
    @Test
    void configurationThatBreaksWhileRunning_leavesTheLastGoodOne() throws Exception {
        server.validity = Duration.ofSeconds(20);
        startDaemon();
        awaitLive();
        Files.writeString(agent.config, "server: [");
        server.renew(server.only());
        Instant end = Instant.now().plusSeconds(30);
        Path status = agent.state.resolve("status.json");
        while (!Files.readString(status).contains("\"configuration: ")
                || agent.web().generation() < 2) {
            assertThat(Instant.now()).isBefore(end);
            assertThat(daemon.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
        }
        agent.assertPair();
        agent.configure("other.example.com", "");
        await(web -> web.dns().contains("other.example.com") && web.phase() == Phase.LIVE);
        agent.assertPair();
    }

    @Test
    void serverThatIsDown_isNotHammeredAndFoundAgain() throws Exception {
        server.validity = Duration.ofSeconds(20);
        startDaemon();
        awaitLive();
        server.failAlways("GET /v1/certificate_signing_requests", Fault.DROP_BEFORE, 4);
        long looks = server.count("GET /v1/certificate_signing_requests");
        Instant start = Instant.now();
        await(web -> web.phase() == Phase.FAILED);
        await(web -> web.phase() == Phase.LIVE);
        agent.assertPair();
        // Twice for each of the four calls that fail, and looks at least half a second apart for as long as it took.
        long most = 8 + 2 * Duration.between(start, Instant.now()).toSeconds() + 4;
        assertThat(server.count("GET /v1/certificate_signing_requests") - looks).isLessThan(most);
    }
}
