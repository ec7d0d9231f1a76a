package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.REQUESTS;
import static dev.perennial.server.notary.NotaryCalls.csr;
import static dev.perennial.server.notary.NotaryCalls.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a call, in this door's own texts; nothing that a client sends is a 500. */
class NotaryMistakesIT {
    private static final String JSON = "Invalid JSON format";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient administrator = server.administrator();

    private String refused(String csr) {
        return administrator.post(REQUESTS, csr(csr)).expect(400).error();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "7",
                "\"csr\"",
                "{\"csr\":7}",
                "{\"csr\":true}",
                "{\"csr\":[\"x\"]}",
                "{\"csr\":{}}",
                "{\"csr\":\"a\",\"csr\":\"b\"}",
                "{\"csr\":\"a\"}{}"
            })
    void whatIsNotTheJsonThatIsExpected(String body) {
        assertThat(administrator.send("POST", REQUESTS, body).expect(400).error())
                .isEqualTo(JSON);
    }

    @Test
    void reasonsOfARequest() {
        assertThat(administrator.send("POST", REQUESTS, "{}").expect(400).error())
                .isEqualTo("Invalid request: csr is required");
        assertThat(administrator
                        .send("POST", REQUESTS, "{\"csr\":null,\"other\":1}")
                        .expect(400)
                        .error())
                .isEqualTo("Invalid request: csr is required");
        assertThat(refused("")).isEqualTo("Invalid request: csr is required");
        String pem = TestCsrs.p256("reasons.test");
        for (String none : List.of(
                "x",
                "\u0000",
                "x".repeat(10_000),
                pem.replace("-----END", "----END"),
                pem.replace("REQUEST-----\nM", "REQUEST-----\n\u0000M"),
                pem.substring(0, pem.length() / 2))) {
            assertThat(refused(none)).isEqualTo("Invalid request: could not decode PEM block");
        }
        assertThat(refused(server.first().roots()))
                .isEqualTo("Invalid request: expected PEM block type 'CERTIFICATE REQUEST'");
        assertThat(refused(pem.replace("CERTIFICATE REQUEST", "RSA PRIVATE KEY")))
                .isEqualTo("Invalid request: expected PEM block type 'CERTIFICATE REQUEST'");
        for (byte[] der : List.of(new byte[0], new byte[] {0}, new byte[1_000], new byte[] {0x30, 0x01, 0})) {
            assertThat(refused(CsrBuilder.pem(der))).isEqualTo("Invalid request: could not parse CSR");
        }
    }

    @Test
    void whatIsAPkcs10_andNotAcceptable_isToldWhy() {
        assertThat(refused(CsrBuilder.with(TestCsrs.rsaKeyPair(1024))
                        .names("weak.test")
                        .pem()))
                .startsWith("Invalid request: ")
                .doesNotContain("could not parse");
        String named = CsrBuilder.with(TestCsrs.keyPair())
                .subject("CN=a.test,CN=b.test")
                .names("a.test")
                .pem();
        assertThat(refused(named)).contains("common name");
        String other = CsrBuilder.with(TestCsrs.keyPair())
                .keyInfo(TestCsrs.keyPair().getPublic().getEncoded())
                .names("forged.test")
                .pem();
        assertThat(refused(other)).contains("not signed with");
        Exchange nameless = administrator
                .post(REQUESTS, csr(TestCsrs.withSubject(TestCsrs.keyPair(), "CN=Some One")))
                .expect(403);
        assertThat(nameless.error()).contains("names");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "1.5",
                "1e3",
                "0x1",
                "9223372036854775808",
                "99999999999999999999999999",
                "1-",
                "%C2%B2",
                "null"
            })
    void whatIsNoNumber(String odd) {
        for (String call : List.of(
                "GET " + REQUESTS + "/%s",
                "DELETE " + REQUESTS + "/%s",
                "POST " + REQUESTS + "/%s/reject",
                "POST " + REQUESTS + "/%s/sign",
                "POST " + REQUESTS + "/%s/certificate",
                "DELETE " + REQUESTS + "/%s/certificate",
                "POST " + REQUESTS + "/%s/certificate/revoke",
                "GET " + NotaryCalls.AUTHORITIES + "/%s",
                "DELETE " + NotaryCalls.AUTHORITIES + "/%s",
                "GET " + NotaryCalls.AUTHORITIES + "/%s/crl",
                "GET " + NotaryCalls.ACCOUNTS + "/%s",
                "DELETE " + NotaryCalls.ACCOUNTS + "/%s")) {
            String[] parts = call.split(" ", -1);
            Exchange answer = administrator.send(
                    parts[0],
                    parts[1].replace("%s", odd),
                    parts[0].equals("POST") ? "{\"certificate_authority_id\":\"1\"}" : null);
            assertThat(answer.expect(400).error()).as(call).isEqualTo("Invalid ID");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aNumberOfNothing(long number) {
        assertThat(administrator.get(request(number)).expect(404).error()).isEqualTo("Not Found");
        assertThat(administrator.get(NotaryCalls.authority(number)).expect(404).error())
                .isEqualTo("Not Found");
        assertThat(administrator
                        .get(NotaryCalls.ACCOUNTS + "/" + number)
                        .expect(404)
                        .error())
                .isEqualTo("Not Found");
    }

    @Test
    void aLargeBody_isRefused() {
        String body = Bodies.object().put("csr", "x".repeat(101 * 1024)).toString();
        for (String path : List.of(REQUESTS, "/login", NotaryCalls.AUTHORITIES, NotaryCalls.ACCOUNTS)) {
            assertThat(administrator.send("POST", path, body).expect(413).error())
                    .isEqualTo("Request Entity Too Large");
        }
        // Within the limit it is looked at.
        assertThat(administrator
                        .send(
                                "POST",
                                REQUESTS,
                                Bodies.object().put("csr", "x".repeat(60_000)).toString())
                        .expect(400)
                        .error())
                .isEqualTo("Invalid request: could not decode PEM block");
    }

    @Test
    void otherMediaTypes_methodsAndPaths() {
        Exchange form = ApiClient.value(administrator.sendAsync(
                "POST", REQUESTS, null, "application/x-www-form-urlencoded", BodyPublishers.ofString("csr=x")));
        assertThat(form.expect(415).error()).contains("application/json");
        assertThat(administrator.send("PUT", REQUESTS, "{}").expect(405).error())
                .isEqualTo("Method Not Allowed");
        assertThat(administrator.send("PUT", REQUESTS, "{}").header("Allow")).isEqualTo("GET, HEAD, POST");
        assertThat(administrator.send("PATCH", request(1), "{}").header("Allow"))
                .isEqualTo("DELETE, GET, HEAD");
        assertThat(administrator.get(request(1) + "/nothing").expect(404).error())
                .isEqualTo("Not Found");
        assertThat(administrator.delete("/status").expect(405).error()).isEqualTo("Method Not Allowed");
        administrator.get(REQUESTS + "/..%2f").expect(400);
        assertThat(ApiClient.value(administrator.sendAsync("HEAD", REQUESTS, null, null, BodyPublishers.noBody()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void kubernetesDoor_answersForTheRestBelowApi() {
        assertThat(administrator.get("/api").expect(200).text("/kind")).isEqualTo("APIVersions");
    }
}
