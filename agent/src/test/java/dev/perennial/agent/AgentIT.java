package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.renewal.Phase;
import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.TestAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's way from nothing to a renewed and a rotated certificate. */
final class AgentIT {
    @TempDir
    private Path root;

    private FakeServer server;
    private TestAgent agent;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
        agent = new TestAgent(root, server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void once_onFreshHost_installsVerifiedPair() throws Exception {
        agent.enrolled();
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(agent.web().phase()).isEqualTo(Phase.LIVE);
        assertThat(server.issued()).isEqualTo(1);
        assertThat(server.reports).singleElement().satisfies(report -> {
            assertThat(report.certificateSha256()).isEqualTo(agent.web().sha256());
            assertThat(report.installed()).isTrue();
            assertThat(report.served()).isNull();
        });
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(agent.install.resolve("privkey.pem"))))
                .isEqualTo("rw-------");
        assertThat(agent.state.resolve("certs/web/pending")).isEmptyDirectory();
    }

    @Test
    void once_whenNothingIsDue_asksOnceAndChangesNothing() throws Exception {
        agent.enrolled();
        agent.once();
        agent.once();
        int before = server.calls.size();
        assertThat(agent.once()).isZero();
        assertThat(server.calls.subList(before, server.calls.size()))
                .containsExactly("GET /v1/certificate_signing_requests/r1");
        assertThat(agent.web().generation()).isEqualTo(1);
    }

    @Test
    void once_whenServerHasRenewed_picksUpWithSameKey() throws Exception {
        agent.enrolled();
        agent.once();
        String key = Files.readString(agent.install.resolve("privkey.pem"));
        server.renew(server.only());
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(agent.web().generation()).isEqualTo(2);
        assertThat(Files.readString(agent.install.resolve("privkey.pem"))).isEqualTo(key);
        assertThat(server.reports).hasSize(2);
    }

    @Test
    void rotate_makesNewKeyOnTheSameRequest() throws Exception {
        agent.enrolled();
        agent.once();
        String key = Files.readString(agent.install.resolve("privkey.pem"));
        assertThat(agent.run("rotate", "web")).isZero();
        agent.assertPair();
        assertThat(Files.readString(agent.install.resolve("privkey.pem"))).isNotEqualTo(key);
        assertThat(server.requests()).isEqualTo(1);
        assertThat(server.count("PUT")).isEqualTo(1);
    }

    @Test
    void renew_asksForReissueAndInstallsIt() throws Exception {
        agent.enrolled();
        agent.once();
        assertThat(agent.run("renew", "web")).isZero();
        agent.assertPair();
        assertThat(agent.web().generation()).isEqualTo(2);
        assertThat(server.issued()).isEqualTo(2);
    }
}
