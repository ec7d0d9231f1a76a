package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RotatingIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(2, Duration.ofDays(7));

    @Test
    void signal_isAnsweredWithANewKey_andTheOldCertificatesGoOnceItIsInUse() {
        EnrolledAgent agent = server.agent("rotate.test");
        KeyPair oldKey = TestCsrs.keyPair();
        String oldPem = TestCsrs.p256(oldKey, "rotate.test");
        Exchange made = agent.api().submit(oldPem).expect(201);

        Exchange signalled = signal(made.id(), null);
        assertThat(signalled.at("/spec/rotate_keys").asBoolean()).isTrue();
        assertThat(signalled.at("/status/rotation/epoch").asInt()).isEqualTo(1);
        assertThat(signalled.text("/status/rotation/reason")).isEqualTo("yearly");
        assertThat(signalled.certificateIds()).isEqualTo(made.certificateIds());

        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256(oldKey, "rotate.test")))
                .expectProblem(409, "keyNotRotated");
        Exchange rotated = agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("rotate.test")))
                .expect(200);

        assertThat(rotated.at("/spec/rotate_keys").asBoolean()).isFalse();
        assertThat(rotated.at("/status/rotation").isMissingNode()).isTrue();
        assertThat(rotated.certificates()).hasSize(1);
        assertThat(rotated.certificateIds()).doesNotContainAnyElementsOf(made.certificateIds());
        assertThat(revocation(made)).isNull();
        agent.api().submit(oldPem).expectProblem(409, "keyNotRotated");
        agent.api().replace(made.id(), Bodies.request(oldPem)).expectProblem(409, "keyNotRotated");

        String sha256 = rotated.text("/status/certificates/0/status/sha256");
        agent.api()
                .post(ApiClient.AGENTS + "/" + agent.id() + "/report", Bodies.report(sha256, true, true))
                .expect(200);
        assertThat(revocation(made)).isEqualTo("superseded");
        agent.api()
                .post(ApiClient.AGENTS + "/" + agent.id() + "/report", Bodies.report(sha256, true, true))
                .expect(200);
    }

    @Test
    void signal_thatStandsTwice_isOne_andMayBeTakenBack() {
        EnrolledAgent agent = server.agent("twice.test");
        String pem = TestCsrs.p256("twice.test");
        Exchange made = agent.api().submit(pem).expect(201);

        signal(made.id(), null);
        assertThat(signal(made.id(), null).at("/status/rotation/epoch").asInt()).isEqualTo(1);
        Exchange takenBack = server.administrator()
                .replace(made.id(), Bodies.request(pem, "rotate_keys", false))
                .expect(200);
        assertThat(takenBack.at("/status/rotation").isMissingNode()).isTrue();
        assertThat(signal(made.id(), null).at("/status/rotation/epoch").asInt()).isEqualTo(2);
    }

    @Test
    void requestReadAndSentBack_keepsTheDeadlineAndTheReason() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("back.test")).expect(201);
        Exchange signalled = signal(made.id(), Instant.parse("2099-01-01T00:00:00Z"));

        Exchange changed = server.administrator()
                .replace(made.id(), Bodies.with(signalled.copy(), "uid", "changed"))
                .expect(200);

        assertThat(changed.at("/status/rotation")).isEqualTo(signalled.at("/status/rotation"));
        assertThat(changed.text("/spec/uid")).isEqualTo("changed");
    }

    @Test
    void flag_fromAnAgent_isIgnored() {
        EnrolledAgent agent = server.agent("flag.test");
        String pem = TestCsrs.p256("flag.test");
        Exchange made = agent.api()
                .post(ApiClient.REQUESTS, Bodies.request(pem, "rotate_keys", true))
                .expect(201);
        assertThat(made.at("/spec/rotate_keys").asBoolean()).isFalse();

        Exchange set = agent.api()
                .replace(made.id(), Bodies.request(pem, "rotate_keys", true))
                .expect(200);
        assertThat(set.at("/spec/rotate_keys").asBoolean()).isFalse();

        signal(made.id(), null);
        Exchange cleared = agent.api()
                .replace(made.id(), Bodies.request(pem, "rotate_keys", false))
                .expect(200);
        assertThat(cleared.at("/spec/rotate_keys").asBoolean()).isTrue();
    }

    @Test
    void answerToASignal_isNotCountedByTheLimiter() {
        EnrolledAgent agent = server.agent("counted.test");
        Exchange made = agent.api().submit(TestCsrs.p256("counted.test")).expect(201);
        agent.api().submit(TestCsrs.p256("counted.test")).expect(201);
        agent.api().submit(TestCsrs.p256("counted.test")).expectProblem(429, "rateLimited");

        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("counted.test")))
                .expectProblem(429, "rateLimited");
        signal(made.id(), null);
        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("counted.test")))
                .expect(200);
        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("counted.test")))
                .expectProblem(429, "rateLimited");
    }

    @Test
    void deadline_revokesWhatNobodyReported() {
        EnrolledAgent agent = server.agent("deadline.test");
        Exchange made = agent.api().submit(TestCsrs.p256("deadline.test")).expect(201);
        signal(made.id(), server.clock().instant().plus(Duration.ofHours(1)));
        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("deadline.test")))
                .expect(200);
        assertThat(revocation(made)).isNull();

        server.clock().advance(Duration.ofHours(2));

        Until.is(() -> "superseded".equals(revocation(made)), "the deadline revokes");
    }

    @Test
    void keyRotatedOut_keepsRenewingWhereAnotherRequestHoldsIt() {
        EnrolledAgent agent = server.agent("*.shared.test");
        KeyPair shared = TestCsrs.keyPair();
        Exchange one =
                agent.api().submit(TestCsrs.p256(shared, "a.shared.test")).expect(201);
        Exchange other =
                agent.api().submit(TestCsrs.p256(shared, "b.shared.test")).expect(201);
        signal(one.id(), null);
        agent.api()
                .replace(one.id(), Bodies.request(TestCsrs.p256("a.shared.test")))
                .expect(200);

        agent.api().submit(TestCsrs.p256(shared, "c.shared.test")).expectProblem(409, "keyNotRotated");
        Exchange kept = agent.api().request(other.id()).expect(200);
        assertThat(kept.at("/status/auto_renew").asBoolean()).isTrue();
    }

    private static Exchange signal(String id, @Nullable Instant deadline) {
        Exchange seen = server.administrator().request(id).expect(200);
        ObjectNode body = Bodies.request(seen.text("/spec/request"), "rotate_keys", true);
        Bodies.with(
                body,
                "rotation",
                deadline == null
                        ? Map.of("reason", "yearly")
                        : Map.of("reason", "yearly", "deadline", deadline.toString()));
        return server.administrator().replace(id, body, "If-Match", seen.etag()).expect(200);
    }

    /** Why the first certificate of an answer was revoked; null where it was not. */
    private static @Nullable String revocation(Exchange made) {
        Exchange found = server.administrator()
                .get(ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0))
                .expect(200);
        return found.at("/status/revoked").isMissingNode() ? null : found.text("/status/revoked/reason");
    }
}
