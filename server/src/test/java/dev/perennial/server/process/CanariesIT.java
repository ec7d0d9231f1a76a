package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.DERUTF8String;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reliability T45 and T41: secrets that came in, in the right field or a wrong one, are afterwards in no line of the log,
 * no problem, no metric, no row of the record and nowhere that the machine's other users look; and whatever came in, the
 * log has one line an event.
 */
final class CanariesIT {
    private static final String PASSWORD = "canary horse battery 4711";
    private static final String CHALLENGE = "canary-challenge-4712";
    private static final String WRONG_TOKEN = "canaryWrongToken4713";
    private static final String KEY_PASSWORD = "canary password 4716";
    private static final String BROKEN = "canary-in-broken-json-4714";

    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private Path directory;

    /** Each secret by what it is; and what was told of problems. */
    private final Map<String, String> canaries = new LinkedHashMap<>();

    private final List<String> problems = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"json", "plain"})
    void noSecret_isToldToAnybody(String format) throws Exception {
        DatabaseUri database = POSTGRES.another();
        String log;
        try (ServerProcess server = ServerProcess.ready(
                directory.resolve("home"), "--database", database.toString(), "--log-format", format)) {
            canaries.put("bootstrap token", server.file("admin.token"));
            canaries.put("seal key", server.file("seal.key"));
            sendThem(server);
            sendOddities(server);
            server.awaitLog("last-of-all");

            requireNone("metrics", metrics(server));
            for (String file : List.of("cmdline", "environ")) {
                requireNone(
                        file, Files.readString(Path.of("/proc/" + server.pid(), file), StandardCharsets.ISO_8859_1));
            }
            server.terminate();
            server.exit();
            log = server.log();
        }
        problems.forEach(problem -> requireNone("problem", problem));
        assertThat(problems).hasSizeGreaterThan(20);
        requireNone("log", log);
        requireOneLineAnEvent(log, format);
        requireNoneStored(database);
    }

    private void sendThem(ServerProcess server) {
        ApiClient administrator = server.administrator();
        ApiClient nobody = ApiClient.nobody(server.url(), server.file("ca.pem"));
        canaries.put("password", PASSWORD);
        canaries.put("wrong token", WRONG_TOKEN);
        canaries.put("broken JSON", BROKEN);
        canaries.put("challengePassword", CHALLENGE);

        ObjectNode account = Bodies.account("default", "canary", List.of("requester"), "canary.test");
        String id = administrator
                .post(ApiClient.ACCOUNTS, Bodies.with(account.deepCopy(), "password", PASSWORD))
                .expect(201)
                .id();
        ApiClient byPassword = nobody.withPassword("canary", PASSWORD);
        String token = byPassword
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of()))
                .expect(201)
                .text("/status/token");
        canaries.put("access token", token);
        String enrolment = administrator.enrolmentToken("canary.test");
        canaries.put("enrolment token", enrolment);

        ApiClient byToken = nobody.withToken(token);
        byToken.get("/v1/me").expect(200);
        problem(nobody.withToken(WRONG_TOKEN).get("/v1/me"));
        problem(nobody.authorized(WRONG_TOKEN).get("/v1/me"));
        problem(nobody.authorized("Digest " + WRONG_TOKEN).get("/v1/me"));
        problem(nobody.withPassword("canary", PASSWORD + "x").get("/v1/me"));
        problem(nobody.withPassword(PASSWORD, PASSWORD).get("/v1/me"));
        problem(nobody.withToken(enrolment).get("/v1/me"));
        problem(nobody.withToken(token).enrol(token, "host", TestCsrs.keyPair()));
        problem(administrator.get(ApiClient.REQUESTS + "?password=" + PASSWORD.replace(' ', '+') + "&limit=" + token));
        problem(administrator.get(ApiClient.REQUESTS + "?limit=" + WRONG_TOKEN));
        problem(administrator.get(ApiClient.REQUESTS + "?org_id=" + token + "."));
        nobody.enrol(enrolment, "host", TestCsrs.keyPair()).expect(201);
        problem(nobody.enrol(enrolment, "host", TestCsrs.keyPair()));

        // In fields that are for something else; but a name that is none is told back to whoever sent it.
        for (String field : List.of("roles", "signers")) {
            for (String secret : List.of(PASSWORD, token)) {
                problem(administrator.post(
                        ApiClient.ACCOUNTS, Bodies.with(account.deepCopy(), field, List.of(secret + "\u0000"))));
                problem(administrator.post(ApiClient.ACCOUNTS, Bodies.with(account.deepCopy(), field, secret)));
            }
        }
        problem(administrator.put(
                ApiClient.ACCOUNTS + "/" + id, Bodies.with(account.deepCopy(), "password", PASSWORD)));
        problem(administrator.post(ApiClient.ACCOUNTS, Bodies.with(account.deepCopy(), "password", List.of(PASSWORD))));
        problem(administrator.post(
                ApiClient.ACCOUNTS, Bodies.with(account.deepCopy(), "password", PASSWORD.repeat(60))));
        problem(administrator.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", PASSWORD))));
        problem(administrator.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("expires", PASSWORD))));
        problem(administrator.send("POST", ApiClient.ACCOUNTS, "{\"spec\": {\"password\": \"" + BROKEN));
        problem(administrator.send("POST", ApiClient.ACCOUNTS, BROKEN));
        problem(administrator.send("POST", ApiClient.ACCOUNTS, "{\"" + BROKEN + "\": 1, \"" + BROKEN + "\": 2}"));

        sendKeys(administrator, nobody.withToken(enrolment));
        sendChallenges(byToken);
    }

    /** Private keys where a PKCS#10 or a certificate is expected. */
    private void sendKeys(ApiClient administrator, ApiClient enrolling) {
        KeyPair key = TestCsrs.keyPair();
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.getPrivate().getEncoded());
        canaries.put("private key", base64.lines().toList().get(1));
        for (String label : List.of("PRIVATE KEY", "EC PRIVATE KEY", "CERTIFICATE REQUEST", "CERTIFICATE")) {
            String pem = "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
            problem(administrator.submit(pem));
            problem(administrator.submit(pem + TestCsrs.p256(key, "canary.test")));
            problem(administrator.post(
                    ApiClient.CERTIFICATES,
                    Bodies.spec(Map.of("org_id", "default", "csr_id", "x", "certificate", pem))));
            problem(enrolling.post(ApiClient.AGENTS, Bodies.spec(Map.of("name", "host", "request", pem))));
            problem(administrator.send("POST", ApiClient.REQUESTS, pem));
            sendAuthority(administrator, pem, base64);
        }
    }

    /** A CA's key where it belongs, with another's certificate, and where it does not. */
    private void sendAuthority(ApiClient administrator, String pem, String base64) {
        canaries.put("password of a CA's key", KEY_PASSWORD);
        String root = administrator.get("/v1/root_certificates").text("/root_certificates/0/spec/certificate");
        for (Map<String, String> fields : List.of(
                Map.of("certificate", root, "private_key", pem),
                Map.of("certificate", root, "private_key", pem.replace("PRIVATE", "ENCRYPTED PRIVATE")),
                Map.of("certificate", pem + root, "private_key", pem),
                Map.of("certificate", pem),
                Map.of("pkcs12", base64),
                Map.of("pkcs12", pem),
                Map.of("type", "root", "name", base64.lines().toList().get(1)),
                Map.of("type", KEY_PASSWORD, "name", "x"),
                Map.of("type", "root", "name", "x", "key", KEY_PASSWORD),
                Map.of("type", "root", "name", "x", "validity", KEY_PASSWORD))) {
            ObjectNode body = Bodies.with(Bodies.spec(fields), "password", KEY_PASSWORD);
            administrator.post(ApiClient.AUTHORITIES, body).expect(400);
            problem(administrator.post(ApiClient.AUTHORITIES, body));
        }
    }

    private void sendChallenges(ApiClient caller) {
        for (String name : List.of("canary.test", "refused.test")) {
            String pem = CsrBuilder.with(TestCsrs.keyPair())
                    .names(name)
                    .requestAttribute("1.2.840.113549.1.9.7", new DERUTF8String(CHALLENGE))
                    .pem();
            Exchange answer = caller.submit(pem);
            if (answer.status() == 201) {
                // The same again is told of as a duplicate.
                problem(caller.submit(pem));
            } else {
                problem(answer);
            }
        }
    }

    private void problem(Exchange answer) {
        if (answer.status() >= 400) {
            answer.expectHelp();
            problems.add(answer.body().toString());
        }
    }

    /** What would begin a line, a header or an escape sequence, wherever a log line is made of what comes in. */
    private static void sendOddities(ServerProcess server) {
        ApiClient administrator = server.administrator();
        ApiClient nobody = ApiClient.nobody(server.url(), server.file("ca.pem"));
        String odd = "x\r\nX-Injected: 1\u001b[2J\u2028{\"level\":\"ERROR\"}\"";
        nobody.withPassword(odd, odd).get("/v1/me").expect(401);
        administrator.get("/v1/%0d%0aX-Injected:1%1b%5b2J").expect(400);
        administrator.get("/v1/%22%7d%0a%7b%22level%22").expect(400);
        administrator
                .get("/v1/me", "X-Request-Id", "a b\"}{", "User-Agent", "x\"}{")
                .expect(200);
        administrator
                .post(ApiClient.ACCOUNTS, Bodies.account("default", odd, List.of("reader")))
                .expect(400);
        administrator.get("/v1/last-of-all").expect(404);
    }

    private void requireNone(String where, String text) {
        canaries.forEach((what, secret) -> assertThat(text.contains(secret))
                .as("%s in %s: %s", what, where, around(text, secret))
                .isFalse());
    }

    private static String around(String text, String secret) {
        int at = text.indexOf(secret);
        return at < 0 ? "" : text.substring(Math.max(0, at - 200), at);
    }

    private static void requireOneLineAnEvent(String log, String format) throws Exception {
        assertThat(log.chars().filter(c -> c != '\n').noneMatch(Character::isISOControl))
                .isTrue();
        assertThat(log).doesNotContain("\u2028");
        List<String> lines = log.lines().toList();
        assertThat(lines).hasSizeGreaterThan(40);
        for (String line : lines) {
            if (format.equals("json")) {
                JsonNode event = STRICT.readTree(line);
                assertThat(event.isObject()).as(line).isTrue();
                assertThat(event.path("level").asText()).as(line).isIn("INFO", "WARN");
            } else {
                assertThat(line).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z (INFO|WARN) .*");
            }
        }
    }

    private static String metrics(ServerProcess server) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.file("management.url") + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    /** Of PKCS#10 alone a secret may be a part: who puts it there has it published to whoever may read the request. */
    private void requireNoneStored(DatabaseUri uri) {
        Database database = Database.open(POSTGRES.vertx(), uri, 1);
        try {
            List<String> tables = new ArrayList<>();
            Await.value(database.query("""
                            SELECT table_name FROM information_schema.tables
                            WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                            """, Tuple.tuple())).forEach(row -> tables.add(row.getString("table_name")));
            assertThat(tables).contains("audit_events", "events", "request_updates");
            for (String table : tables) {
                String rows = Await.value(database.query(
                                "SELECT coalesce(string_agg((to_jsonb(t) - 'pkcs10')::text, ' '), '') AS rows FROM "
                                        + table + " t",
                                Tuple.tuple()))
                        .iterator()
                        .next()
                        .getString("rows");
                requireNone(table, rows);
                canaries.forEach((what, secret) -> assertThat(
                                rows.contains(HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8))))
                        .as(what + " in octets of " + table)
                        .isFalse());
            }
        } finally {
            Await.value(database.close());
        }
    }
}
