package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts over the API: passwords, tokens, client certificates, and what each of them is good for. */
class AccountsIT {
    private static final String PASSWORD = "correct horse battery";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static Exchange make(String name, List<String> roles, String... names) {
        return server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(Bodies.account("default", name, roles, names), "password", PASSWORD));
    }

    @Test
    void login_answersATokenOfAnHour_whichActsAsTheAccount() {
        String id =
                make("alice", List.of("requester"), "**.alice.test").expect(201).id();
        Exchange login = server.nobody()
                .withPassword("alice", PASSWORD)
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of()))
                .expect(201);
        assertThat(login.text("/spec/expires")).isEqualTo("PT1H");

        ApiClient alice = server.nobody().withToken(login.text("/status/token"));
        assertThat(alice.get("/v1/me").expect(200).text("/status/name")).isEqualTo("account:" + id);
        alice.submit(TestCsrs.p256("www.alice.test")).expect(201);
        alice.submit(TestCsrs.p256("www.bob.test")).expectProblem(403, "rejectedIdentifier");

        server.clock().advance(Duration.ofMinutes(61));
        alice.get("/v1/me").expectProblem(401, "unauthenticated");
    }

    @Test
    void password_isStoredAsArgon2idOnly_atFirstAndAfterAChange() {
        String id = make("stored", List.of("reader")).expect(201).id();
        assertThat(stored(id)).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        server.nobody()
                .withPassword("stored", PASSWORD)
                .post(
                        ApiClient.ACCOUNTS + "/" + id + "/password",
                        Bodies.spec(Map.of("password", "another horse battery")))
                .expect(200);
        assertThat(stored(id)).startsWith("$argon2id$").doesNotContain("horse");
        server.nobody().withPassword("stored", PASSWORD).get("/v1/me").expectProblem(401, "unauthenticated");
        server.nobody()
                .withPassword("stored", "another horse battery")
                .get("/v1/me")
                .expect(200);
    }

    private static String stored(String id) {
        return Await.value(server.database().query("SELECT password FROM accounts WHERE id = $1", Tuple.of(id)))
                .iterator()
                .next()
                .getString("password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Carol", " carol ", "c arol", "ＣＡＲＯＬ", "carol\u200b"})
    void aName_isOne_howeverItIsTyped(String typed) {
        make("carol", List.of("reader"));
        make(typed, List.of("reader")).expectProblem(409, "conflict");
        server.nobody().withPassword(typed, PASSWORD).get("/v1/me").expect(200);
    }

    @Test
    void attempts_areCountedByCanonicalName_andAGoodOneDoesNotCount() {
        make("dave", List.of("reader")).expect(201);
        for (int good = 0; good < 12; good++) {
            // A changed password makes what was remembered useless, so each is hashed.
            server.nobody()
                    .withPassword("dave" + " ".repeat(good), PASSWORD)
                    .get("/v1/me")
                    .expect(200);
        }
        List<String> spellings = List.of("dave", "DAVE", "d a v e", "Ｄave", "dave ");
        for (int wrong = 0; wrong < 10; wrong++) {
            server.nobody()
                    .withPassword(spellings.get(wrong % spellings.size()), "wrong " + wrong)
                    .get("/v1/me")
                    .expectProblem(401, "unauthenticated");
        }
        Exchange refused = server.nobody().withPassword("DaVe", "wrong again").get("/v1/me");
        refused.expectProblem(429, "rateLimited");
        assertThat(refused.header("Retry-After")).isNotBlank();
        // Even the right one now: the limit is looked at before any work is done.
        server.nobody().withPassword("dave", PASSWORD + "!").get("/v1/me").expectProblem(429, "rateLimited");
    }

    @Test
    void anUnknownName_isRefusedAsAWrongPasswordIs() {
        make("erin", List.of("reader")).expect(201);
        Exchange wrong =
                server.nobody().withPassword("erin", "wrong wrong wrong").get("/v1/me");
        Exchange unknown =
                server.nobody().withPassword("nobody", "wrong wrong wrong").get("/v1/me");
        assertThat(unknown.expectProblem(401, "unauthenticated").text("/detail"))
                .isEqualTo(wrong.expectProblem(401, "unauthenticated").text("/detail"));
    }

    @Test
    void aToken_isNarrowed_andNeverWiderThanItsAccount() {
        String id = make("frank", List.of("requester", "reader"), "**.frank.test")
                .expect(201)
                .id();
        ApiClient frank = server.nobody().withPassword("frank", PASSWORD);
        String narrow = frank.post(
                        ApiClient.ACCESS_TOKENS,
                        Bodies.spec(Map.of("roles", List.of("requester"), "names", List.of("a.frank.test"))))
                .expect(201)
                .text("/status/token");
        ApiClient token = server.nobody().withToken(narrow);
        token.submit(TestCsrs.p256("a.frank.test")).expect(201);
        token.submit(TestCsrs.p256("b.frank.test")).expectProblem(403, "rejectedIdentifier");
        token.get(ApiClient.AGENTS).expect(200);
        frank.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("roles", List.of("administrator"))))
                .expectProblem(400, "malformed");
        frank.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("names", List.of("**.test"))))
                .expectProblem(400, "malformed");
        token.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of())).expectProblem(403, "unauthorized");

        // What the account loses, its tokens lose.
        server.administrator()
                .put(
                        ApiClient.ACCOUNTS + "/" + id,
                        Bodies.account("default", "frank", List.of("requester"), "b.frank.test"))
                .expect(200);
        token.submit(TestCsrs.p256("a.frank.test")).expectProblem(403, "rejectedIdentifier");
        token.submit(TestCsrs.p256("b.frank.test")).expectProblem(403, "rejectedIdentifier");
    }

    @Test
    void aDisabledAccount_comesInByNothing() {
        MadeAccount made = server.account(List.of("reader"));
        made.api().get("/v1/me").expect(200);
        ObjectNode disabled = Bodies.with(Bodies.account("default", made.name(), List.of("reader")), "enabled", false);
        server.administrator()
                .put(ApiClient.ACCOUNTS + "/" + made.id(), disabled)
                .expect(200);
        made.api().get("/v1/me").expectProblem(401, "unauthenticated");
        server.administrator().delete(ApiClient.ACCOUNTS + "/" + made.id()).expect(204);
        made.api().get("/v1/me").expectProblem(401, "unauthenticated");
    }

    @Test
    void aRevokedToken_isRefusedAtOnce() {
        make("grace", List.of("reader")).expect(201);
        ApiClient grace = server.nobody().withPassword("grace", PASSWORD);
        Exchange made =
                grace.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of())).expect(201);
        ApiClient token = server.nobody().withToken(made.text("/status/token"));
        token.get("/v1/me").expect(200);
        token.delete(ApiClient.ACCESS_TOKENS + "/" + made.id()).expect(204);
        token.get("/v1/me").expectProblem(401, "unauthenticated");
        grace.get(ApiClient.ACCESS_TOKENS + "/" + made.id()).expectProblem(404, "notFound");
    }

    @Test
    void aClientCertificate_isRegisteredByWhoHasItsKey_andThenComesIn() {
        String id = make("heidi", List.of("reader")).expect(201).id();
        String path = ApiClient.ACCOUNTS + "/" + id + "/client_certificates";
        KeyPair key = TestCsrs.keyPair();
        Exchange issued =
                server.administrator().submit(TestCsrs.p256(key, "heidi.test")).expect(201);
        ClientIdentity identity = ClientIdentity.of(key, issued.text("/status/certificates/0/spec/certificate"));

        server.nobody().as(identity).get("/v1/me").expectProblem(401, "unauthenticated");
        server.nobody().withPassword("heidi", PASSWORD).send("POST", path, null).expectProblem(400, "malformed");
        ApiClient both = server.nobody().as(identity).withPassword("heidi", PASSWORD);
        Exchange registered = both.send("POST", path, null).expect(201);
        both.send("POST", path, null).expectProblem(409, "conflict");
        assertThat(server.nobody().as(identity).get("/v1/me").expect(200).text("/status/name"))
                .isEqualTo("account:" + id);

        String sha256 = registered.text("/status/certificate_sha256");
        assertThat(both.get(path).expect(200).text("/client_certificates/0/status/certificate_sha256"))
                .isEqualTo(sha256);
        server.administrator()
                .post(
                        ApiClient.CERTIFICATES + "/" + issued.certificateIds().get(0) + "/revoke",
                        Bodies.revocation("superseded"))
                .expect(200);
        Until.is(
                () -> server.nobody().as(identity).get("/v1/me").status() == 401, "the revoked certificate is refused");
        both.delete(path + "/" + sha256).expect(204);
    }

    @Test
    void aChange_isHeldToWhatWasSeen() {
        String path = ApiClient.ACCOUNTS + "/"
                + make("held", List.of("reader")).expect(201).id();
        Exchange seen = server.administrator().get(path).expect(200);
        server.administrator().get(path, "If-None-Match", seen.etag()).expect(304);
        ObjectNode body = Bodies.account("default", "held", List.of("requester"), "a.held.test");

        Exchange changed =
                server.administrator().put(path, body, "If-Match", seen.etag()).expect(200);
        assertThat(changed.etag())
                .isNotEqualTo(seen.etag())
                .isEqualTo(server.administrator().get(path).expect(200).etag());
        ObjectNode other = Bodies.account("default", "held", List.of("reader"), "b.held.test");
        server.administrator().put(path, other, "If-Match", seen.etag()).expectProblem(412, "preconditionFailed");
        assertThat(server.administrator().get(path).expect(200).texts("/spec/names"))
                .containsExactly("a.held.test");
        server.administrator().put(path, other).expect(200);
    }

    @Test
    void ofChangesAtTheSameMoment_oneIsMade() {
        String path = ApiClient.ACCOUNTS + "/"
                + make("raced", List.of("reader")).expect(201).id();
        String seen = server.administrator().get(path).expect(200).etag();
        List<CompletableFuture<Exchange>> answers = new ArrayList<>();
        for (ApiClient one : server.administrator().crowd(8)) {
            ObjectNode body = Bodies.account("default", "raced", List.of("reader"), answers.size() + ".raced.test");
            answers.add(one.sendAsync("PUT", path, body.toString(), "If-Match", seen));
        }
        List<Integer> statuses = answers.stream()
                .map(answer -> ApiClient.value(answer).status())
                .sorted()
                .toList();
        assertThat(statuses).containsExactly(200, 412, 412, 412, 412, 412, 412, 412);
    }

    @Test
    void aChangeOfAnOrganisation_isHeldToWhatWasSeen() {
        String path = ApiClient.ORGANISATIONS + "/" + server.organisation("**.kept.test");
        Exchange seen = server.administrator().get(path).expect(200);
        server.administrator().get(path, "If-None-Match", seen.etag()).expect(304);
        Map<String, Object> wanted = Map.of("name", seen.text("/spec/name"), "names", List.of("**.other.test"));
        Exchange changed = server.administrator()
                .put(path, Bodies.spec(wanted), "If-Match", seen.etag())
                .expect(200);
        assertThat(changed.etag())
                .isEqualTo(server.administrator().get(path).expect(200).etag());
        server.administrator()
                .put(path, Bodies.spec(wanted), "If-Match", seen.etag())
                .expectProblem(412, "preconditionFailed");
    }

    @Test
    void accounts_areFoundByTheirNames_howeverSpelled() {
        String id = make("found+by@name", List.of("reader")).expect(201).id();
        make("found", List.of("reader")).expect(201);
        Exchange found = server.administrator()
                .get(ApiClient.ACCOUNTS + "?name=%20FOUND%2Bby%40name")
                .expect(200);
        assertThat(found.at("/accounts").findValuesAsText("id")).containsExactly(id);
        assertThat(server.administrator()
                        .get(ApiClient.ACCOUNTS + "?name=nobody.of.that.name")
                        .expect(200)
                        .at("/accounts"))
                .isEmpty();
        MadeAccount reader = server.account(List.of("requester"));
        assertThat(reader.api()
                        .get(ApiClient.ACCOUNTS + "?name=found")
                        .expect(200)
                        .at("/accounts"))
                .isEmpty();
    }

    @Test
    void nobody_givesWhatIsNotHisToGive() {
        MadeAccount administrator = server.account(List.of("administrator"), "**");
        administrator
                .api()
                .post(ApiClient.ACCOUNTS, Bodies.account("default", "own", List.of("requester"), "localhost"))
                .expectProblem(403, "unauthorized");
        administrator
                .api()
                .post(ApiClient.TOKENS, Bodies.enrolmentToken("localhost"))
                .expectProblem(403, "unauthorized");
        administrator
                .api()
                .post(ApiClient.ORGANISATIONS, Bodies.spec(Map.of("name", "mine", "names", List.of("**"))))
                .expectProblem(403, "unauthorized");
        String elsewhere = server.organisation("**.elsewhere.test");
        administrator
                .api()
                .post(ApiClient.ACCOUNTS, Bodies.account(elsewhere, "spy", List.of("administrator")))
                .expectProblem(404, "notFound");
        server.administrator()
                .post(ApiClient.ACCOUNTS, Bodies.account(elsewhere, "wide", List.of("requester"), "**"))
                .expectProblem(400, "malformed");
        make("agentish", List.of("agent")).expectProblem(400, "malformed");
    }
}
