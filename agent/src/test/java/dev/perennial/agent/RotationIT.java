package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.renewal.Activity;
import dev.perennial.agent.testing.FakeServer.Fault;
import dev.perennial.agent.testing.TestAgent;
import dev.perennial.model.CertificateJson;
import dev.perennial.model.SigningRequestJson;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys that change: on a signal, on a refusal, with the names, or behind the server's back. */
final class RotationIT extends EnrolledAgent {
    @Test
    void rotation_thatIsRefused_leavesTheLivePairAlone() throws Exception {
        agent.once();
        String before = agent.web().serialNumber();
        server.failAlways("PUT", Fault.REFUSED, 5);
        assertThat(agent.run("rotate", "web")).isEqualTo(1);
        agent.assertPair();
        assertThat(agent.web().serialNumber()).isEqualTo(before);
        assertThat(problem(Activity.SUBMISSION)).contains("rejectedIdentifier");
        server.mend();
        assertThat(agent.once()).isZero();
        assertThat(agent.web().serialNumber()).isNotEqualTo(before);
        assertThat(server.issued()).isEqualTo(2);
    }

    @Test
    void keyThatWasNotRotated_isReplacedByAnother() throws Exception {
        agent.once();
        server.fail("PUT", Fault.KEY_NOT_ROTATED);
        assertThat(agent.run("rotate", "web")).isZero();
        agent.assertPair();
        assertThat(server.count("PUT")).isEqualTo(2);
    }

    /** F9. */
    @Test
    void serverThatWentBackBehindARotation_isGivenTheLivePkcs10Again() throws Exception {
        agent.once();
        byte[] pkcs10 = server.only().pkcs10();
        List<CertificateJson> certificates = List.copyOf(server.only().certificates);
        assertThat(agent.run("rotate", "web")).isZero();
        String key = Files.readString(agent.install.resolve("privkey.pem"));
        server.restore(server.only(), pkcs10, certificates);
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(agent.web().generation()).isEqualTo(3);
        assertThat(Files.readString(agent.install.resolve("privkey.pem"))).isEqualTo(key);
        assertThat(server.count("PUT")).isEqualTo(2);
    }

    /** F38. */
    @Test
    void rotationSignal_isFollowedOncePerEpoch() throws Exception {
        agent.once();
        for (long epoch : new long[] {5, 5, 4, 6, 6}) {
            server.only().rotation = new SigningRequestJson.Rotation(epoch, Instant.now(), "keyCompromise");
            server.changed(server.only());
            assertThat(agent.once()).isZero();
        }
        assertThat(server.count("PUT")).isEqualTo(2);
        assertThat(server.issued()).isEqualTo(3);
        agent.assertPair();
        assertThat(generations()).as("the compromised key is gone").isEqualTo(1);
    }

    /** F39. */
    @Test
    void rotationWhileAnotherKeyWaits_supersedesIt() throws Exception {
        agent.once();
        server.holdNew = true;
        assertThat(agent.run("rotate", "web")).isZero();
        server.only().rotation = new SigningRequestJson.Rotation(9, null, null);
        server.changed(server.only());
        assertThat(agent.once()).isZero();
        assertThat(server.count("PUT")).isEqualTo(2);
        try (var pending = Files.list(agent.state.resolve("certs/web/pending"))) {
            assertThat(pending).hasSize(1);
        }
        server.approve(server.only());
        assertThat(agent.once()).isZero();
        agent.assertPair();
    }

    @Test
    void configurationWithOtherNames_getsANewKeyOnTheSameRequest() throws Exception {
        agent.once();
        agent.configure("www.example.com, example.com, api.example.com", "");
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(TestAgent.openssl(
                        "x509", "-in", agent.install.resolve("cert.pem").toString(), "-noout", "-text"))
                .contains("api.example.com");
        assertThat(server.requests()).isEqualTo(1);
    }
}
