package dev.perennial.server.qradar;

import static dev.perennial.server.testing.QradarCalls.PATH;
import static dev.perennial.server.testing.QradarCalls.idOf;
import static dev.perennial.server.testing.QradarCalls.model;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.QradarCalls.Answer;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for is in the PKCS#10, exactly, and in the certificate that comes of it. */
class RequestIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final QradarCalls security = QradarCalls.as(server, "security-administrator", "**");

    @TempDir
    private Path directory;

    /** What {@code openssl} reads in the PKCS#10 of that number, whose signature is right. */
    private String read(long number) throws IOException {
        String pem = security.download(number).expect(200).body();
        Files.writeString(directory.resolve("request.pem"), pem);
        String text = new OpenSsl(directory)
                .run("req", "-in", "request.pem", "-noout", "-verify", "-text", "-nameopt", "sep_comma_plus_space");
        assertThat(text).contains("verify OK");
        return text.replaceAll("(?m)^\\s+", "");
    }

    /** All that stands under a heading of {@code openssl}'s, to the next line that is a heading. */
    private static String under(String heading, String text) {
        int start = text.indexOf(heading);
        assertThat(start).as(heading + " in " + text).isNotNegative();
        return text.substring(text.indexOf('\n', start) + 1).lines().findFirst().orElseThrow();
    }

    private static ObjectNode everything() {
        ObjectNode model = Bodies.object()
                .put("id", 42)
                .put("key_size", 3072)
                .put("description", "The console's own, for \"2027\" – ü")
                .put("purpose", "SERVER_CLIENT")
                .put("country_name", "DE")
                .put("state_province", "Bayern")
                .put("locality", "Aschaffenburg")
                .put("organization_name", "Example GmbH")
                .put("organizational_unit", "Web, and more")
                .put("common_name", "console.example.com")
                .put("street_address", "Hauptstr. 1")
                .put("domain_component", "example")
                .put("user_id", "jane");
        model.putArray("dns").add("console.example.com").add("*.console.example.com");
        model.putArray("ip_addresses").add("192.0.2.7").add("2001:db8::7");
        model.putArray("emails").add("security@example.com");
        model.putArray("uri_list").add("https://console.example.com/api");
        return model;
    }

    @Test
    void everyField_endsInThePkcs10_asItWasAsked() throws IOException {
        long number = security.made(everything());

        String text = read(number);
        assertThat(text)
                .contains("Subject: C=DE, ST=Bayern, L=Aschaffenburg, O=Example GmbH, OU=Web, and more,"
                        + " CN=console.example.com, street=Hauptstr. 1, DC=example, UID=jane\n")
                .contains("Public-Key: (3072 bit)");
        assertThat(under("X509v3 Subject Alternative Name", text))
                .isEqualTo("DNS:console.example.com, DNS:*.console.example.com, IP Address:192.0.2.7, IP"
                        + " Address:2001:DB8:0:0:0:0:0:7, email:security@example.com,"
                        + " URI:https://console.example.com/api");
        assertThat(under("X509v3 Key Usage", text)).isEqualTo("Digital Signature, Key Encipherment");
        assertThat(under("X509v3 Extended Key Usage", text))
                .isEqualTo("TLS Web Server Authentication, TLS Web Client Authentication");
        assertThat(security.list("filter=id%3D" + number).expect(200).texts("description"))
                .containsExactly("The console's own, for \"2027\" – ü");
    }

    @Test
    void whatIsNotAskedFor_isNotThere() throws IOException {
        ObjectNode model =
                Bodies.object().put("common_name", "alone.example.com").put("purpose", "SERVER");
        model.putNull("country_name").put("locality", "").putArray("emails");

        String text = read(security.made(model));

        assertThat(text)
                .contains("Subject: CN=alone.example.com\n")
                .contains("Public-Key: (2048 bit)")
                .doesNotContain("Alternative Name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVER | Digital Signature, Key Encipherment | TLS Web Server Authentication",
                "CLIENT | Digital Signature, Key Encipherment | TLS Web Client Authentication",
                "SERVER_CLIENT | Digital Signature, Key Encipherment | TLS Web Server Authentication, TLS Web Client Authentication",
                "SIGNING_ENCRYPTION | Digital Signature, Key Encipherment, Data Encipherment | E-mail Protection"
            })
    void purpose_isWhatTheUsagesSay(String purpose, String usages, String purposes) throws IOException {
        String text = read(security.made(model("purpose.example.com").put("purpose", purpose)));

        assertThat(under("X509v3 Key Usage", text)).isEqualTo(usages);
        assertThat(under("X509v3 Extended Key Usage", text)).isEqualTo(purposes);
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 3072, 4096})
    void keySize_isThatOfTheKey(int size) throws IOException {
        assertThat(read(security.made(model("size.example.com").put("key_size", size))))
                .contains("Public-Key: (" + size + " bit)");
    }

    @Test
    void answer_isTheNumberAlone_andTellsWhereTheRequestIs_belowEachPath() {
        for (String path : List.of(PATH, PATH.substring("/api".length()))) {
            Answer made = security.call("POST", path, model("where.example.com").toString(), "Accept", "text/plain")
                    .expect(201);
            assertThat(made.body()).matches("\\d+");
            assertThat(made.header("Content-Type")).isEqualTo("text/plain");
            String location = String.valueOf(made.header("Location"));
            assertThat(location).isEqualTo(path + "/" + made.body());
            Answer downloaded = security.call("GET", location, null, "Accept", "application/octet-stream")
                    .expect(200);
            assertThat(downloaded.header("Content-Type")).isEqualTo("application/octet-stream");
            assertThat(downloaded.body())
                    .startsWith("-----BEGIN CERTIFICATE REQUEST-----\n")
                    .endsWith("-----END CERTIFICATE REQUEST-----\n");
            Answer head = security.call("HEAD", location, null).expect(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.header("Content-Length"))
                    .isEqualTo(Integer.toString(downloaded.body().length()));
        }
    }

    @Test
    void nothingIsSigned_untilAPersonSaysYes_andThenWhatWasAsked() throws IOException {
        long number = security.made(everything());
        String native_ = ApiClient.REQUESTS + "/" + idOf(server, number);
        Exchange waiting = server.administrator().get(native_).expect(200);
        assertThat(waiting.state()).isEqualTo("PENDING");
        assertThat(waiting.text("/status/signer")).isEqualTo("perennial.dev/manual");

        Exchange issued = server.administrator()
                .post(
                        native_ + "/approve",
                        Bodies.object().put("reason", "because").put("ca_id", server.authorityId()))
                .expect(200);

        assertThat(issued.state()).isEqualTo("ISSUED");
        Files.writeString(directory.resolve("certificate.pem"), issued.text("/status/certificates/0/spec/certificate"));
        String text = new OpenSsl(directory)
                .run("x509", "-in", "certificate.pem", "-noout", "-text", "-nameopt", "sep_comma_plus_space")
                .replaceAll("(?m)^\\s+", "");
        assertThat(text)
                .contains("Subject: C=DE, ST=Bayern, L=Aschaffenburg, O=Example GmbH, OU=Web, and more,"
                        + " CN=console.example.com, street=Hauptstr. 1, DC=example, UID=jane\n");
        assertThat(under("X509v3 Subject Alternative Name", text))
                .contains("DNS:console.example.com", "DNS:*.console.example.com", "IP Address:192.0.2.7")
                .contains("email:security@example.com", "URI:https://console.example.com/api");
        assertThat(under("X509v3 Extended Key Usage", text))
                .isEqualTo("TLS Web Server Authentication, TLS Web Client Authentication");
        // What was issued is listed and downloaded as before.
        security.download(number).expect(200);
    }

    @Test
    void thePrivateKey_isInNoAnswer_andIsKept() {
        Answer made = security.post(model("secret.example.com")).expect(201);
        long number = Long.parseLong(made.body());
        String all = made.body()
                + made.http().headers().map()
                + security.download(number).body()
                + security.list("").body();
        assertThat(all).doesNotContain("PRIVATE").doesNotContain("sealed");
        var row = Await.value(server.database()
                        .query(
                                "SELECT k.kind, k.sealed_key, g.spki_sha256 = k.spki_sha256 AS same FROM server_keys k"
                                        + " JOIN signing_requests r ON r.private_key_id = k.id JOIN generations g ON"
                                        + " g.request_id = r.id WHERE r.number = $1",
                                Tuple.of(number)))
                .iterator()
                .next();
        assertThat(row.getString("kind")).isEqualTo("rsa-2048");
        assertThat(row.getBoolean("same")).isTrue();
        assertThat(row.getBuffer("sealed_key").length()).isGreaterThan(1_000);
    }

    @Test
    void twice_theSame_isTwoRequests_withTwoKeys() {
        long first = security.made(model("twice.example.com"));
        long second = security.made(model("twice.example.com"));
        assertThat(second).isGreaterThan(first);
        assertThat(security.download(first).body())
                .isNotEqualTo(security.download(second).body());
    }
}
