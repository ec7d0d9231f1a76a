package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.ACCOUNTS;
import static dev.perennial.server.notary.NotaryCalls.PASSWORD;
import static dev.perennial.server.notary.NotaryCalls.REQUESTS;
import static dev.perennial.server.notary.NotaryCalls.account;
import static dev.perennial.server.notary.NotaryCalls.created;
import static dev.perennial.server.notary.NotaryCalls.pair;
import static dev.perennial.server.notary.NotaryCalls.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coming in with a password, accounts, and what is told without one. */
class NotaryAccountsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private static ApiClient login(String email, String password) {
        String token = server.nobody()
                .post("/login", pair(email, password))
                .expect(200)
                .text("/result/token");
        return server.nobody().withToken(token);
    }

    private static long made(String email, int role) {
        return created(server.administrator().post(ACCOUNTS, account(email, role)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, administrator,          200, 201, 200",
        "1, security-administrator, 200, 201, 200",
        "2, requester,              200, 201, 403",
        "3, reader,                 200, 403, 200"
    })
    void eachRole_isOneOfOurs(int role, String word, int list, int create, int config) {
        String email = "role" + role + "@example.com";
        Exchange made =
                server.administrator().post(ACCOUNTS, account(email, role)).expect(201);
        assertThat(made.text("/result/message")).isEqualTo("success");
        ApiClient caller = login(email, PASSWORD);
        Exchange me = caller.get(ACCOUNTS + "/me").expect(200);
        assertThat(me.body().toString())
                .isEqualTo("{\"result\":{\"id\":" + created(made) + ",\"email\":\"" + email + "\",\"role_id\":" + role
                        + "}}");
        assertThat(caller.get("/v1/me").expect(200).texts("/status/roles")).containsExactly(word);
        caller.get(REQUESTS).expect(list);
        caller.post(REQUESTS, NotaryCalls.csr(TestCsrs.p256("role.test"))).expect(create);
        caller.get("/api/v1/config").expect(config);
        assertThat(caller.get(ACCOUNTS).status()).isEqualTo(role == 0 ? 200 : 403);
    }

    @Test
    void severalRoles_showAsTheStrongest_andAllOfThemCount() {
        ApiClient both = server.account(List.of("reader", "requester")).api();
        assertThat(both.get(ACCOUNTS + "/me").expect(200).at("/result/role_id").asInt())
                .isEqualTo(2);
        both.get(NotaryCalls.AUTHORITIES).expect(200);
        request(both, "both.test");
    }

    @Test
    void login_givesATokenOfAnHour_goodAtEveryDoor() {
        made("jane@example.com", 2);
        ApiClient jane = login("Jane@Example.com", PASSWORD);
        jane.get("/v1/me").expect(200);
        assertThat(jane.get(ApiClient.ACCESS_TOKENS).expect(200).text("/access_tokens/0/spec/expires"))
                .isEqualTo("PT1H");
    }

    @Test
    void login_saysWhatIsMissing_andNotWhatIsWrong() {
        made("paul@example.com", 2);
        ApiClient nobody = server.nobody();
        String wrong = "The email or password is incorrect";
        assertThat(nobody.post("/login", pair("paul@example.com", "wrong horse battery"))
                        .expect(401)
                        .error())
                .isEqualTo(wrong);
        assertThat(nobody.post("/login", pair("nobody@example.com", PASSWORD))
                        .expect(401)
                        .error())
                .isEqualTo(wrong);
        assertThat(nobody.post("/login", pair("x".repeat(10_000), PASSWORD))
                        .expect(401)
                        .error())
                .isEqualTo(wrong);
        assertThat(nobody.post("/login", pair("", PASSWORD)).expect(400).error())
                .isEqualTo("Email is required");
        assertThat(nobody.post("/login", Bodies.object().put("email", "paul@example.com"))
                        .expect(400)
                        .error())
                .isEqualTo("Password is required");
        for (String body : List.of("{", "[]", "\"x\"", "{\"email\":1}", "{\"email\":\"a\",\"email\":\"b\"}")) {
            assertThat(nobody.send("POST", "/login", body).expect(400).error()).isEqualTo("Invalid JSON format");
        }
        assertThat(nobody.send("POST", "/login", null).expect(400).error()).isEqualTo("Invalid JSON format");
        assertThat(nobody.get("/login").expect(405).header("Allow")).isEqualTo("POST");
    }

    @Test
    void login_isLimited() {
        made("guessed@example.com", 2);
        Exchange last = null;
        for (int guess = 0; guess < 11; guess++) {
            last = server.nobody().post("/login", pair("guessed@example.com", "wrong horse battery " + guess));
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(Integer.parseInt(last.header("Retry-After"))).isPositive();
        server.nobody().post("/login", pair("guessed@example.com", PASSWORD)).expect(429);
    }

    @Test
    void accounts_areMadeByAdministratorsOnly_seen_andDeleted() {
        assertThat(server.nobody()
                        .post(ACCOUNTS, account("first@example.com", 0))
                        .expect(401)
                        .error())
                .isEqualTo("Unauthorized");
        long number = made("mary@example.com", 1);
        ApiClient administrator = server.administrator();
        Exchange shown = administrator.get(ACCOUNTS + "/" + number).expect(200);
        assertThat(shown.body().toString())
                .isEqualTo("{\"result\":{\"id\":" + number + ",\"email\":\"mary@example.com\",\"role_id\":1}}");
        assertThat(administrator.get(ACCOUNTS).expect(200).at("/result")).contains(shown.at("/result"));
        assertThat(administrator
                        .post(ACCOUNTS, account("MARY@example.com", 1))
                        .expect(400)
                        .error())
                .isEqualTo("account with given email already exists");
        administrator.delete(ACCOUNTS + "/" + number).expect(202);
        assertThat(administrator.get(ACCOUNTS + "/" + number).expect(404).error())
                .isEqualTo("Not Found");
        assertThat(made("mary@example.com", 1)).isGreaterThan(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"password\":\"correct horse battery\",\"role_id\":3}                      | email is required",
                "{\"email\":\"a@b.test\",\"role_id\":3}                                      | password is required",
                "{\"email\":\"a@b.test\",\"password\":\"correct horse battery\"}             | role_id must be 0 to 3",
                "{\"email\":\"a@b.test\",\"password\":\"correct horse battery\",\"role_id\":4}   | role_id must be 0 to 3",
                "{\"email\":\"a@b.test\",\"password\":\"correct horse battery\",\"role_id\":-1}  | role_id must be 0 to 3",
                "{\"email\":\"a@b.test\",\"password\":\"correct horse battery\",\"role_id\":\"0\"} | Invalid JSON format",
                "{\"email\":\"a@b.test\",\"password\":\"short\",\"role_id\":3}                | password: 12 to 256",
                "{\"email\":\"a b!/c\",\"password\":\"correct horse battery\",\"role_id\":3}    | name: 1 to 64",
                "{\"email\":7,\"password\":\"correct horse battery\",\"role_id\":3}           | Invalid JSON format",
            })
    void whatIsWrongWithAnAccount_isTold(String body, String told) {
        assertThat(server.administrator()
                        .send("POST", ACCOUNTS, body)
                        .expect(400)
                        .error())
                .contains(told);
    }

    @Test
    void password_isChangedByAnAdministrator_orByOneselfWithTheOldOne() {
        long number = made("peter@example.com", 2);
        ApiClient peter = login("peter@example.com", PASSWORD);
        String path = ACCOUNTS + "/me/change_password";
        assertThat(peter.post(path, Bodies.object().put("password", "another horse battery"))
                        .expect(403)
                        .error())
                .contains("with its password");
        server.nobody()
                .withPassword("peter@example.com", PASSWORD)
                .post(path, Bodies.object().put("password", "another horse battery"))
                .expect(201);
        server.nobody().post("/login", pair("peter@example.com", PASSWORD)).expect(401);
        login("peter@example.com", "another horse battery");
        server.administrator()
                .post(
                        ACCOUNTS + "/" + number + "/change_password",
                        Bodies.object().put("password", "a third horse battery"))
                .expect(201);
        peter.get(REQUESTS).expect(401);
        login("peter@example.com", "a third horse battery");
        server.administrator()
                .post(ACCOUNTS + "/" + number + "/change_password", Bodies.object())
                .expect(400);
    }

    @Test
    void theBootstrapAdministrator_isTheFirstAccount() {
        Exchange status = server.nobody().get("/status").expect(200);
        assertThat(status.at("/result/initialized").asBoolean()).isTrue();
        assertThat(status.text("/result/version")).isNotEmpty();
        Exchange me = server.administrator().get(ACCOUNTS + "/me").expect(200);
        assertThat(me.body().toString()).isEqualTo("{\"result\":{\"id\":0,\"email\":\"administrator\",\"role_id\":0}}");
        long number = request(server.administrator(), "bootstrap.test");
        server.account(List.of("reader")).api().get(NotaryCalls.request(number)).expect(200);
    }

    @Test
    void config_tellsTheServersOwnPort() {
        assertThat(server.administrator()
                        .get("/api/v1/config")
                        .expect(200)
                        .at("/result/port")
                        .asInt())
                .isEqualTo(server.uri().getPort());
    }
}
