package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.BadCsrs;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a call, the answer is a 4xx that helps, and nothing is stored. */
class BadInputsIT {
    private static final String PEM = TestCsrs.p256("bad.test");

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @AfterEach
    void nothingIsStored() {
        requireNothingStored(server);
    }

    static void requireNothingStored(TestServer server) {
        long rows = Await.value(server.database()
                        .query(
                                "SELECT (SELECT count(*) FROM signing_requests) + (SELECT count(*) FROM generations)"
                                        + " + (SELECT count(*) FROM enrolment_tokens) AS stored",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getLong("stored");
        assertThat(rows).isZero();
    }

    static Stream<BadCsrs.Bad> badCsrs() {
        return BadCsrs.table().stream();
    }

    @Test
    void badCsrs_areAtLeastSixty() {
        assertThat(badCsrs()).hasSizeGreaterThanOrEqualTo(60);
    }

    @ParameterizedTest
    @MethodSource("badCsrs")
    void submit_ofABadPkcs10_isRefusedForItsReason(BadCsrs.Bad bad) {
        Exchange refused = server.administrator().submit(bad.pem()).expectHelp();

        assertThat(refused.problem()).isEqualTo(bad.expected().slug());
    }

    static Stream<String> badBodies() {
        List<String> bodies = new ArrayList<>(List.of(
                "",
                " ",
                "null",
                "[]",
                "\"text\"",
                "17",
                "true",
                "{",
                "}",
                "{}",
                "{\"spec\":null}",
                "{\"spec\":[]}",
                "{\"spec\":\"text\"}",
                "{\"spec\":{}}",
                "{\"spec\":{\"org_id\":\"default\"}}",
                "{\"spec\":{\"org_id\":\"default\",\"request\":null}}",
                "{'spec':{}}",
                "{\"spec\":{}} trailing",
                "{\"spec\":{},}",
                "// comment\n{\"spec\":{}}",
                "{\"spec\":{\"org_id\":NaN}}",
                "{\"spec\":{\"org_id\":\"\\ud800\"}}",
                "\ufeff{\"spec\":{}}",
                "[".repeat(30_000),
                "{\"spec\":".repeat(40) + "1" + "}".repeat(40),
                "{\"other\":[" + "1,".repeat(12_000) + "1]}",
                "{" + "\"a\":1,".repeat(9_000) + "\"spec\":1}"));
        return bodies.stream();
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void submit_ofABadBody_isRefused(String body) {
        server.administrator().send("POST", ApiClient.REQUESTS, body).expectHelp();
    }

    static Stream<String> otherCalls() {
        List<String> calls = new ArrayList<>();
        String reissue = "POST " + ApiClient.REQUESTS + "/reissue ";
        calls.add(reissue + "{}");
        calls.add(reissue + "{\"spec\":{\"org_id\":\"default\"}}");
        calls.add(reissue + Bodies.reissue("..", "2026-01-01T00:00:00Z"));
        calls.add(reissue
                + "{\"spec\":{\"org_id\":\"default\",\"csr_id\":\"0000000000000000000000\",\"old_not_after\":17}}");
        String tokens = "POST " + ApiClient.TOKENS + " ";
        calls.add(tokens + Bodies.spec(Map.of("org_id", "nowhere", "names", List.of("a.test"))));
        String revoke = "POST " + ApiClient.CERTIFICATES + "/0000000000000000000000/revoke ";
        calls.add(revoke + Bodies.revocation("superseded"));
        String upload = "POST " + ApiClient.CERTIFICATES + " ";
        calls.add(upload + Bodies.spec(Map.of("org_id", "default", "csr_id", "0", "certificate", PEM)));
        String agent = ApiClient.AGENTS + "/0000000000000000000000";
        calls.add("PUT " + agent + " " + Bodies.spec(Map.of("names", List.of("**"))));
        calls.add("POST " + agent + "/report " + Bodies.report("12", true, true));
        calls.add("POST " + agent + "/report " + Bodies.report("0".repeat(64), true, true));
        calls.add("POST " + agent + "/identity " + Bodies.spec(Map.of("request", "no PEM")));
        calls.add("POST " + agent + "/retire ");
        calls.add("PATCH " + ApiClient.REQUESTS + " {}");
        calls.add("DELETE " + ApiClient.REQUESTS + " ");
        calls.add("GET " + ApiClient.REQUESTS + "/reissue ");
        calls.add("POST " + ApiClient.REQUESTS + " " + Bodies.request(PEM, "target_issuer", "perennial.dev/Server"));
        calls.add("POST /v1/root_certificates {}");
        calls.add("GET /v1/nothing ");
        return calls.stream();
    }

    @ParameterizedTest
    @MethodSource("otherCalls")
    void anyCall_thatIsWrong_isRefused(String call) {
        String[] parts = call.split(" ", 3);

        server.administrator()
                .send(parts[0], parts[1], parts[2].isEmpty() ? null : parts[2])
                .expectHelp();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                ".",
                "%2e%2e",
                "a%2fb",
                "a%2Fb",
                "a%00b",
                "a%0d%0ab",
                "a;b",
                "a%3bb",
                "a%5cb",
                "%c3%a9",
                "a'b",
                "a%20b",
                "a%25b",
                "a//b",
                "~",
                "a.b"
            })
    void anyId_thatIsNone_isRefused(String id) {
        for (String path : List.of(ApiClient.REQUESTS, ApiClient.CERTIFICATES, ApiClient.AGENTS, ApiClient.TOKENS)) {
            server.administrator().get(path + "/" + id).expectHelp();
        }
    }

    @Test
    void anId_thatIsTooLong_isRefused() {
        server.administrator().request("a".repeat(65)).expectHelp();
        server.administrator().request("a".repeat(3_000)).expectHelp();
        server.administrator().request("a".repeat(64)).expectProblem(404, "unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/xml", "application/json;charset=iso-8859-1", "multipart/form-data"})
    void submit_inAnotherMediaType_isRefused(String type) {
        String body = Bodies.request(PEM).toString();

        Exchange refused = ApiClient.value(server.administrator()
                .sendAsync("POST", ApiClient.REQUESTS, body, type, BodyPublishers.ofString(body)));

        refused.expectProblem(415, "unsupportedMediaType");
    }

    @Test
    void submit_ofTooMuch_isRefused_declaredOrChunked() {
        String padded = Bodies.request(PEM, "uid", "x".repeat(64 * 1024)).toString();
        byte[] bytes = padded.getBytes(StandardCharsets.UTF_8);
        for (BodyPublisher publisher : List.of(
                BodyPublishers.ofByteArray(bytes),
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))) {
            ApiClient.value(server.administrator()
                            .sendAsync("POST", ApiClient.REQUESTS, padded, "application/json", publisher))
                    .expectProblem(413, "tooLarge");
        }
    }

    @Test
    void submit_ofBytesThatAreNoUtf8_isRefused() {
        byte[] bytes = "{\"spec\":{\"org_id\":\"d\u00e9fault\"}}".getBytes(StandardCharsets.ISO_8859_1);

        ApiClient.value(server.administrator()
                        .sendAsync(
                                "POST",
                                ApiClient.REQUESTS,
                                null,
                                "application/json",
                                BodyPublishers.ofByteArray(bytes)))
                .expectHelp();
    }
}
