package dev.perennial.server.fastly;

import static dev.perennial.server.testing.FastlyBodies.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.FastlyBodies;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.TestCsrs;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Requests at Fastly's door, sentence by sentence of its page (seed 002, contracts/fastly.md). */
class FastlyRequestsIT {
    private static final String PATH = "/tls/certificate_signing_requests";
    private static final String MEDIA_TYPE = "application/vnd.api+json";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final MadeAccount account = server.account(List.of("requester"), "**");
    private final ApiClient api = account.api();

    @TempDir
    private Path directory;

    private Exchange send(JsonNode body) {
        return ApiClient.value(api.sendAsync(
                "POST",
                PATH,
                body.toString(),
                MEDIA_TYPE,
                BodyPublishers.ofString(body.toString()),
                "Accept",
                MEDIA_TYPE));
    }

    private String printed(Exchange made) throws IOException {
        Files.writeString(directory.resolve("csr.pem"), made.text("/data/attributes/content"));
        return new OpenSsl(directory)
                .run("req", "-in", "csr.pem", "-noout", "-text", "-verify", "-nameopt", "sep_multiline,utf8");
    }

    @Test
    void allFields_areInThePkcs10_andNothingElse() throws IOException {
        ObjectNode body = FastlyBodies.request("www.example.com", "*.example.com", "192.0.2.7", "2001:db8::7");
        attributes(body)
                .put("key_type", "RSA2048")
                .put("common_name", "www.example.com")
                .put("country", "DE")
                .put("state", "Hamburg")
                .put("city", "Altona")
                .put("postal_code", "22765")
                .put("street_address", "Große Straße 1")
                .put("organization", "Example, Inc.")
                .put("organizational_unit", "Web")
                .put("email", "web@example.com");
        Exchange made = send(body).expect(201);
        assertThat(made.header("Content-Type")).isEqualTo(MEDIA_TYPE);
        assertThat(made.header("Cache-Control")).isEqualTo("no-store");
        assertThat(made.body().toString()).doesNotContain("PRIVATE");
        assertThat(printed(made))
                .contains("C=DE", "ST=Hamburg", "L=Altona", "postalCode=22765", "street=Große Straße 1")
                .contains("O=Example, Inc.", "OU=Web", "CN=www.example.com", "emailAddress=web@example.com")
                .contains("Public-Key: (2048 bit)")
                .contains(
                        "DNS:www.example.com, DNS:*.example.com, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7,"
                                + " email:web@example.com")
                .contains("Digital Signature, Key Encipherment", "TLS Web Server Authentication");
    }

    @Test
    void sansAlone_areEnough_andAreWaitedFor_untilAPersonActs() {
        Exchange made = send(FastlyBodies.request("alone.example.com")).expect(201);
        String id = made.text("/data/id");
        Exchange seen = server.administrator().request(id).expect(200);
        assertThat(seen.state()).isEqualTo("PENDING");
        assertThat(seen.text("/status/signer")).isEqualTo("perennial.dev/manual");
        assertThat(seen.text("/spec/private_key_id"))
                .isEqualTo(made.text("/data/relationships/tls_private_key/data/id"));
        Exchange issued = server.administrator()
                .post(ApiClient.REQUESTS + "/" + id + "/approve", approval())
                .expect(200);
        X509 certificate = issued.newestCertificate();
        assertThat(certificate.identifiers().toString()).isEqualTo("[dns:alone.example.com]");
    }

    private static ObjectNode approval() {
        return Bodies.object().put("reason", "asked by phone").put("ca_id", server.authorityId());
    }

    @Test
    void key_isNamedInAnyOfThreeSpellings() {
        String keyId = api.post("/tls/private_keys", FastlyBodies.key(TestCsrs.keyPair()))
                .expect(201)
                .text("/data/id");
        ObjectNode dotted = FastlyBodies.request("dotted.test");
        attributes(dotted).put("relationships.tls_private_key.id", keyId);
        ObjectNode related = FastlyBodies.request("related.test");
        related.withObject("/data/relationships/tls_private_key/data")
                .put("type", "tls_private_key")
                .put("id", keyId);
        ObjectNode flat = FastlyBodies.request("flat.test");
        flat.withObject("/data/relationships/tls_private_key").put("id", keyId);
        for (ObjectNode body : List.of(dotted, related, flat)) {
            attributes(body).remove("key_type");
            assertThat(send(body).expect(201).text("/data/relationships/tls_private_key/data/id"))
                    .isEqualTo(keyId);
        }
        ApiClient other = server.account(List.of("requester"), "**").api();
        other.post(PATH, dotted).expect(404);
    }

    @Test
    void credentials_areOfAnyKind_andRefusalsAreTheGateways() {
        String token = server.administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", account.id())))
                .expect(201)
                .text("/status/token");
        String body = FastlyBodies.request("key.test").toString();
        server.nobody().send("POST", PATH, body, "Fastly-Key", token).expect(201);
        for (List<String> wrong : List.of(
                List.of("Accept", "*/*"),
                List.of("Fastly-Key", "wrong"),
                List.of("Fastly-Key", "w r o n g"),
                List.of("Fastly-Key", token, "Authorization", "Bearer " + token))) {
            Exchange refused = server.nobody()
                    .send("POST", PATH, body, wrong.toArray(String[]::new))
                    .expect(401);
            assertThat(refused.header("Content-Type")).isEqualTo("application/json");
            assertThat(refused.text("/msg")).isEqualTo("Provided credentials are missing or invalid");
        }
        Exchange reader = server.account(List.of("reader"), "**")
                .api()
                .post(PATH, FastlyBodies.request("reader.test"))
                .expect(403);
        assertThat(reader.text("/msg")).isNotBlank();
    }
}
