package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Another certificate first, then the old one is revoked: when the agent has the new one in use, or at a deadline. */
class RevokeAndReplaceIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private static String path(String certificateId) {
        return ApiClient.CERTIFICATES + "/" + certificateId;
    }

    private static ObjectNode order(String reason) {
        return Bodies.revocation(reason).put("replace", true);
    }

    private static Exchange replace(Exchange request, ObjectNode order) {
        return server.administrator().post(path(request.certificateIds().get(0)) + "/revoke", order);
    }

    private static @Nullable String reason(Exchange request) {
        JsonNode revoked = server.administrator()
                .get(path(request.certificateIds().get(0)))
                .expect(200)
                .at("/status/revoked/reason");
        return revoked.isMissingNode() ? null : revoked.asText();
    }

    private static void report(EnrolledAgent agent, String sha256) {
        agent.api()
                .post(ApiClient.AGENTS + "/" + agent.id() + "/report", Bodies.report(sha256, true, true))
                .expect(200);
    }

    private static Exchange renewed(Exchange made) {
        Until.is(
                () -> server.administrator()
                                .request(made.id())
                                .expect(200)
                                .certificates()
                                .size()
                        == 2,
                "another is made");
        return server.administrator().request(made.id()).expect(200);
    }

    @Test
    void superseded_isRenewedAtOnce_andRevokedOnceThatIsInUse() {
        EnrolledAgent agent = server.agent("keep.test");
        Exchange made = agent.api().submit(TestCsrs.p256("keep.test")).expect(201);
        String old = made.text("/status/certificates/0/status/sha256");

        Exchange ordered = replace(made, order("superseded")).expect(200);

        Instant by = Instant.parse(ordered.text("/status/revoke_by"));
        assertThat(Duration.between(server.clock().instant(), by)).isBetween(Duration.ofHours(23), Duration.ofDays(1));
        assertThat(ordered.at("/status/revoked").isMissingNode()).isTrue();
        Exchange renewed = renewed(made);
        report(agent, old);
        assertThat(reason(made)).as("the old one is what is in use").isNull();
        assertThat(replace(made, order("superseded")).expect(200).text("/status/revoke_by"))
                .isEqualTo(by.toString());

        report(agent, renewed.text("/status/certificates/1/status/sha256"));

        assertThat(reason(made)).isEqualTo("superseded");
        Exchange after = server.administrator().request(made.id()).expect(200);
        assertThat(after.certificates()).hasSize(2);
        assertThat(after.at("/status/auto_renew").asBoolean()).isTrue();
    }

    @Test
    void superseded_withoutAWord_isRevokedAtTheDeadline() {
        Exchange made = server.administrator()
                .submit(TestCsrs.p256("deadline.keep.test"))
                .expect(201);
        Instant by = server.clock().instant().plus(Duration.ofHours(1));
        replace(made, order("superseded").put("deadline", by.toString())).expect(200);
        renewed(made);
        assertThat(reason(made)).isNull();

        server.clock().advance(Duration.ofHours(2));

        Until.is(() -> "superseded".equals(reason(made)), "the deadline revokes");
    }

    @Test
    void compromised_getsANewKey_andTheOldOneGoesWithAllThatHasIt() {
        KeyPair key = TestCsrs.keyPair();
        EnrolledAgent agent = server.agent("**.new.test");
        Exchange made = agent.api().submit(TestCsrs.p256(key, "a.new.test")).expect(201);
        Exchange sibling = agent.api().submit(TestCsrs.p256(key, "b.new.test")).expect(201);

        replace(made, order("keyCompromise")).expect(200);

        Exchange signalled = agent.api().request(made.id()).expect(200);
        assertThat(signalled.text("/status/rotation/reason")).isEqualTo("keyCompromise");
        assertThat(signalled.at("/status/rotation/epoch").asInt()).isEqualTo(1);
        agent.api().submit(TestCsrs.p256(key, "c.new.test")).expectProblem(409, "keyNotRotated");
        assertThat(reason(made)).isNull();
        Exchange rotated = agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("a.new.test")))
                .expect(200);
        assertThat(reason(made)).isNull();

        report(agent, rotated.text("/status/certificates/0/status/sha256"));

        assertThat(reason(made)).isEqualTo("keyCompromise");
        Until.is(() -> "keyCompromise".equals(reason(sibling)), "what else has the key is revoked");
        assertThat(reason(rotated)).isNull();
    }

    @Test
    void compromised_withoutANewKey_isRevokedAtTheDeadline_andNotRenewed() {
        EnrolledAgent agent = server.agent("late.test");
        Exchange made = agent.api().submit(TestCsrs.p256("late.test")).expect(201);
        Instant by = server.clock().instant().plus(Duration.ofHours(1));
        replace(made, order("keyCompromise").put("deadline", by.toString())).expect(200);

        server.clock().advance(Duration.ofHours(2));

        Until.is(() -> "keyCompromise".equals(reason(made)), "the deadline revokes");
        assertThat(server.administrator().request(made.id()).expect(200).text("/status/reason"))
                .isEqualTo("revoked");
    }

    @Test
    void whatCannotBeReplaced_isRefused() {
        EnrolledAgent agent = server.agent("owner.keep.test");
        Exchange owned = agent.api().submit(TestCsrs.p256("owner.keep.test")).expect(201);
        agent.api()
                .post(path(owned.certificateIds().get(0)) + "/revoke", order("superseded"))
                .expectProblem(403, "unauthorized");
        for (ObjectNode bad : List.of(
                order("cessationOfOperation"),
                order("certificateHold"),
                order("keyCompromise").put("with_key", true),
                order("superseded").put("deadline", "2020-01-01T00:00:00Z"),
                Bodies.revocation("superseded").put("deadline", "2099-01-01T00:00:00Z"))) {
            replace(owned, bad).expectProblem(400, "malformed");
        }
        Exchange manual = server.administrator()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("manual.test"), "auto_renew", false))
                .expect(201);
        replace(manual, order("superseded")).expectProblem(409, "conflict");
        replace(owned, Bodies.revocation("certificateHold")).expect(200);
        replace(owned, order("superseded")).expectProblem(409, "conflict");
        Exchange replaced =
                server.administrator().submit(TestCsrs.p256("twice.test")).expect(201);
        server.administrator()
                .replace(replaced.id(), Bodies.request(TestCsrs.p256("twice.test")))
                .expect(200);
        replace(replaced, order("superseded")).expectProblem(409, "conflict");
        replace(manual, Bodies.revocation("superseded")).expect(200);
        assertThat(replace(manual, order("keyCompromise")).expect(200).text("/status/revoked/reason"))
                .as("what is revoked stays so")
                .isEqualTo("superseded");
    }
}
