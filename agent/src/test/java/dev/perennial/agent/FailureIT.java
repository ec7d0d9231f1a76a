package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.install.PublishedDirectory;
import dev.perennial.agent.renewal.Activity;
import dev.perennial.agent.renewal.CertificateStatus;
import dev.perennial.agent.renewal.Outcome;
import dev.perennial.agent.renewal.Phase;
import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.FakeServer.Fault;
import dev.perennial.agent.testing.TestAgent;
import dev.perennial.model.CertificateJson;
import dev.perennial.model.RequestState;
import dev.perennial.model.SigningRequestJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server can do to an agent; the numbers are those of the failure table in docs/agent.md. */
final class FailureIT {
    private static final String SUBMIT = "POST /v1/certificate_signing_requests";

    @TempDir
    private Path root;

    private FakeServer server;
    private TestAgent agent;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
        agent = new TestAgent(root, server).enrolled();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int generations() throws Exception {
        return new PublishedDirectory(agent.install).generations().size();
    }

    private String problem(Activity activity) throws Exception {
        return agent.web().problems().stream()
                .filter(problem -> problem.activity() == activity)
                .map(CertificateStatus.Problem::reason)
                .findFirst()
                .orElse("");
    }

    /** F7, F8, F37. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = Mode.EXCLUDE,
            names = {"RETIRED", "SLOW_BODY", "UNAUTHENTICATED", "KEY_NOT_ROTATED"})
    void submission_thatFails_isRepeatedWithTheSameKeyAndIssuesOnce(Fault fault) throws Exception {
        server.failAlways(SUBMIT, fault, 2);
        int first = agent.once();
        if (first != 0) {
            assertThat(agent.web().phase()).isEqualTo(Phase.FAILED);
            assertThat(problem(Activity.SUBMISSION)).isNotEmpty();
            assertThat(generations()).isZero();
        }
        server.mend();
        if (fault == Fault.TOO_MANY) {
            assertThat(agent.once()).as("Retry-After is kept").isEqualTo(1);
            assertThat(server.count(SUBMIT)).isEqualTo(1);
            return;
        }
        awaitDone();
        agent.assertPair();
        assertThat(server.issued()).isEqualTo(1);
        assertThat(server.requests()).isEqualTo(1);
    }

    /** Retry-After of a second is honoured, then it goes on. */
    private void awaitDone() throws Exception {
        Instant end = Instant.now().plusSeconds(20);
        while (agent.once() != 0) {
            assertThat(Instant.now()).as(agent.web().toString()).isBefore(end);
        }
    }

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
    void renewals_goOnWhileASubmissionWaits() throws Exception {
        agent.once();
        server.fail("PUT", Fault.TOO_MANY);
        assertThat(agent.run("rotate", "web")).isEqualTo(1);
        server.renew(server.only());
        agent.once();
        assertThat(agent.web().generation()).isEqualTo(2);
        agent.assertPair();
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
    void requestThatIsUnknown_isSubmittedAgainWithTheSamePkcs10() throws Exception {
        agent.once();
        String key = Files.readString(agent.install.resolve("privkey.pem"));
        server.forget();
        agent.once();
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(server.requests()).isEqualTo(1);
        assertThat(Files.readString(agent.install.resolve("privkey.pem"))).isEqualTo(key);
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

    @Test
    void renewal_goesOnForTheOldNamesWhileOthersAreRefused() throws Exception {
        agent.once();
        agent.configure("www.example.com, example.com, not.granted.example", "");
        server.failAlways("PUT", Fault.REFUSED, 100);
        assertThat(agent.once()).isEqualTo(1);
        server.renew(server.only());
        agent.once();
        assertThat(agent.web().generation()).isEqualTo(2);
        assertThat(problem(Activity.INSTALL)).isEmpty();
        assertThat(problem(Activity.SUBMISSION)).contains("rejectedIdentifier");
        agent.assertPair();
    }

    @Test
    void renewalThatAnAdministratorSwitchedOff_staysOffAndMayBeAskedForByHand() throws Exception {
        agent.once();
        server.only().autoRenew = false;
        server.changed(server.only());
        assertThat(agent.run("rotate", "web")).isZero();
        assertThat(server.only().autoRenew).isFalse();
        assertThat(agent.run("renew", "web")).isZero();
        assertThat(agent.web().generation()).isEqualTo(3);
    }

    @Test
    void requestThatIsWithdrawn_isNeverAskedForAgain() throws Exception {
        agent.once();
        server.only().state = RequestState.WITHDRAWN;
        assertThat(agent.once()).isEqualTo(1);
        int calls = server.calls.size();
        assertThat(agent.once()).isEqualTo(1);
        assertThat(server.calls).hasSize(calls);
        assertThat(agent.web().phase()).isEqualTo(Phase.BLOCKED);
        agent.assertPair();
    }

    /** F10. */
    @Test
    void requestThatWaitsForAPerson_staysOneOverManyRestarts() throws Exception {
        server.holdNew = true;
        for (int i = 0; i < 50; i++) {
            assertThat(agent.once()).isZero();
        }
        assertThat(agent.web().outcome()).isEqualTo(Outcome.WAITING_FOR_PERSON);
        assertThat(agent.web().message()).contains("a person to approve request r1");
        assertThat(server.requests()).isEqualTo(1);
        assertThat(server.count(SUBMIT)).isEqualTo(1);
        server.approve(server.only());
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(server.issued()).isEqualTo(1);
    }

    /** F26. */
    @Test
    void certificateOfTheNearFuture_isFlippedWhenItIsValid() throws Exception {
        Instant from = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        server.issuer = (held, leaf) -> server.sign(held, leaf.from(from));
        assertThat(agent.once()).isZero();
        assertThat(Instant.now()).isAfterOrEqualTo(from);
        agent.assertPair();
    }

    /** F35. */
    @Test
    void agentThatIsRetired_endsWith77AndKeepsItsFiles() throws Exception {
        agent.once();
        server.fail("GET /v1/certificate_signing_requests", Fault.RETIRED);
        assertThat(agent.once()).isEqualTo(77);
        agent.assertPair();
        assertThat(agent.status().retired()).isTrue();
        assertThat(agent.run("status")).isEqualTo(77);
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
    void renewalThatIsLate_isAskedFor() throws Exception {
        server.validity = Duration.ofSeconds(3);
        agent.once();
        Instant end = Instant.now().plusSeconds(20);
        server.validity = Duration.ofDays(1);
        while (server.count("POST /v1/certificate_signing_requests/reissue") == 0) {
            assertThat(Instant.now()).isBefore(end);
            agent.once();
        }
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(server.issued()).isEqualTo(2);
    }

    /** F24. */
    @Test
    void clockThatIsWrong_stopsSubmissionsAndHealsByItself() throws Exception {
        agent.clock = () -> Instant.now().plus(Duration.ofDays(365));
        assertThat(agent.once()).isEqualTo(1);
        assertThat(server.count(SUBMIT)).isZero();
        assertThat(agent.web().message()).contains("the clock is off by");
        assertThat(agent.once()).isEqualTo(1);
        assertThat(server.identitiesIssued()).as("the identity is not old").isEqualTo(1);
        agent.clock = InstantSource.system();
        awaitDone();
        agent.assertPair();
    }

    /** F29. */
    @Test
    void newIdentityThatTheServerDoesNotKnow_fallsBackToTheOneBeforeAndIsAskedForAgain() throws Exception {
        assertThat(agent.once()).isZero();
        Path record = agent.state.resolve("identity/current/identity.json");
        String old = Files.readString(record);
        Files.writeString(
                record, old.replaceAll("\"renewal_time\":\"[^\"]*\"", "\"renewal_time\":\"2020-01-01T00:00:00Z\""));
        server.fail("GET /v1/certificate_signing_requests", Fault.UNAUTHENTICATED);
        assertThat(agent.once()).isZero();
        assertThat(Files.readString(record)).contains("\"sequence\":1");
        assertThat(server.identitiesIssued()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            assertThat(agent.once()).isZero();
        }
        assertThat(Files.readString(record)).contains("\"sequence\":2");
    }

    /** F44. */
    @ParameterizedTest
    @ValueSource(strings = {"state.json", "certs/web/state.json"})
    void stateOfANewerAgent_isNeitherReadNorTouched(String name) throws Exception {
        assertThat(agent.once()).isZero();
        Path file = agent.state.resolve(name);
        String newer = Files.readString(file).replace("\"schema\":1", "\"schema\":2");
        Files.writeString(file, newer);
        assertThat(agent.once()).isEqualTo(2);
        assertThat(file).hasContent(newer);
        agent.assertPair();
    }

    /** F44: an older agent left things out that are known now, and a newer one of this schema may have added some. */
    @Test
    void stateWithOtherFields_isRead() throws Exception {
        assertThat(agent.once()).isZero();
        Path file = agent.state.resolve("certs/web/state.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceAll("\"directory\":\"[^\"]*\",", "\"of_tomorrow\":{\"a\":[1]},")
                        .replace("\"hooks_done\":[],", ""));
        server.renew(server.only());
        assertThat(agent.once()).isZero();
        assertThat(agent.web().generation()).isEqualTo(2);
        agent.assertPair();
    }

    @Test
    void damagedStateOfOneCertificate_stopsThatOneAlone() throws Exception {
        Path other = root.resolve("other");
        Files.writeString(
                agent.config,
                Files.readString(agent.config) + "  - {name: other, dns: [other.example], install: {directory: " + other
                        + "}}\n");
        assertThat(agent.once()).isZero();
        Path file = agent.state.resolve("certs/web/state.json");
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, 40));
        server.renew(server.held("r2"));
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.status().certificates())
                .filteredOn(certificate -> certificate.name().equals("web"))
                .singleElement()
                .satisfies(web -> {
                    assertThat(web.phase()).isEqualTo(Phase.FAILED);
                    assertThat(web.message()).contains("state.json is damaged");
                });
        assertThat(new PublishedDirectory(other).live()).isEqualTo(2);
        assertThat(agent.run("renew", "web")).isEqualTo(1);
        assertThat(agent.run("status")).isEqualTo(1);
        Files.writeString(file, whole);
        assertThat(agent.once()).isZero();
        assertThat(agent.run("status")).isZero();
    }

    @Test
    void check_leavesEverythingAsItIs() throws Exception {
        Path growing = Files.createDirectories(agent.install.resolve("..gen-000009.tmp"));
        assertThat(agent.run("check")).isZero();
        assertThat(growing).exists();
        Files.delete(growing);
        Files.delete(agent.install);
        assertThat(agent.run("check")).isZero();
        assertThat(agent.install).doesNotExist();
        assertThat(agent.state.resolve("certs/web")).doesNotExist();
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
