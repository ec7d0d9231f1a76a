package dev.perennial.server.qradar;

import static dev.perennial.server.testing.QradarCalls.PATH;
import static dev.perennial.server.testing.QradarCalls.model;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.QradarCalls.Answer;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every no, under its own unique code and in the one form; and nothing is made by what was refused. */
class RefusalsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final QradarCalls admin = QradarCalls.as(server, "administrator", "**");

    private long before;

    @BeforeEach
    void count() {
        before = made();
    }

    @AfterEach
    void nothingWasMade() {
        assertThat(made()).isEqualTo(before);
    }

    private static long made() {
        return Await.value(server.database()
                        .query(
                                "SELECT (SELECT count(*) FROM signing_requests) + (SELECT count(*) FROM server_keys)"
                                        + " AS made",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getLong("made");
    }

    private static Arguments of(int code, String field, Object value) {
        return Arguments.of(code, field, new ObjectMapper().valueToTree(value));
    }

    static Stream<Arguments> badFields() {
        List<String> many = Stream.generate(() -> "a.example.com").limit(101).toList();
        return Stream.of(
                of(1032, "purpose", null),
                of(1032, "purpose", ""),
                of(1032, "purpose", "server"),
                of(1032, "purpose", "SERVER "),
                of(1032, "purpose", 1),
                of(1033, "common_name", null),
                of(1033, "common_name", ""),
                of(1033, "common_name", 5),
                of(1033, "common_name", "x".repeat(65)),
                of(1033, "common_name", "a\u0000.example.com"),
                of(1033, "common_name", "a\u202ecom.example"),
                of(1033, "common_name", "a\r\nb"),
                of(1034, "key_size", 1024),
                of(1034, "key_size", 2049),
                of(1034, "key_size", 8192),
                of(1034, "key_size", -2048),
                of(1034, "key_size", 4294969344L),
                of(1034, "key_size", 2048.5),
                of(1034, "key_size", "2048"),
                of(1035, "country_name", "D"),
                of(1035, "country_name", "DEU"),
                of(1035, "country_name", "D1"),
                of(1035, "country_name", List.of("DE")),
                of(1036, "dns", List.of("192.0.2.1")),
                of(1036, "dns", List.of("a..example.com")),
                of(1036, "dns", List.of("bücher.example")),
                of(1036, "dns", List.of("a.example.com\u0000.evil.example")),
                of(1036, "dns", List.of("ok.example.com", "")),
                of(1036, "dns", List.of(7)),
                of(1036, "dns", "a.example.com"),
                of(1036, "dns", many),
                of(1037, "ip_addresses", List.of("www.example.com")),
                of(1037, "ip_addresses", List.of("192.0.2.256")),
                of(1037, "ip_addresses", List.of("192.0.2.0/24")),
                of(1037, "ip_addresses", List.of("::1%eth0")),
                of(1038, "emails", List.of("nobody")),
                of(1038, "emails", List.of("a@example.com\r\nBcc: b@example.com")),
                of(1038, "emails", List.of("\"a b\"@example.com")),
                of(1039, "uri_list", List.of("/relative")),
                of(1039, "uri_list", List.of("https://user@example.com/")),
                of(1039, "uri_list", List.of("https://example.com/ b")),
                of(1040, "state_province", "x".repeat(129)),
                of(1040, "locality", "a\u200bb"),
                of(1040, "organization_name", "x".repeat(65)),
                of(1040, "organizational_unit", 5),
                of(1040, "street_address", "a\nb"),
                of(1040, "domain_component", "example.com"),
                of(1040, "user_id", "\u202ejane"),
                of(1041, "description", "x".repeat(256)),
                of(1041, "description", "a\u0000b"),
                of(1041, "description", List.of()),
                of(1042, "organisation_name", "Example"),
                of(1042, "Common_Name", "a.example.com"));
    }

    @ParameterizedTest
    @MethodSource("badFields")
    void field_thatIsWrong_isRefusedUnderItsCode(int code, String field, JsonNode value) {
        ObjectNode model = model("refused.example.com");
        model.set(field, value);
        Answer refused = admin.post(model).expectCode(422, code);
        assertThat(refused.body()).doesNotContain("\u202e", "\u0000", "\r", "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "5", "null", "\"x\"", "{", "{\"purpose\":\"SERVER\",\"purpose\":\"CLIENT\"}", "{} {}"})
    void body_thatIsNoCsrModel_is1042(String body) {
        admin.call("POST", PATH, body).expectCode(422, 1042);
    }

    @Test
    void body_thatIsNotThere_is1042() {
        admin.call("POST", PATH, null).expectCode(422, 1042);
    }

    @Test
    void halfACharacter_isNone() {
        admin.call("POST", PATH, "{\"purpose\":\"SERVER\",\"common_name\":\"\\ud800\"}")
                .expectCode(422, 1033);
    }

    /** By octets, by parts of the JSON, and by themselves. */
    @ParameterizedTest
    @CsvSource({"n.example.com, 10000, 413, 413", "a.b, 10000, 422, 1042", "a.b, 9000, 422, 1036"})
    void tenThousandNames_areTooMany_howeverTheyCome(String name, int count, int status, int code) {
        ObjectNode model = model("many.example.com");
        ArrayNode names = model.putArray("dns");
        for (int one = 0; one < count; one++) {
            names.add(name);
        }
        admin.post(model).expectCode(status, code);
    }

    @Test
    void policysNo_is403_andSaysWhy() {
        Answer refused = admin.post(model("named.example.com").put("common_name", "other.example.com"))
                .expectCode(403, 403);
        assertThat(refused.json().path("message").asText()).contains("common name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1x", "1.0", "+1", "0x1", "99999999999999999999", "%20"})
    void id_thatIsNoNumber_isSaidToBeNone(String id) {
        Answer get = admin.call("GET", PATH + "/" + id, null);
        Answer delete = admin.call("DELETE", PATH + "/" + id, null);
        if (id.startsWith("%")) {
            get.expectCode(400, 400);
            delete.expectCode(400, 400);
        } else {
            get.expectCode(422, 1101);
            delete.expectCode(422, 1101);
        }
        admin.call("GET", PATH + "/-1", null).expectCode(404, 1002);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | | application/json",
                "POST | | text/html, application/*",
                "POST | | text/plain;q=0",
                "GET | | text/plain",
                "GET | /1 | application/json",
                "DELETE | /1 | application/json"
            })
    void accept_ofWhatThereIsNot_is406_inJsonAllTheSame(String method, String rest, String accept) {
        String body = method.equals("POST") ? model("accept.example.com").toString() : null;
        admin.call(method, PATH + (rest == null ? "" : rest), body, "Accept", accept)
                .expectCode(406, 406);
    }

    @ParameterizedTest
    @ValueSource(strings = {"12.0", "0.1", "13", "v13.0", "13.1.1", "-13.0", "x", "13.0 ü"})
    void version_thatIsNotServed_is422(String version) {
        admin.list("", "Version", version.replace("ü", "u")).expectCode(422, 1101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"13.0", "13.1", "17.0", "26.0"})
    void version_thatIsServed_changesNothing(String version) {
        admin.list("", "Version", version, "Allow-Hidden", "true").expect(200);
    }

    @Test
    void methodsAndPaths_thatThereAreNot_areRefusedInTheSameForm() {
        Answer put = admin.call("PUT", PATH, "{}").expectCode(405, 405);
        assertThat(put.header("Allow")).isEqualTo("GET, HEAD, POST");
        Answer post = admin.call("POST", PATH + "/1", "{}").expectCode(405, 405);
        assertThat(post.header("Allow")).isEqualTo("DELETE, GET, HEAD");
        admin.call("GET", "/api/staged_config/certificates/end_certificates", null)
                .expectCode(404, 1002);
        admin.call("GET", "/staged_config/x", null).expectCode(404, 1002);
        admin.call("GET", PATH + "/1/x", null).expectCode(404, 1002);
        admin.call("POST", PATH, model("type.example.com").toString(), "Content-Type", "text/plain")
                .expectCode(415, 415);
        QradarCalls.of(server).call("PUT", PATH, "{}").expectCode(401, 18);
    }
}
