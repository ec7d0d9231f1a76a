package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdentityIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @Test
    void newIdentity_andTheOldOne_areBothGood_untilTheNewOneIsUsed() {
        EnrolledAgent agent = server.agent("**");
        KeyPair newKey = TestCsrs.keyPair();
        ClientIdentity next = renew(agent, newKey);

        agent.api().get(ApiClient.REQUESTS).expect(200);
        server.second().nobody().as(agent.identity()).get(ApiClient.REQUESTS).expect(200);
        server.nobody().as(next).get(ApiClient.REQUESTS).expect(200);

        agent.api().get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
        Until.is(
                () -> server.second()
                                .nobody()
                                .as(agent.identity())
                                .get(ApiClient.REQUESTS)
                                .status()
                        == 401,
                "the other server forgets the old identity too");
        server.second().nobody().as(next).get(ApiClient.REQUESTS).expect(200);
    }

    @Test
    void newIdentity_askedForTwice_replacesTheOneThatWaited() {
        EnrolledAgent agent = server.agent("**");
        ClientIdentity lost = renew(agent, TestCsrs.keyPair());
        ClientIdentity next = renew(agent, TestCsrs.keyPair());

        server.nobody().as(lost).get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
        server.nobody().as(next).get(ApiClient.REQUESTS).expect(200);
    }

    /** Each first use has every server forget whom it knows: no agent does so all the time. */
    @Test
    void newIdentities_haveALimit_forEachAgent() {
        EnrolledAgent agent = server.agent("**");
        String path = ApiClient.AGENTS + "/" + agent.id() + "/identity";
        ObjectNode order = Bodies.spec(Map.of("request", TestCsrs.withSubject(TestCsrs.keyPair(), "")));
        for (int renewal = 0; renewal < 20; renewal++) {
            agent.api().post(path, order).expect(200);
        }
        Exchange refused = agent.api().post(path, order).expectProblem(429, "rateLimited");
        assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(1L, 180L);
        renew(server.agent("**"), TestCsrs.keyPair());
    }

    @Test
    void identitiesThatWereReplaced_areDeletedADayAfterTheyAreOver() {
        EnrolledAgent agent = server.agent("**");
        ClientIdentity next = renew(agent, TestCsrs.keyPair());
        server.nobody().as(next).get(ApiClient.REQUESTS).expect(200);
        Await.value(server.database()
                .query(
                        "UPDATE client_certificates SET not_after = now() - interval '25 hours' WHERE agent_id = $1"
                                + " AND state = 'superseded'",
                        Tuple.of(agent.id())));
        // At its start it looks at once, and then each minute.
        server.restart();
        Until.is(() -> states(agent.id()).equals(List.of("current")), "only the present one is left");
    }

    private static List<String> states(String agentId) {
        return Await.value(server.database()
                        .query("SELECT state FROM client_certificates WHERE agent_id = $1", Tuple.of(agentId)))
                .stream()
                .map(row -> row.getString("state"))
                .toList();
    }

    @Test
    void retired_isGone_onEveryServer() {
        EnrolledAgent agent = server.agent("**");
        server.second().nobody().as(agent.identity()).get(ApiClient.REQUESTS).expect(200);
        agent.api().get(ApiClient.REQUESTS).expect(200);

        Exchange retired = server.administrator().send("POST", ApiClient.AGENTS + "/" + agent.id() + "/retire", null);
        retired.expect(200);

        assertThat(retired.state()).isEqualTo("retired");
        Until.is(() -> agent.api().get(ApiClient.REQUESTS).status() == 410, "the agent is told that it is retired");
        agent.api().submit(TestCsrs.p256("late.test")).expectProblem(410, "retired");
        ApiClient elsewhere = server.second().nobody().as(agent.identity());
        Until.is(() -> elsewhere.get(ApiClient.REQUESTS).status() == 410, "the other server knows it too");
    }

    @Test
    void anotherCertificateOfOurCa_withTheSubjectOfAnAgentOrOfTheAdministrator_opensNothing() {
        EnrolledAgent agent = server.agent("**");
        for (String subject : List.of("CN=" + agent.id(), "CN=administrator", "CN=admin")) {
            KeyPair keyPair = TestCsrs.keyPair();
            Exchange made = server.administrator()
                    .post(
                            ApiClient.REQUESTS,
                            Bodies.request(
                                    TestCsrs.withSubject(keyPair, subject), "target_issuer", "perennial.dev/client"))
                    .expect(201);
            ClientIdentity twin = ClientIdentity.of(
                    keyPair, made.newestCertificate().pem() + made.text("/status/certificates/0/spec/ca"));

            server.nobody().as(twin).get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
            server.nobody().as(twin).get(ApiClient.AGENTS + "/" + agent.id()).expectProblem(401, "unauthenticated");
        }
    }

    @Test
    void anotherCertificateForTheAgentsOwnKey_opensNothing() {
        EnrolledAgent agent = server.agent("**");
        Exchange made = server.administrator()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(
                                TestCsrs.withSubject(agent.identity().keyPair(), "CN=" + agent.id()),
                                "target_issuer",
                                "perennial.dev/client"))
                .expect(201);
        ClientIdentity twin = ClientIdentity.of(
                agent.identity().keyPair(), made.newestCertificate().pem());

        server.nobody().as(twin).get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
    }

    @Test
    void aForeignCertificate_evenAnExpiredOne_isRefusedByHttpAndNotByTheHandshake() {
        TestCa ca = TestCa.root(KeyKind.EC_P256);
        KeyPair keyPair = TestCsrs.keyPair();
        SubjectPublicKey key = SubjectPublicKey.parse(keyPair.getPublic().getEncoded());
        for (Instant made : List.of(TestCa.NOW, Instant.now())) {
            ClientIdentity foreign = new ClientIdentity(keyPair, List.of(ca.issue(ca.plan(made, key, "client.test"))));

            server.nobody().as(foreign).get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
            server.nobody().as(foreign).get("/v1/root_certificates").expect(200);
        }
    }

    @Test
    void aWrongToken_isNotMadeGoodByAClientCertificate() {
        EnrolledAgent agent = server.agent("**");

        agent.api().withToken("wrong").get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
        agent.api()
                .withToken(server.first().administratorToken())
                .get(ApiClient.TOKENS)
                .expect(200);
    }

    private static ClientIdentity renew(EnrolledAgent agent, KeyPair keyPair) {
        Exchange made = agent.api()
                .post(
                        ApiClient.AGENTS + "/" + agent.id() + "/identity",
                        Bodies.spec(Map.of("org_id", "default", "request", TestCsrs.withSubject(keyPair, ""))))
                .expect(200);
        return ClientIdentity.of(keyPair, made.text("/status/identity"));
    }
}
