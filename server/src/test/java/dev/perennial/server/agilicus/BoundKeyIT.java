package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.BoundKeys;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How an agent registers the key that it comes back with. */
class BoundKeyIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().identityValidity(BoundHost.VALIDITY);

    @Test
    void aBoundKey_mayComeWithARenewal_andReplacesTheOneBefore() {
        TestServer.EnrolledAgent agent = server.agent("**");
        BoundHost first = bindByRenewal(agent);
        BoundHost second = bindByRenewal(agent);
        BoundHost.letIdentitiesExpire(server);

        first.recover().expectProblem(401, "unauthenticated");
        second.recover().expect(200);
    }

    private static BoundHost bindByRenewal(TestServer.EnrolledAgent agent) {
        KeyPair boundKey = TestCsrs.keyPair();
        ObjectNode order = Bodies.spec(Map.of("request", TestCsrs.withSubject(TestCsrs.keyPair(), "")));
        agent.api()
                .post(ApiClient.AGENTS + "/" + agent.id() + "/identity", BoundKeys.register(order, boundKey))
                .expect(200);
        return new BoundHost(server, agent.id(), boundKey, agent.identity());
    }

    @Test
    void whoeverSeesOrManagesAnAgent_cannotBecomeIt() {
        TestServer.EnrolledAgent agent = server.agent("**");
        List<ApiClient> others = List.of(
                server.administrator(),
                server.account(List.of("administrator"), "**").api(),
                server.account(List.of("reader")).api());
        for (ApiClient other : others) {
            ObjectNode order = Bodies.spec(Map.of("request", TestCsrs.withSubject(TestCsrs.keyPair(), "")));
            other.post(ApiClient.AGENTS + "/" + agent.id() + "/identity", BoundKeys.register(order, TestCsrs.keyPair()))
                    .expectProblem(403, "unauthorized");
        }
        BoundHost.letIdentitiesExpire(server);

        new BoundHost(server, agent.id(), TestCsrs.keyPair(), agent.identity())
                .recover()
                .expectProblem(401, "unauthenticated");
    }

    @Test
    void aBoundKeyThatWasNotProven_isRegisteredForNobody() {
        String token = server.administrator().enrolmentToken("**");
        ObjectNode other = BoundKeys.register(BoundHost.newcomer(TestCsrs.keyPair()), TestCsrs.keyPair());
        ObjectNode proofOfAnother = Bodies.with(
                BoundKeys.register(BoundHost.newcomer(TestCsrs.keyPair()), TestCsrs.keyPair()),
                "bound_key_signature",
                other.at("/spec/bound_key_signature").asText());
        ApiClient newcomer = server.nobody().withToken(token);

        newcomer.post(ApiClient.AGENTS, proofOfAnother).expectProblem(400, "badPublicKey");
        for (String missing : List.of("bound_key", "bound_key_signature")) {
            ObjectNode half = BoundKeys.register(BoundHost.newcomer(TestCsrs.keyPair()), TestCsrs.keyPair());
            ((ObjectNode) half.get("spec")).remove(missing);
            newcomer.post(ApiClient.AGENTS, half)
                    .expectProblem(400, "malformed")
                    .expectHelp();
        }
        newcomer.post(ApiClient.AGENTS, BoundHost.newcomer(TestCsrs.keyPair())).expect(201);
    }

    @Test
    void enrolmentAgain_withTheSameKey_keepsTheBoundKeyOfTheFirstTime() {
        KeyPair keyPair = TestCsrs.keyPair();
        KeyPair boundKey = TestCsrs.keyPair();
        ApiClient newcomer = server.nobody().withToken(server.administrator().enrolmentToken("**"));
        Exchange first = newcomer.post(ApiClient.AGENTS, BoundKeys.register(BoundHost.newcomer(keyPair), boundKey))
                .expect(201);
        Exchange again = newcomer.post(
                        ApiClient.AGENTS, BoundKeys.register(BoundHost.newcomer(keyPair), TestCsrs.keyPair()))
                .expect(201);
        assertThat(again.text("/status/identity")).isEqualTo(first.text("/status/identity"));
        BoundHost.letIdentitiesExpire(server);

        new BoundHost(server, first.id(), boundKey, ClientIdentity.of(keyPair, first.text("/status/identity")))
                .recover()
                .expect(200);
    }
}
