package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EnrolmentIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().identityValidity(Duration.ofDays(30));

    /** Identities that live for seconds. */
    @RegisterExtension
    static final TestServer brief = TestServer.standard().identityValidity(Duration.ofSeconds(2));

    /** Started before the clock is put forward: its certificate is to be valid now. */
    @BeforeAll
    static void startTheSecond() {
        server.second();
    }

    @Test
    void enrol_spendsTheToken_andTheIdentityOpensTheDoor() {
        String token = server.administrator().enrolmentToken("*.enrol.test");
        KeyPair keyPair = TestCsrs.keyPair();

        Exchange enrolled = server.nobody().enrol(token, "web-1", keyPair).expect(201);

        assertThat(enrolled.state()).isEqualTo("active");
        assertThat(enrolled.text("/spec/name")).isEqualTo("web-1");
        assertThat(enrolled.texts("/spec/names")).containsExactly("*.enrol.test");
        assertThat(enrolled.header("Location")).isEqualTo(ApiClient.AGENTS + "/" + enrolled.id());
        ClientIdentity identity = ClientIdentity.of(keyPair, enrolled.text("/status/identity"));
        Exchange own = server.nobody()
                .as(identity)
                .get(ApiClient.AGENTS + "/" + enrolled.id())
                .expect(200);
        assertThat(own.at("/status/identity").isMissingNode()).isTrue();
        assertThat(own.at("/spec/request").isMissingNode()).isTrue();
        server.nobody().enrol(token, "web-2", TestCsrs.keyPair()).expectProblem(401, "unauthenticated");
        assertThat(server.administrator()
                        .get(ApiClient.AGENTS)
                        .expect(200)
                        .body()
                        .toString())
                .doesNotContain("web-2", token);
    }

    @Test
    void enrol_again_withTheSameKey_isAnsweredForAQuarterOfAnHour() {
        String token = server.administrator().enrolmentToken("again.test");
        KeyPair keyPair = TestCsrs.keyPair();
        Exchange first = server.nobody().enrol(token, "host", keyPair).expect(201);

        Exchange again = server.second().nobody().enrol(token, "host", keyPair).expect(201);
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.text("/status/identity")).isEqualTo(first.text("/status/identity"));

        server.clock().advance(Duration.ofMinutes(16));
        server.nobody().enrol(token, "host", keyPair).expectProblem(401, "unauthenticated");
    }

    @Test
    void enrol_byManyAtOnce_letsInOne() {
        String token = server.administrator().enrolmentToken("many.test");
        List<Exchange> answers = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> server.nobody().enrol(token, "host", TestCsrs.keyPair()))
                .toList();

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 401)).hasSize(7);
    }

    @Test
    void enrol_withATokenForTwo_letsInTwo() {
        String token = server.administrator()
                .post(ApiClient.TOKENS, Bodies.with(Bodies.enrolmentToken("two.test"), "uses", 2))
                .expect(201)
                .text("/status/token");

        server.nobody().enrol(token, "one", TestCsrs.keyPair()).expect(201);
        server.nobody().enrol(token, "two", TestCsrs.keyPair()).expect(201);
        server.nobody().enrol(token, "three", TestCsrs.keyPair()).expectProblem(401, "unauthenticated");
    }

    @Test
    void enrol_withAnExpiredToken_isRefused() {
        String token = server.administrator()
                .post(ApiClient.TOKENS, Bodies.with(Bodies.enrolmentToken("late.test"), "expires", "PT10M"))
                .expect(201)
                .text("/status/token");
        server.clock().advance(Duration.ofMinutes(11));

        server.nobody().enrol(token, "host", TestCsrs.keyPair()).expectProblem(401, "unauthenticated");
    }

    @Test
    void enrol_withATokenTakenBack_isRefused() {
        Exchange made = server.administrator()
                .post(ApiClient.TOKENS, Bodies.enrolmentToken("back.test"))
                .expect(201);
        String path = ApiClient.TOKENS + "/" + made.id();
        assertThat(server.administrator()
                        .get(path)
                        .expect(200)
                        .at("/status/token")
                        .isMissingNode())
                .isTrue();

        server.administrator().delete(path).expect(204);

        server.nobody()
                .enrol(made.text("/status/token"), "host", TestCsrs.keyPair())
                .expectProblem(401, "unauthenticated");
        server.administrator().get(path).expectProblem(404, "notFound");
        server.administrator().delete(path).expectProblem(404, "notFound");
    }

    /** What costs is done for those who have a token only. */
    @Test
    void enrol_withoutAGoodToken_isRefusedBeforeThePkcs10IsRead() {
        ObjectNode order = Bodies.spec(Map.of("name", "host", "request", "no PKCS#10"));
        server.nobody().withToken("wrong").post(ApiClient.AGENTS, order).expectProblem(401, "unauthenticated");
        String token = server.administrator().enrolmentToken("read.test");
        server.nobody().withToken(token).post(ApiClient.AGENTS, order).expectProblem(400, "badCSR");
        server.nobody().enrol(token, "host", TestCsrs.keyPair()).expect(201);
    }

    @Test
    void enrol_withTheAdministratorsToken_orNone_isRefused() {
        server.nobody()
                .enrol(server.first().administratorToken(), "host", TestCsrs.keyPair())
                .expectProblem(401, "unauthenticated");
        server.nobody()
                .post(ApiClient.AGENTS, Bodies.spec(Map.of("name", "host", "request", "none")))
                .expectProblem(401, "unauthenticated");
        String token = server.administrator().enrolmentToken("other.test");
        server.nobody().withToken(token).get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
    }

    @Test
    void expiredIdentity_isRefusedByHttpAndNotByTheHandshake() {
        TestServer.EnrolledAgent agent = brief.agent("**");

        Until.is(() -> agent.api().get(ApiClient.REQUESTS).status() == 401, "the identity expires");

        Exchange refused =
                brief.nobody().as(agent.identity()).get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
        assertThat(refused.detail()).contains("validity");
        brief.nobody().as(agent.identity()).get("/v1/root_certificates").expect(200);
    }
}
