package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Client certificates of accounts (reliability T12): what is registered comes in, as whom it is registered for, while it
 * and its owner are good, and only without another credential. Those of agents are tried in {@code IdentityIT}.
 */
class ClientCertificatesIT {
    private static final String PASSWORD = "correct horse battery";
    private static final String CLIENT = "perennial.dev/client";

    /** So short that the servers' own certificates do not notice when it is over. */
    private static final Duration SHORT = Duration.ofMinutes(10);

    @RegisterExtension
    static final TestServer server =
            TestServer.standard().signer(CLIENT, SignerTerms.lasting(SHORT)).identityValidity(SHORT);

    /** Before any test sets the clock forward: a client takes no certificate from the future. */
    @BeforeAll
    static void startTheSecond() {
        server.second();
    }

    /** An account with a registered certificate. */
    private record Registered(String id, String name, ClientIdentity identity) {
        ApiClient api() {
            return server.nobody().as(identity);
        }

        String certificates() {
            return ApiClient.ACCOUNTS + "/" + id + "/client_certificates";
        }
    }

    private static String account(String name) {
        return server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(Bodies.account("default", name, List.of("reader")), "password", PASSWORD))
                .expect(201)
                .id();
    }

    private static Registered registered(String name, ClientIdentity identity) {
        Registered made = new Registered(account(name), name, identity);
        made.api()
                .withPassword(name, PASSWORD)
                .send("POST", made.certificates(), null)
                .expect(201);
        return made;
    }

    /** By our own CA, for that user. */
    private static ClientIdentity issued(String user) {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = server.administrator()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(TestCsrs.withSubject(key, "CN=" + user), "target_issuer", CLIENT))
                .expect(201);
        return ClientIdentity.of(key, made.text("/status/certificates/0/spec/certificate"));
    }

    /** By a CA that nobody here knows, made at that time. */
    private static ClientIdentity foreign(Instant made) {
        TestCa ca = TestCa.root(KeyKind.EC_P256);
        KeyPair key = TestCsrs.keyPair();
        SubjectPublicKey publicKey = SubjectPublicKey.parse(key.getPublic().getEncoded());
        return new ClientIdentity(key, List.of(ca.issue(ca.plan(made, publicKey, "foreign.test"))));
    }

    @Test
    void expired_comesInNoMore_whetherAnAgentsOrAnAccounts() {
        Registered account = registered("expiring", issued("expiring"));
        EnrolledAgent agent = server.agent("**");
        account.api().get("/v1/me").expect(200);
        agent.api().get("/v1/me").expect(200);

        server.clock().advance(SHORT);

        account.api().get("/v1/me").expectProblem(401, "unauthenticated");
        agent.api().get("/v1/me").expectProblem(401, "unauthenticated");
        // On a connection of its own too, so that nothing is left of what was remembered.
        server.nobody().as(account.identity()).get("/v1/me").expectProblem(401, "unauthenticated");
        account.api().withPassword("expiring", PASSWORD).get("/v1/me").expect(200);
    }

    @Test
    void foreign_isNobodysUntilRegistered_andNotYetValidIsNotIn() {
        ClientIdentity good = foreign(server.clock().instant());
        server.nobody().as(good).get("/v1/me").expectProblem(401, "unauthenticated");
        assertThat(registered("foreigner", good).api().get("/v1/me").expect(200).text("/status/name"))
                .startsWith("account:");
        ClientIdentity later = foreign(server.clock().instant().plus(Duration.ofDays(30)));
        registered("early", later).api().get("/v1/me").expectProblem(401, "unauthenticated");
        ClientIdentity over = foreign(TestCa.NOW);
        registered("late", over).api().get("/v1/me").expectProblem(401, "unauthenticated");
    }

    @Test
    void someoneElses_isHis_andNobodyTakesItOver() {
        Registered owner = registered("owner", issued("owner"));
        String thief = account("thief");
        String theirs = ApiClient.ACCOUNTS + "/" + thief + "/client_certificates";
        ApiClient thiefs = owner.api().withPassword("thief", PASSWORD);

        thiefs.send("POST", theirs, null).expectProblem(409, "conflict");
        thiefs.send("POST", owner.certificates(), null).expectProblem(403, "unauthorized");
        owner.api().send("POST", theirs, null).expectProblem(403, "unauthorized");
        assertThat(owner.api().get("/v1/me").expect(200).text("/status/name")).isEqualTo("account:" + owner.id());

        // The same key or the same subject is not the same certificate.
        KeyPair key = owner.identity().keyPair();
        Exchange twin = server.administrator()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(TestCsrs.withSubject(key, "CN=owner"), "target_issuer", CLIENT))
                .expect(201);
        ClientIdentity sameKey = ClientIdentity.of(key, twin.text("/status/certificates/0/spec/certificate"));
        server.nobody().as(sameKey).get("/v1/me").expectProblem(401, "unauthenticated");
        server.nobody().as(issued("owner")).get("/v1/me").expectProblem(401, "unauthenticated");
    }

    @Test
    void anAgentsIdentity_isNoAccountsCertificate() {
        EnrolledAgent agent = server.agent("**");
        Registered twice = new Registered(account("agents"), "agents", agent.identity());
        twice.api().withPassword("agents", PASSWORD).send("POST", twice.certificates(), null);

        assertThat(agent.api().get("/v1/me").expect(200).text("/status/name")).isEqualTo("agent:" + agent.id());
    }

    @Test
    void aDisabledOrDeletedAccount_takesItsCertificatesAlong_atEveryServer() {
        Registered account = registered("disabled", issued("disabled"));
        ApiClient elsewhere = account.api().at(server.second().uri());
        account.api().get("/v1/me").expect(200);
        elsewhere.get("/v1/me").expect(200);

        enable(account, false);
        account.api().get("/v1/me").expectProblem(401, "unauthenticated");
        Until.is(() -> elsewhere.get("/v1/me").status() == 401, "the other server refuses it too");
        enable(account, true);
        account.api().get("/v1/me").expect(200);
        server.administrator().delete(ApiClient.ACCOUNTS + "/" + account.id()).expect(204);
        account.api().get("/v1/me").expectProblem(401, "unauthenticated");
    }

    private static void enable(Registered account, boolean enabled) {
        ObjectNode body = Bodies.account("default", account.name(), List.of("reader"));
        server.administrator()
                .put(ApiClient.ACCOUNTS + "/" + account.id(), Bodies.with(body, "enabled", enabled))
                .expect(200);
    }

    @Test
    void anAuthorizationHeader_decidesAlone_howeverWrong() {
        Registered account = registered("header", issued("header"));
        account.api().get("/v1/me").expect(200);
        for (String wrong : List.of(
                "Bearer wrong",
                "Bearer ",
                "Bearer",
                "bearer\twrong",
                "Basic !!!",
                "Basic aGVhZGVyOndyb25n",
                "Basic Og==",
                "Digest username=\"header\"",
                "Negotiate YII=",
                "Basic",
                "header",
                " ")) {
            account.api().authorized(wrong).get("/v1/me").expectProblem(401, "unauthenticated");
        }
        account.api()
                .withToken("wrong")
                .get("/v1/me", "Authorization", "Bearer " + server.first().administratorToken())
                .expectProblem(401, "unauthenticated");
    }

    @Test
    void aCertificate_makesNoTokenFor_another_andItsTokenIsTheAccounts() {
        Registered account = registered("maker", issued("maker"));
        String other = account("other");
        account.api()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", other)))
                .expectProblem(403, "unauthorized");
        String token = account.api()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of()))
                .expect(201)
                .text("/status/token");
        assertThat(server.nobody().withToken(token).get("/v1/me").expect(200).text("/status/name"))
                .isEqualTo("account:" + account.id());
    }
}
