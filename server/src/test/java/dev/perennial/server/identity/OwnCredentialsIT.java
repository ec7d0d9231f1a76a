package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an account may do with credentials of its own, and what others may do with them. */
class OwnCredentialsIT {
    private static final String PASSWORD = "correct horse battery";
    private static final String ANOTHER = "another horse battery";

    private static final String WAITING =
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static String make(String name, String role, String... names) {
        return server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(Bodies.account("default", name, List.of(role), names), "password", PASSWORD))
                .expect(201)
                .id();
    }

    private static String passwordOf(String id) {
        return ApiClient.ACCOUNTS + "/" + id + "/password";
    }

    private static Exchange setPassword(ApiClient by, String id, String password) {
        return by.post(passwordOf(id), Bodies.spec(Map.of("password", password)));
    }

    private static ClientIdentity registered(String id, String name) {
        KeyPair key = TestCsrs.keyPair();
        Exchange issued = server.administrator()
                .submit(TestCsrs.p256(key, name + ".test"))
                .expect(201);
        ClientIdentity identity = ClientIdentity.of(key, issued.text("/status/certificates/0/spec/certificate"));
        register(id, name, identity).expect(201);
        return identity;
    }

    private static Exchange register(String id, String name, ClientIdentity identity) {
        return server.nobody()
                .as(identity)
                .withPassword(name, PASSWORD)
                .send("POST", ApiClient.ACCOUNTS + "/" + id + "/client_certificates", null);
    }

    @Test
    void anAdministratorsStolenToken_givesBirthToNoOther_andChangesNoPasswordOfItsOwn() {
        String id = make("root", "administrator");
        ClientIdentity certificate = registered(id, "root");
        ApiClient password = server.nobody().withPassword("root", PASSWORD);
        String secret = password.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of()))
                .expect(201)
                .text("/status/token");
        ApiClient token = server.nobody().withToken(secret);

        token.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of())).expectProblem(403, "unauthorized");
        token.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id))).expectProblem(403, "unauthorized");
        setPassword(token, id, ANOTHER).expectProblem(403, "unauthorized");
        setPassword(server.nobody().as(certificate), id, ANOTHER).expectProblem(403, "unauthorized");
        String own = ApiClient.ACCOUNTS + "/" + id + "/client_certificates";
        String sha256 = token.get(own).text("/client_certificates/0/status/certificate_sha256");
        token.delete(own + "/" + sha256).expectProblem(403, "unauthorized");

        // For others it does what its role lets it.
        MadeAccount other = server.account(List.of("reader"));
        token.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", other.id())))
                .expect(201);
        setPassword(token, other.id(), ANOTHER).expect(200);
        setPassword(password, id, ANOTHER).expect(200);
    }

    @Test
    void aPasswordThatAnAdministratorSets_endsTokensAndCertificates() {
        String id = make("lost", "reader");
        ApiClient byPassword = server.nobody().withPassword("lost", PASSWORD);
        ApiClient certificate = server.nobody().as(registered(id, "lost"));
        ApiClient token = server.nobody()
                .withToken(byPassword
                        .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of()))
                        .expect(201)
                        .text("/status/token"));

        // What the account itself sets ends the old password only.
        setPassword(byPassword, id, ANOTHER).expect(200);
        token.get("/v1/me").expect(200);
        certificate.get("/v1/me").expect(200);

        setPassword(server.administrator(), id, PASSWORD).expect(200);
        token.get("/v1/me").expectProblem(401, "unauthenticated");
        certificate.get("/v1/me").expectProblem(401, "unauthenticated");
        server.nobody().withPassword("lost", ANOTHER).get("/v1/me").expectProblem(401, "unauthenticated");
        byPassword.get("/v1/me").expect(200);
    }

    @Test
    void aPasswordThatWasReplacedMeanwhile_replacesNothing() {
        String id = make("late", "reader");
        make("new", "reader");
        ApiClient late = server.nobody().withPassword("late", PASSWORD);
        late.get("/v1/me").expect(200);
        // Another set it, and this server has not heard of it yet.
        Await.value(server.database()
                .query(
                        "UPDATE accounts SET password = (SELECT password FROM accounts WHERE name = 'new')"
                                + " WHERE id = $1",
                        Tuple.of(id)));

        setPassword(late, id, ANOTHER).expectProblem(401, "unauthenticated");

        server.nobody().withPassword("late", ANOTHER).get("/v1/me").expectProblem(401, "unauthenticated");
    }

    @Test
    void whoHoldsANameOfTheServer_isTakenOverByNoAdministratorButTheBootstrapOne() {
        String id = make("own", "requester", "localhost", "**.own.test");
        ApiClient administrator = server.account(List.of("administrator")).api();
        setPassword(administrator, id, ANOTHER).expectProblem(403, "unauthorized");
        administrator
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id)))
                .expectProblem(403, "unauthorized");
        administrator
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id, "names", List.of("a.own.test"))))
                .expect(201);
        server.administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id)))
                .expect(201);
        setPassword(server.administrator(), id, ANOTHER).expect(200);
    }

    /** As docs/operations.md has it. */
    @Test
    void theBootstrapAdministratorsToken_isReplacedInTheDatabase() {
        String old = server.first().administratorToken();
        server.administrator().get("/v1/me").expect(200);
        setBootstrap("f00d");
        Until.is(() -> server.administrator().get("/v1/me").status() == 401, "the old one opens nothing");
        server.nobody().withToken("f00d").get("/v1/me").expect(200);

        setBootstrap(old);
        Until.is(() -> server.nobody().withToken("f00d").get("/v1/me").status() == 401, "it is taken back");
        server.administrator().get("/v1/me").expect(200);
    }

    private static void setBootstrap(String token) {
        Await.value(server.database()
                .query(
                        "UPDATE bootstrap_administrator SET token_sha256 = sha256(convert_to($1, 'UTF8'))",
                        Tuple.of(token)));
        Await.value(server.database()
                .pool()
                .query("NOTIFY perennial_events, 'access'")
                .execute());
    }

    @Test
    void aTokenForAnAccountThatIsDeletedMeanwhile_isNotFound() {
        String id = make("gone", "reader");
        SqlConnection deleting = Await.value(server.database().pool().getConnection());
        Transaction transaction = Await.value(deleting.begin());
        Await.value(deleting.preparedQuery("DELETE FROM accounts WHERE id = $1").execute(Tuple.of(id)));

        CompletableFuture<Exchange> making = server.administrator()
                .sendAsync(
                        "POST",
                        ApiClient.ACCESS_TOKENS,
                        Bodies.spec(Map.of("account", id)).toString());
        Until.is(
                () -> Await.value(server.database().query(WAITING, Tuple.tuple()))
                                .size()
                        > 0,
                "the token waits");
        Await.value(transaction.commit());
        Await.value(deleting.close());

        ApiClient.value(making).expectProblem(404, "notFound");
    }

    @Test
    void anAccount_hasAHundredClientCertificates_andThoseThatAreOverDoNotCount() {
        String id = make("many", "reader");
        String fill = """
                INSERT INTO account_certificates (sha256, account_id, der, not_before, not_after, created)
                SELECT sha256(convert_to($1 || n || $2, 'UTF8')), $1, '', now(), now() + $3::text::interval, now()
                FROM generate_series(1, $4) AS n
                """;
        Await.value(server.database().query(fill, Tuple.of(id, "good", "1 year", 99)));
        Await.value(server.database().query(fill, Tuple.of(id, "over", "-1 day", 5)));
        registered(id, "many");
        KeyPair key = TestCsrs.keyPair();
        Exchange issued =
                server.administrator().submit(TestCsrs.p256(key, "more.test")).expect(201);
        register(id, "many", ClientIdentity.of(key, issued.text("/status/certificates/0/spec/certificate")))
                .expectProblem(409, "conflict");
        assertThat(server.administrator()
                        .get(ApiClient.ACCOUNTS + "/" + id + "/client_certificates")
                        .expect(200)
                        .at("/client_certificates"))
                .hasSize(100);
    }
}
