package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an agent gets to see and touch of what belongs to another: nothing, on every route. */
class OwnershipIT {
    private static final String OF = "/certificate_signing_requests";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private record Call(
            String method, String path, @Nullable JsonNode body, int expected) {}

    @Test
    void anAgent_findsNothingOfAnothers() {
        EnrolledAgent owner = server.agent("**");
        EnrolledAgent other = server.agent("**");
        String pem = TestCsrs.p256("owned.test");
        Exchange made = owner.api().submit(pem).expect(201);
        String certificate =
                ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0);
        String agent = ApiClient.AGENTS + "/" + owner.id();
        String request = ApiClient.REQUESTS + "/" + made.id();
        String notAfter = made.text("/status/certificates/0/status/not_after");
        JsonNode identity = Bodies.spec(Map.of("request", TestCsrs.withSubject(TestCsrs.keyPair(), "")));
        JsonNode sha256 = Bodies.report(made.text("/status/certificates/0/status/sha256"), true, true);
        JsonNode newPem = Bodies.request(TestCsrs.p256("owned.test"));

        Stream.of(
                        new Call("GET", request, null, 404),
                        new Call("PUT", request, Bodies.request(pem, "auto_renew", false), 404),
                        new Call("PUT", request, newPem, 404),
                        new Call("PUT", request + "?dry_run=true", newPem, 404),
                        new Call("DELETE", request, null, 404),
                        new Call("DELETE", request + "?revoke=keyCompromise", null, 404),
                        new Call("POST", ApiClient.REQUESTS + "/reissue", Bodies.reissue(made.id(), notAfter), 404),
                        new Call("GET", agent, null, 404),
                        new Call("PUT", agent, Bodies.spec(Map.of("names", List.of("**"))), 404),
                        new Call("POST", agent + "/identity", identity, 404),
                        new Call("POST", agent + "/report", sha256, 404),
                        new Call("POST", agent + "/retire", null, 404),
                        new Call("GET", agent + OF, null, 404),
                        new Call("POST", agent + OF, newPem, 404),
                        new Call("GET", agent + OF + "/" + made.id(), null, 404),
                        new Call("PUT", agent + OF + "/" + made.id(), newPem, 404),
                        new Call("DELETE", agent + OF + "/" + made.id(), null, 404),
                        new Call("GET", ApiClient.AGENTS + "/" + other.id() + OF + "/" + made.id(), null, 404),
                        new Call("DELETE", ApiClient.AGENTS + "/" + other.id() + OF + "/" + made.id(), null, 404),
                        new Call("POST", ApiClient.AGENTS + "/" + other.id() + "/report", sha256, 404),
                        new Call("GET", certificate, null, 404),
                        new Call("DELETE", certificate, null, 404),
                        new Call("POST", certificate + "/revoke", Bodies.revocation("keyCompromise"), 404),
                        new Call("GET", ApiClient.REQUESTS + "?org_id=elsewhere", null, 404),
                        new Call("GET", ApiClient.TOKENS, null, 403),
                        new Call("POST", ApiClient.TOKENS, Bodies.enrolmentToken("**"), 403),
                        new Call("GET", ApiClient.TOKENS + "/0000000000000000000000", null, 403),
                        new Call("DELETE", ApiClient.TOKENS + "/0000000000000000000000", null, 403))
                .forEach(call -> {
                    String body = call.body() == null ? null : call.body().toString();
                    Exchange answer = other.api().send(call.method(), call.path(), body);
                    answer.expect(call.expected());
                    assertThat(answer.body().toString()).as(answer.call()).doesNotContain("owned.test");
                    server.nobody().send(call.method(), call.path(), body).expect(401);
                });

        assertThat(owner.api().get(request).expect(200).etag()).isEqualTo(made.etag());
        assertThat(list(other, ApiClient.REQUESTS, "/certificate_signing_requests"))
                .isEmpty();
        assertThat(list(other, ApiClient.CERTIFICATES, "/certificates")).isEmpty();
        assertThat(list(other, ApiClient.CERTIFICATES + "?csr_id=" + made.id(), "/certificates"))
                .isEmpty();
        assertThat(list(owner, ApiClient.CERTIFICATES + "?csr_id=" + made.id(), "/certificates"))
                .hasSize(1);
        assertThat(list(other, ApiClient.AGENTS, "/agent_connectors")).hasSize(1);
    }

    @Test
    void anAgent_mayNotChangeItself() {
        EnrolledAgent agent = server.agent("*.self.test");
        String path = ApiClient.AGENTS + "/" + agent.id();

        agent.api().put(path, Bodies.spec(Map.of("names", List.of("**")))).expectProblem(403, "unauthorized");
        agent.api().send("POST", path + "/retire", null).expectProblem(403, "unauthorized");
        agent.api().get(path).expect(200);
    }

    @Test
    void anAgentsRequests_areTheAdministratorsToSee_andToMake() {
        EnrolledAgent agent = server.agent("*.made.test");
        String path = ApiClient.AGENTS + "/" + agent.id() + OF;

        Exchange made = server.administrator()
                .post(path, Bodies.request(TestCsrs.p256("a.made.test")))
                .expect(201);

        assertThat(made.text("/status/connector_id")).isEqualTo(agent.id());
        agent.api().get(path + "/" + made.id()).expect(200);
        agent.api().get(ApiClient.REQUESTS + "/" + made.id()).expect(200);
        server.administrator().get(ApiClient.REQUESTS + "/" + made.id()).expect(200);
        EnrolledAgent other = server.agent("**");
        server.administrator()
                .get(ApiClient.AGENTS + "/" + other.id() + OF + "/" + made.id())
                .expectProblem(404, "unknown");
    }

    @Test
    void namesTakenAway_areRefusedAtOnce() {
        EnrolledAgent agent = server.agent("*.before.test");
        agent.api().submit(TestCsrs.p256("a.before.test")).expect(201);

        Exchange changed = server.administrator()
                .put(ApiClient.AGENTS + "/" + agent.id(), Bodies.spec(Map.of("names", List.of("*.after.test"))))
                .expect(200);

        assertThat(changed.texts("/spec/names")).containsExactly("*.after.test");
        Until.is(() -> agent.api().submit(TestCsrs.p256("b.before.test")).status() == 403, "the grants are new");
        agent.api().submit(TestCsrs.p256("a.after.test")).expect(201);
    }

    private static JsonNode list(EnrolledAgent agent, String path, String pointer) {
        return agent.api().get(path).expect(200).at(pointer);
    }
}
