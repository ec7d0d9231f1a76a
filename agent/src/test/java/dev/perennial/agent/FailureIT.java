package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.renewal.Activity;
import dev.perennial.agent.renewal.Outcome;
import dev.perennial.agent.renewal.Phase;
import dev.perennial.agent.testing.FakeServer.Fault;
import dev.perennial.model.RequestState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a server can do to an agent; the numbers are those of the failure table in docs/agent.md. */
final class FailureIT extends EnrolledAgent {
    private static final String SUBMIT = "POST /v1/certificate_signing_requests";

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
    void renewals_goOnWhileASubmissionWaits() throws Exception {
        agent.once();
        server.fail("PUT", Fault.TOO_MANY);
        assertThat(agent.run("rotate", "web")).isEqualTo(1);
        server.renew(server.only());
        agent.once();
        assertThat(agent.web().generation()).isEqualTo(2);
        agent.assertPair();
    }
}
