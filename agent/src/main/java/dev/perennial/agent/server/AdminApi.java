package dev.perennial.agent.server;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.json.Json;
import dev.perennial.agent.json.JsonTree;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The native API as a person calls it: any path, and documents as they come, so that what a newer server adds is shown
 * by an older client too.
 */
public final class AdminApi {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    /** A page of 500 requests, each with a certificate and its chain, has a few of them. */
    private static final int BODY_LIMIT = 32 << 20;

    private final Http http;
    private final @Nullable String authorization;

    private AdminApi(Http http, @Nullable String authorization) {
        this.http = http;
        this.authorization = authorization;
    }

    /** An answer and the tag it came with; null where the server sent none. */
    public record Answer(JsonTree document, @Nullable String etag) {}

    /** Calls with an access token; one that no header can carry is told without being shown. */
    public static AdminApi withToken(
            URI server, Collection<X509Certificate> roots, String token, Executor executor, ServerClock clock)
            throws ConfigException {
        return new AdminApi(http(server, roots, executor, clock), "Bearer " + Bearer.checked(token));
    }

    /** Calls with a password; a user of another organisation than the first is {@code ORGANISATION/NAME}. */
    public static AdminApi withPassword(
            URI server,
            Collection<X509Certificate> roots,
            String user,
            String password,
            Executor executor,
            ServerClock clock) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        String basic = "Basic " + Base64.getEncoder().encodeToString(pair);
        return new AdminApi(http(server, roots, executor, clock), basic);
    }

    /** Calls as nobody in particular. */
    public static AdminApi anonymous(
            URI server, Collection<X509Certificate> roots, Executor executor, ServerClock clock) {
        return new AdminApi(http(server, roots, executor, clock), null);
    }

    private static Http http(URI server, Collection<X509Certificate> roots, Executor executor, ServerClock clock) {
        return new Http(server, roots, null, executor, DEADLINE, clock, BODY_LIMIT);
    }

    public Answer get(String path) throws ServerException, RefusedException {
        return answer(http.to(path).GET());
    }

    /** Posts; an empty map stands for no body. */
    public Answer post(String path, Map<String, ?> body) throws ServerException, RefusedException {
        return answer(
                body.isEmpty()
                        ? http.to(path).POST(HttpRequest.BodyPublishers.noBody())
                        : json(http.to(path)).POST(Http.json(body)));
    }

    /** Replaces; only if it still is what the tag stands for, where one is given. */
    public Answer put(String path, Map<String, ?> body, @Nullable String etag)
            throws ServerException, RefusedException {
        HttpRequest.Builder call = json(http.to(path)).PUT(Http.json(body));
        if (etag != null) {
            call.header("If-Match", etag);
        }
        return answer(call);
    }

    public void delete(String path) throws ServerException, RefusedException {
        answer(http.to(path).DELETE());
    }

    private static HttpRequest.Builder json(HttpRequest.Builder call) {
        return call.header("Content-Type", "application/json");
    }

    private Answer answer(HttpRequest.Builder call) throws ServerException, RefusedException {
        if (authorization != null) {
            call.header("Authorization", authorization);
        }
        HttpResponse<byte[]> answer = http.exchange(call);
        int status = answer.statusCode();
        if (status / 100 != 2) {
            throw RefusedException.of(answer);
        }
        if (answer.body().length == 0) {
            return new Answer(JsonTree.of(Map.of()), null);
        }
        try {
            return new Answer(
                    Json.tree(answer.body()),
                    answer.headers().firstValue("ETag").orElse(null));
        } catch (IOException e) {
            throw new ServerException(answer.uri().getPath() + " answered no JSON: " + e.getMessage(), e);
        }
    }
}
