package dev.perennial.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One server's API as its administrator, or as another caller: single calls, and whole requests for {@link Load}. */
final class Api {
    static final String REQUESTS = "/v1/certificate_signing_requests";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BenchServer server;
    private final String token;
    private final HttpClient client;
    private final SslContext tls;

    Api(BenchServer server) throws IOException, GeneralSecurityException {
        this(server, server.token());
    }

    Api(BenchServer server, String token) throws IOException, GeneralSecurityException {
        this.server = server;
        this.token = token;
        TrustManagerFactory trust = trust(server);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        this.client = HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.tls = SslContextBuilder.forClient().trustManager(trust).build();
    }

    private static TrustManagerFactory trust(BenchServer server) throws IOException, GeneralSecurityException {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        try (InputStream pem = Files.newInputStream(server.home().resolve("ca.pem"))) {
            roots.setCertificateEntry(
                    "root", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        return trust;
    }

    SslContext tls() {
        return tls;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(server.url(path))).GET());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(server.url(path)))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> patch(String path, String contentType, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(server.url(path)))
                .header("Content-Type", contentType)
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    /** What anybody may fetch. */
    HttpResponse<byte[]> bytes(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(server.url(path))).build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> bytes(String path, String contentType, byte[] body) throws IOException, InterruptedException {
        HttpRequest call = HttpRequest.newBuilder(URI.create(server.url(path)))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return client.send(call, BodyHandlers.ofByteArray());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(
                request.header("Authorization", "Bearer " + token)
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    static String submission(String pem) {
        return JSON.createObjectNode()
                .set("spec", JSON.createObjectNode().put("org_id", "default").put("request", pem))
                .toString();
    }

    /** A POST of that body as it goes over the wire. */
    byte[] rawPost(String path, String body) {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        return raw("POST", path, "Content-Type: application/json\r\nContent-Length: " + octets.length + "\r\n", body);
    }

    byte[] rawPost(String path, String contentType, byte[] body) {
        byte[] head =
                raw("POST", path, "Content-Type: " + contentType + "\r\nContent-Length: " + body.length + "\r\n", "");
        byte[] message = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, message, head.length, body.length);
        return message;
    }

    byte[] rawGet(String path) {
        return raw("GET", path, "", "");
    }

    byte[] rawConditionalGet(String path, String etag) {
        return raw("GET", path, "If-None-Match: " + etag + "\r\n", "");
    }

    private byte[] raw(String method, String path, String headers, String body) {
        return String.format(
                        Locale.ROOT,
                        "%s %s HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: Bearer %s\r\n%s\r\n%s",
                        method,
                        path,
                        server.port(),
                        token,
                        headers,
                        body)
                .getBytes(StandardCharsets.UTF_8);
    }
}
