package dev.perennial.server.publication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.TestTls;
import io.vertx.sqlclient.Tuple;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HEAD is GET without the body (RFC 9110 §9.3.2): the same status and fields, and a connection that can go on. */
class HeadIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static SSLContext tls;

    @BeforeAll
    static void trust() {
        tls = TestTls.context(server.first().roots(), null);
    }

    static Stream<Arguments> paths() {
        return Stream.of(
                Arguments.of("/health/live", 200),
                Arguments.of("/health/ready", 200),
                Arguments.of("/openapi.yaml", 200),
                Arguments.of("/problems/duplicate", 200),
                Arguments.of("/ca/" + issuingAuthority() + ".crt", 200),
                Arguments.of("/v1/root_certificates", 200),
                Arguments.of("/v1/certificate_signing_requests", 401),
                Arguments.of("/ca/unknown.crt", 404),
                Arguments.of("/nothing", 404));
    }

    private static String issuingAuthority() {
        return Await.value(server.database().query("SELECT issuer_id AS id FROM certificates LIMIT 1", Tuple.tuple()))
                .iterator()
                .next()
                .getString("id");
    }

    @ParameterizedTest
    @MethodSource("paths")
    void head_isAnsweredAsGetWithoutTheBody(String path, int status) throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpClient http =
                    HttpClient.newBuilder().version(version).sslContext(tls).build();

            // On one connection, so that what HEAD left behind would be in the way of GET.
            HttpResponse<byte[]> head = send(http, "HEAD", path);
            HttpResponse<byte[]> get = send(http, "GET", path);

            assertThat(head.version()).isEqualTo(version);
            assertThat(head.statusCode()).as(path).isEqualTo(status);
            assertThat(head.body()).isEmpty();
            assertThat(get.statusCode()).isEqualTo(status);
            assertThat(get.body()).isNotEmpty();
            assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(get.body().length);
            for (String field : new String[] {"Content-Type", "ETag", "Cache-Control"}) {
                assertThat(head.headers().firstValue(field))
                        .as(field)
                        .isEqualTo(get.headers().firstValue(field));
            }
        }
    }

    @Test
    void certificateThatIsKnown_staysCacheable() throws Exception {
        HttpClient http = HttpClient.newBuilder().sslContext(tls).build();
        String path = "/ca/" + issuingAuthority() + ".crt";
        HttpResponse<byte[]> first = send(http, "GET", path);

        HttpResponse<byte[]> again = http.send(
                HttpRequest.newBuilder(URI.create(server.uri() + path))
                        .header(
                                "If-None-Match",
                                first.headers().firstValue("ETag").orElseThrow())
                        .timeout(Duration.ofSeconds(60))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.headers().firstValue("Cache-Control"))
                .isEqualTo(first.headers().firstValue("Cache-Control"))
                .hasValue("public, max-age=86400");
    }

    @ParameterizedTest
    @MethodSource("paths")
    void head_overHttp11_sendsNothingAfterTheHead(String path, int status) throws Exception {
        try (Socket socket =
                tls.getSocketFactory().createSocket("localhost", server.uri().getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 " + status);
            assertThat(answer.indexOf("\r\n\r\n")).isEqualTo(answer.length() - 4);
        }
    }

    private static HttpResponse<byte[]> send(HttpClient http, String method, String path) throws Exception {
        HttpRequest call = HttpRequest.newBuilder(URI.create(server.uri() + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, BodyPublishers.noBody())
                .build();
        return http.send(call, BodyHandlers.ofByteArray());
    }
}
