package dev.perennial.server.fastly;

import static dev.perennial.server.testing.FastlyBodies.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.FastlyBodies;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile names, subjects and bodies: the no of JSON:API says what is wrong, and nothing is made by what was refused. */
class FastlyRefusalsIT {
    private static final String PATH = "/tls/certificate_signing_requests";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient api = server.account(List.of("requester"), "**").api();

    @AfterEach
    void nothingWasMade() {
        long made = Await.value(server.database()
                        .query(
                                "SELECT (SELECT count(*) FROM signing_requests) + (SELECT count(*) FROM server_keys)"
                                        + " AS made",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getLong("made");
        assertThat(made).isZero();
    }

    private static void requireError(Exchange answer, int status, String title, String detail) {
        answer.expect(status);
        assertThat(answer.at("/errors")).hasSize(1);
        assertThat(answer.text("/errors/0/title")).isEqualTo(title);
        assertThat(answer.text("/errors/0/detail")).contains(detail).doesNotContain("\u0000", "\u202e", "\r", "\n");
    }

    static Stream<Arguments> hostileNames() {
        return Stream.of(
                Arguments.of("a\u0000b.test", "not letters, digits"),
                Arguments.of("a\u202eb.test", "not letters, digits"),
                Arguments.of("a".repeat(65) + ".test", "more than 63 characters"),
                Arguments.of("10.0.0.256", "not an IP address"),
                Arguments.of("1.2.3", "not an IP address"),
                Arguments.of("fe80::1%eth0", "not an IP address"),
                Arguments.of("-a.test", "not letters, digits"),
                Arguments.of("a..test", "empty label"),
                Arguments.of("a@example.com\r\nBcc: x@example.com", "not an IP address"),
                Arguments.of("", "not 1 to 253 characters"),
                Arguments.of("*.*.test", "not letters, digits"));
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void hostileName_isRefused(String name, String told) {
        requireError(api.post(PATH, FastlyBodies.request(name)), 400, "Bad request", told);
    }

    static Stream<Arguments> hostileSubjects() {
        return Stream.of(
                Arguments.of("common_name", "x".repeat(65), "CN has not 1 to 64 characters"),
                Arguments.of("common_name", "a\u0000b.test", "CN has a control"),
                Arguments.of("country", "Germany", "C has more than 2 characters"),
                Arguments.of("organization", "a\u0000b", "O has a control"),
                Arguments.of("city", "a\u202eb", "L has a control or formatting character"),
                Arguments.of("email", "ä@example.com", "not local@domain"),
                Arguments.of("email", "a@example.com\r\nBcc: x@example.com", "not local@domain"),
                Arguments.of("postal_code", "1".repeat(41), "postalCode has more than 40"));
    }

    @ParameterizedTest
    @MethodSource("hostileSubjects")
    void hostileSubject_isRefused(String field, String value, String told) {
        ObjectNode body = FastlyBodies.request("subject.test");
        attributes(body).put(field, value);
        requireError(api.post(PATH, body), 400, "Bad request", told);
    }

    /** By themselves, by the parts of the JSON, and by octets. */
    @ParameterizedTest
    @CsvSource({
        "a.b,         9000,  400, Bad request,       more than 100",
        "a.b,         10000, 400, Bad request,       more than 10000 parts",
        "www.a.test,  10000, 413, Payload too large, larger than"
    })
    void tenThousandNames_areTooMany_howeverTheyCome(String name, int count, int status, String title, String told) {
        String[] names = Stream.generate(() -> name).limit(count).toArray(String[]::new);
        requireError(api.post(PATH, FastlyBodies.request(names)), status, title, told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "{\"data\":7}", "{\"data\":{\"type\":\"tls\"}}"})
    void body_thatIsNone_isRefused(String text) {
        requireError(api.send("POST", PATH, text), 400, "Bad request", "");
    }

    @Test
    void otherTypes_methodsAndPaths_areRefusedInTheSameForm() {
        ObjectNode numbers = FastlyBodies.request("number.test");
        attributes(numbers).put("city", 7);
        requireError(api.post(PATH, numbers), 400, "Bad request", "city must be a string");
        requireError(api.send("POST", PATH, " ".repeat(70_000)), 413, "Payload too large", "larger than");
        Exchange get = api.get(PATH);
        requireError(get, 405, "Method not allowed", "");
        assertThat(get.header("Allow")).isEqualTo("POST");
        requireError(api.get("/tls/certificates"), 404, "Not found", "");
    }
}
