package dev.perennial.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client of the native API as somebody: nobody, the administrator, or the holder of a client certificate. Every call
 * and its answer are held to {@code openapi.yaml}. Immutable and thread-safe.
 */
public final class ApiClient {
    public static final String REQUESTS = "/v1/certificate_signing_requests";
    public static final String CERTIFICATES = "/v1/certificates";
    public static final String AGENTS = "/v1/agent_connectors";
    public static final String AUDIT = "/v1/audit_events";
    public static final String TOKENS = "/v1/enrolment_tokens";
    public static final String ORGANISATIONS = "/v1/organisations";
    public static final String ACCOUNTS = "/v1/accounts";
    public static final String SIGNERS = "/v1/signers";
    public static final String AUTHORITIES = "/v1/certificate_authorities";
    public static final String ACCESS_TOKENS = "/v1/access_tokens";

    private static final OpenApiContract CONTRACT = new OpenApiContract();
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private final URI base;
    private final String roots;
    private final @Nullable ClientIdentity identity;
    private final HttpClient http;
    private final @Nullable String authorization;
    private final Duration deadline;

    private ApiClient(
            URI base,
            String roots,
            @Nullable ClientIdentity identity,
            HttpClient http,
            @Nullable String authorization,
            Duration deadline) {
        this.base = base;
        this.roots = roots;
        this.identity = identity;
        this.http = http;
        this.authorization = authorization;
        this.deadline = deadline;
    }

    /** Without a credential, trusting the PEM certificates {@code roots}. */
    public static ApiClient nobody(URI base, String roots) {
        return new ApiClient(base, roots, null, client(roots, null, HttpClient.Version.HTTP_1_1), null, DEADLINE);
    }

    public ApiClient withToken(String bearer) {
        return authorized("Bearer " + bearer);
    }

    /** By Basic; the organisation {@code default} where the name tells no other. */
    public ApiClient withPassword(String name, String password) {
        String pair = name + ":" + password;
        return authorized("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    /** With that Authorization header. */
    public ApiClient authorized(String header) {
        return new ApiClient(base, roots, identity, http, header, deadline);
    }

    /** With that client certificate and no token, on connections of its own. */
    public ApiClient as(ClientIdentity shown) {
        return new ApiClient(base, roots, shown, client(roots, shown, HttpClient.Version.HTTP_1_1), null, deadline);
    }

    /** The same somebody so many times, each with all its calls on one connection of its own, which is up already. */
    public List<ApiClient> crowd(int size) {
        return Stream.generate(() -> new ApiClient(
                        base,
                        roots,
                        identity,
                        client(roots, identity, HttpClient.Version.HTTP_2),
                        authorization,
                        deadline))
                .limit(size)
                .peek(one -> one.get("/v1/root_certificates").expect(200))
                .toList();
    }

    /** The same somebody at another server. */
    public ApiClient at(URI other) {
        return new ApiClient(other, roots, identity, http, authorization, deadline);
    }

    /** The same somebody, who takes an answer that comes later than that for none. */
    public ApiClient within(Duration shorter) {
        return new ApiClient(base, roots, identity, http, authorization, shorter);
    }

    private static HttpClient client(String roots, @Nullable ClientIdentity identity, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(TestTls.context(roots, identity))
                .version(version)
                .connectTimeout(DEADLINE)
                .build();
    }

    public Exchange get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    public Exchange post(String path, JsonNode body, String... headers) {
        return send("POST", path, body.toString(), headers);
    }

    public Exchange put(String path, JsonNode body, String... headers) {
        return send("PUT", path, body.toString(), headers);
    }

    /** @param mediaType which kind of patch it is */
    public Exchange patch(String path, String mediaType, String body) {
        return value(sendAsync("PATCH", path, body, mediaType, BodyPublishers.ofString(body)));
    }

    public Exchange delete(String path, String... headers) {
        return send("DELETE", path, null, headers);
    }

    /** POSTs a PKCS#10 for the organisation {@code default}. */
    public Exchange submit(String pem) {
        return post(REQUESTS, Bodies.request(pem));
    }

    public CompletableFuture<Exchange> submitAsync(String pem) {
        return sendAsync("POST", REQUESTS, Bodies.request(pem).toString());
    }

    public Exchange request(String id, String... headers) {
        return get(REQUESTS + "/" + id, headers);
    }

    public Exchange replace(String id, JsonNode body, String... headers) {
        return put(REQUESTS + "/" + id, body, headers);
    }

    /** Makes a token for one agent with those grants; only as the administrator. */
    public String enrolmentToken(String... names) {
        return post(TOKENS, Bodies.enrolmentToken(names)).expect(201).text("/status/token");
    }

    /** Enrols with a token, as somebody who has nothing else. */
    public Exchange enrol(String enrolmentToken, String name, KeyPair keyPair) {
        return withToken(enrolmentToken)
                .post(
                        AGENTS,
                        Bodies.spec(Map.of(
                                "org_id", "default", "name", name, "request", TestCsrs.withSubject(keyPair, ""))));
    }

    /** Any call; the JSON body null for none. */
    public Exchange send(String method, String path, @Nullable String body, String... headers) {
        return value(sendAsync(method, path, body, headers));
    }

    public CompletableFuture<Exchange> sendAsync(String method, String path, @Nullable String body, String... headers) {
        BodyPublisher publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return sendAsync(method, path, body, body == null ? null : "application/json", publisher, headers);
    }

    /** With a body of any type, sent as the publisher sends it; {@code body} is what the contract is asked about. */
    public CompletableFuture<Exchange> sendAsync(
            String method,
            String path,
            @Nullable String body,
            @Nullable String contentType,
            BodyPublisher publisher,
            String... headers) {
        HttpRequest.Builder call = HttpRequest.newBuilder(URI.create(base + path))
                .method(method, publisher)
                .timeout(deadline);
        if (contentType != null) {
            call.header("Content-Type", contentType);
        }
        if (authorization != null) {
            call.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            call.headers(headers);
        }
        return http.sendAsync(call.build(), BodyHandlers.ofString(StandardCharsets.UTF_8))
                .thenApply(answer -> checked(method, path, body, answer));
    }

    private static Exchange checked(String method, String path, @Nullable String body, HttpResponse<String> answer) {
        CONTRACT.check(
                method,
                path,
                body,
                answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElse(null),
                answer.body(),
                answer.headers().map());
        return new Exchange(method + " " + path, answer.statusCode(), answer.headers(), json(answer));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            boolean isJson = answer.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.contains("json"))
                    .isPresent();
            return isJson ? Bodies.JSON.readTree(answer.body()) : MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer, or what kept it from coming. */
    public static Exchange value(CompletableFuture<Exchange> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }
}
