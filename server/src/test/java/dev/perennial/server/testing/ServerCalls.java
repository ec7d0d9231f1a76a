package dev.perennial.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls to a server in another process, on kept connections that trust its roots. Thread-safe. */
public final class ServerCalls {
    public static final String REQUESTS = "/v1/certificate_signing_requests";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final URI url;
    private final HttpClient http;
    private final Optional<String> token;

    private ServerCalls(URI url, HttpClient http, Optional<String> token) {
        this.url = url;
        this.http = http;
        this.token = token;
    }

    /** An answer; the body is missing where it is not JSON. */
    public record Reply(int status, HttpHeaders headers, JsonNode body) {
        public String text(String pointer) {
            return body.at(pointer).asText();
        }

        public Reply expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("Expected " + wanted + ", was " + status + ": " + body);
            }
            return this;
        }
    }

    /** Without a credential. */
    public static ServerCalls of(URI url, String rootsPem) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(rootsPem))
                .connectTimeout(DEADLINE)
                .build();
        return new ServerCalls(url, http, Optional.empty());
    }

    public ServerCalls withToken(String bearer) {
        return new ServerCalls(url, http, Optional.of(bearer));
    }

    public Reply get(String path, String... headers) throws IOException {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public Reply post(String path, Map<String, ?> spec, String... headers) throws IOException {
        return send("POST", path, json(spec), headers);
    }

    public Reply put(String path, Map<String, ?> spec, String... headers) throws IOException {
        return send("PUT", path, json(spec), headers);
    }

    /** POSTs a PKCS#10 for the organisation {@code default}. */
    public Reply submit(String pem) throws IOException {
        return post(REQUESTS, Map.of("org_id", "default", "request", pem));
    }

    /** Makes an enrolment token for one agent that may ask for those names. */
    public String enrolmentToken(String... names) throws IOException {
        return post("/v1/enrolment_tokens", Map.of("org_id", "default", "names", names))
                .expect(201)
                .text("/status/token");
    }

    private Reply send(String method, String path, HttpRequest.BodyPublisher body, String... headers)
            throws IOException {
        HttpRequest.Builder call = HttpRequest.newBuilder(url.resolve(path))
                .method(method, body)
                .timeout(DEADLINE)
                .header("Content-Type", "application/json");
        token.ifPresent(bearer -> call.header("Authorization", "Bearer " + bearer));
        if (headers.length > 0) {
            call.headers(headers);
        }
        try {
            HttpResponse<byte[]> answer = http.send(call.build(), BodyHandlers.ofByteArray());
            boolean isJson =
                    answer.headers().firstValue("Content-Type").orElse("").contains("json");
            JsonNode parsed = isJson ? JSON.readTree(answer.body()) : MissingNode.getInstance();
            return new Reply(answer.statusCode(), answer.headers(), parsed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static HttpRequest.BodyPublisher json(Map<String, ?> spec) {
        try {
            return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(Map.of("spec", spec)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A context that trusts these PEM certificates and no others. */
    public static SSLContext trusting(String rootsPem) {
        try {
            KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
            roots.load(null, null);
            int number = 0;
            for (Certificate root : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(rootsPem.getBytes(StandardCharsets.UTF_8)))) {
                roots.setCertificateEntry("root" + number++, root);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
