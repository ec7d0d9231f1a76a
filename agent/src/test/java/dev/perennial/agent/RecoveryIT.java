package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.FakeServer.Fault;
import dev.perennial.agent.testing.TestAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** F28: the agent's identity has expired. */
final class RecoveryIT extends EnrolledAgent {
    private static final String RECOVERY = "POST /v1/agent_connectors/connector1/recovery";

    /** Another agent, enrolled with an identity that has ended already. */
    private void expire() throws Exception {
        server.close();
        server = new FakeServer();
        agent = new TestAgent(Files.createDirectory(root.resolve("expired")), server);
        server.endIdentities(true);
        agent.enrolled();
        server.endIdentities(false);
    }

    private Path boundKey() {
        return agent.state.resolve("identity/bound.key");
    }

    @Test
    void expiredIdentity_isRecovered_andTheCertificatesGoOn() throws Exception {
        expire();
        String key = Files.readString(boundKey());

        assertThat(agent.once()).isZero();

        agent.assertPair();
        assertThat(server.count(RECOVERY)).isEqualTo(2);
        assertThat(agent.status().healthy()).isTrue();
        assertThat(agent.status().identityRecovered()).isNotNull();
        assertThat(agent.status().identityNotAfter()).isAfter(Instant.now());
        assertThat(Files.readString(boundKey())).isEqualTo(key);
        server.renew(server.only());
        assertThat(agent.once()).isZero();
        assertThat(server.count(RECOVERY)).isEqualTo(2);
        assertThat(agent.web().generation()).isEqualTo(2);
    }

    @Test
    void boundKey_isPrivate_andRegisteredAtTheEnrolment() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(boundKey())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(boundKey())).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(server.boundKey()).isEqualTo(publicHalf());
        assertThat(agent.state.resolve("identity/bound-enrolling.key")).doesNotExist();
    }

    /** As OpenSSL sees it. */
    private String publicHalf() throws Exception {
        return TestAgent.openssl("pkey", "-in", boundKey().toString(), "-pubout");
    }

    @Test
    void agentWithoutABoundKey_getsOneAtTheNextRenewalOfItsIdentity() throws Exception {
        Files.delete(boundKey());
        server.forgetBoundKey();
        Path record = agent.state.resolve("identity/current/identity.json");
        Files.writeString(
                record,
                Files.readString(record)
                        .replaceAll("\"renewal_time\":\"[^\"]*\"", "\"renewal_time\":\"2020-01-01T00:00:00Z\""));

        assertThat(agent.once()).isZero();

        assertThat(server.boundKey()).isEqualTo(publicHalf());
    }

    @Test
    void enrolmentAnew_bringsABoundKeyOfItsOwn() throws Exception {
        expire();
        String before = Files.readString(boundKey());
        try (var other = new FakeServer()) {
            String[] arguments = agent.enrolArguments();
            arguments[2] = other.url();
            arguments[6] = other.pin();
            assertThat(agent.execute(arguments)).isZero();
            assertThat(Files.readString(boundKey())).isNotEqualTo(before);
            assertThat(other.boundKey()).isEqualTo(publicHalf());
        }
    }

    @Test
    void serverThatDoesNotTakeTheBoundKey_isAskedOnce_andThePersonToldToEnrol() throws Exception {
        expire();
        server.forgetBoundKey();

        assertThat(agent.once()).isEqualTo(1);

        assertThat(agent.status().problems()).singleElement().asString().contains("expired", "perennial enroll");
        assertThat(agent.status().healthy()).isFalse();
        assertThat(server.count(RECOVERY)).isEqualTo(2);
        assertThat(agent.status().identityRecovered()).isNull();
    }

    @Test
    void agentWithoutABoundKey_thatHasExpired_isToldToEnrol() throws Exception {
        expire();
        Files.delete(boundKey());

        assertThat(agent.once()).isEqualTo(1);

        assertThat(agent.status().problems()).singleElement().asString().contains("no bound key", "perennial enroll");
        assertThat(server.count(RECOVERY)).isZero();
    }

    @Test
    void anotherIdentityThatIsInItsTime_isSaid() throws Exception {
        expire();
        server.fail(RECOVERY, Fault.CONFLICT);

        assertThat(agent.once()).isEqualTo(1);

        assertThat(agent.status().problems()).singleElement().asString().contains("another identity");
    }

    @Test
    void retiredAgent_endsWithItsExitCode() throws Exception {
        expire();
        server.fail(RECOVERY, Fault.RETIRED);

        assertThat(agent.once()).isEqualTo(77);
        assertThat(agent.status().retired()).isTrue();
    }

    @Test
    void serverThatCannotNow_isAskedAgainLater() throws Exception {
        expire();
        server.fail(RECOVERY, Fault.UNAVAILABLE);
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.status().problems()).singleElement().asString().contains("503");

        assertThat(agent.once()).isZero();

        assertThat(server.identitiesIssued()).isEqualTo(2);
    }

    /** F24: neither a year ahead nor back gives an identity up that the server's clock finds good. */
    @Test
    void localClockThatIsWrong_recoversNothing() throws Exception {
        assertThat(agent.once()).isZero();
        for (Duration off : new Duration[] {Duration.ofDays(100), Duration.ofDays(-3650)}) {
            agent.clock = InstantSource.offset(InstantSource.system(), off);
            agent.once();
        }
        assertThat(server.count(RECOVERY)).isZero();
        agent.clock = InstantSource.system();
        assertThat(agent.once()).isZero();
        assertThat(server.identitiesIssued()).isOne();
    }

    /** Both identities have expired while the server was away, and the newer one was never used. */
    @Test
    void unusedNewerIdentity_thatHasExpiredToo_isReplaced() throws Exception {
        expire();
        Path slot = agent.state.resolve("identity/a");
        Path other = agent.state.resolve("identity/b");
        Files.createDirectory(other);
        for (String name : new String[] {"key.pem", "request.pem", "cert.pem", "identity.json"}) {
            String text = Files.readString(slot.resolve(name));
            Files.writeString(other.resolve(name), text.replace("\"sequence\":1", "\"sequence\":2"));
        }

        assertThat(agent.once()).isZero();

        assertThat(server.identitiesIssued()).isEqualTo(2);
        assertThat(agent.status().identityRecovered()).isNotNull();
    }
}
