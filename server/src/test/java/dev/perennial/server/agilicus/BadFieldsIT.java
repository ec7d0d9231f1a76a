package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A body with one bad field is answered with that field's name. */
class BadFieldsIT {
    private static final String PEM = TestCsrs.p256("bad.test");

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @AfterEach
    void nothingIsStored() {
        BadInputsIT.requireNothingStored(server);
    }

    static Stream<Arguments> requestFields() {
        List<Arguments> fields = new ArrayList<>();
        for (String field : List.of("org_id", "request", "private_key_id", "target_issuer", "uid")) {
            for (Object wrong : List.of(17, true, List.of("a"), Map.of("a", "b"), "", "a\u0000b", "\u001b[31m")) {
                if (field.equals("uid") && wrong.equals("")) {
                    continue; // the uid alone may be empty
                }
                boolean isPkcs10 = field.equals("request") && wrong instanceof String;
                fields.add(Arguments.of(isPkcs10 ? "PKCS#10" : "spec." + field, Bodies.request(PEM, field, wrong)));
            }
        }
        for (String field : List.of("auto_renew", "rotate_keys")) {
            for (Object wrong : List.of("true", 1, List.of(true), Map.of())) {
                fields.add(Arguments.of("spec." + field, Bodies.request(PEM, field, wrong)));
            }
        }
        for (Object wrong : List.of("server auth", 17, List.of(17), List.of("x"), Map.of("a", "b"))) {
            fields.add(Arguments.of("spec.usages", Bodies.request(PEM, "usages", wrong)));
        }
        for (Object wrong : List.of("now", 17, List.of())) {
            fields.add(Arguments.of("spec.rotation", rotation(wrong)));
        }
        for (Object wrong : List.of(17, "a\u0000b", "x".repeat(1_025))) {
            fields.add(Arguments.of("spec.rotation.reason", rotation(Map.of("reason", wrong))));
        }
        for (Object wrong : List.of(
                "soon",
                17,
                "2030-02-30T00:00:00Z",
                "2030-01-01",
                "+2030-01-01T00:00:00Z",
                "+12030-01-01T00:00:00Z",
                "-2030-01-01T00:00:00Z")) {
            fields.add(Arguments.of("spec.rotation.deadline", rotation(Map.of("deadline", wrong))));
        }
        fields.add(Arguments.of("spec.org_id", Bodies.request(PEM, "org_id", "x".repeat(65))));
        fields.add(Arguments.of("spec.org_id", Bodies.request(PEM, "org_id", "' OR '1'='1")));
        fields.add(Arguments.of("spec.target_issuer", Bodies.request(PEM, "target_issuer", "x".repeat(1_025))));
        fields.add(Arguments.of("spec.uid", Bodies.request(PEM, "uid", "x".repeat(257))));
        return fields.stream();
    }

    private static ObjectNode rotation(Object wrong) {
        return Bodies.with(Bodies.request(PEM, "rotate_keys", true), "rotation", wrong);
    }

    @ParameterizedTest
    @MethodSource("requestFields")
    void submit_ofABadField_namesIt(String field, ObjectNode body) {
        Exchange refused = server.administrator().post(ApiClient.REQUESTS, body).expectHelp();

        assertThat(refused.detail()).contains(field);
    }

    static Stream<Arguments> otherFields() {
        List<Arguments> fields = new ArrayList<>();
        for (Object names : List.of(List.of(), List.of(""), "**", List.of(17), List.of("a b"), List.of("***"))) {
            fields.add(
                    Arguments.of("name", ApiClient.TOKENS, Bodies.spec(Map.of("org_id", "default", "names", names))));
        }
        ObjectNode nothing = Bodies.with(Bodies.enrolmentToken("a.test"), "names", Arrays.asList("a.test", null));
        fields.add(Arguments.of("spec.names", ApiClient.TOKENS, nothing));
        for (Object uses : List.of(0, -1, 100_001, "2", 1.5, 99_999_999_999L)) {
            fields.add(
                    Arguments.of("uses", ApiClient.TOKENS, Bodies.with(Bodies.enrolmentToken("a.test"), "uses", uses)));
        }
        for (Object expires : List.of("PT0S", "-PT1H", "P400D", "1h", 3_600, "P1Y", "PT99999999999H")) {
            fields.add(Arguments.of(
                    "expires", ApiClient.TOKENS, Bodies.with(Bodies.enrolmentToken("a.test"), "expires", expires)));
        }
        String reissue = ApiClient.REQUESTS + "/reissue";
        for (String instant : List.of("yesterday", "2026-02-30T00:00:00Z", "+12026-01-01T00:00:00Z")) {
            fields.add(Arguments.of("spec.old_not_after", reissue, Bodies.reissue("0000000000000000000000", instant)));
        }
        String revoke = ApiClient.CERTIFICATES + "/0000000000000000000000/revoke";
        fields.add(Arguments.of("reason", revoke, Bodies.object()));
        fields.add(Arguments.of("reason", revoke, Bodies.object().put("reason", 1)));
        fields.add(Arguments.of("spec.certificate", ApiClient.CERTIFICATES, Bodies.spec(Map.of())));
        return fields.stream();
    }

    @ParameterizedTest
    @MethodSource("otherFields")
    void anyPost_ofABadField_namesIt(String field, String path, ObjectNode body) {
        Exchange refused = server.administrator().post(path, body).expectHelp();

        assertThat(refused.detail()).contains(field);
    }
}
