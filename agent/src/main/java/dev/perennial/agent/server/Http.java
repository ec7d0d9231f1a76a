package dev.perennial.agent.server;

import dev.perennial.agent.json.Json;
import dev.perennial.model.ProblemJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One call over verified TLS: deadline, capped body, no redirect, and every failure a {@link ServerException}. */
final class Http {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int NOT_MODIFIED = 304;

    private final URI server;
    private final HttpClient client;
    private final Duration deadline;
    private final ServerClock clock;
    private final int bodyLimit;
    private volatile @Nullable Duration retryAfter;

    Http(
            URI server,
            Collection<X509Certificate> roots,
            @Nullable TlsIdentity identity,
            Executor executor,
            Duration deadline,
            ServerClock clock,
            int bodyLimit) {
        this.server = server;
        this.deadline = deadline;
        this.clock = clock;
        this.bodyLimit = bodyLimit;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .sslContext(TlsContext.of(roots, identity))
                .sslParameters(TlsContext.parameters())
                .executor(executor)
                .build();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .header("Accept", "application/json, application/problem+json")
                .timeout(deadline);
    }

    static HttpRequest.BodyPublisher json(Object body) {
        return HttpRequest.BodyPublishers.ofByteArray(Json.write(body));
    }

    /** Sends and gives a 2xx or 304 back; anything else is thrown. */
    HttpResponse<byte[]> send(HttpRequest.Builder builder) throws ServerException {
        HttpRequest call = builder.build();
        String what = call.method() + " " + call.uri().getPath();
        HttpResponse<byte[]> answer;
        retryAfter = null;
        try {
            answer = twice(call);
        } catch (IOException e) {
            throw TlsFailure.classify(what, e);
        }
        clock.note(answer);
        retryAfter = RetryAfter.of(answer, clock.now());
        int status = answer.statusCode();
        if (status / 100 == 2 || status == NOT_MODIFIED) {
            return answer;
        }
        throw problem(what, answer);
    }

    /**
     * Sends, and gives whatever answer comes. A POST is sent once, since what a person makes twice is there twice; the
     * agent's may be repeated, each of them.
     */
    HttpResponse<byte[]> exchange(HttpRequest.Builder builder) throws ServerException {
        HttpRequest call = builder.build();
        try {
            HttpResponse<byte[]> answer = call.method().equals("POST") ? once(call) : twice(call);
            clock.note(answer);
            return answer;
        } catch (IOException e) {
            throw TlsFailure.classify(call.method() + " " + call.uri(), e);
        }
    }

    <T> T body(HttpResponse<byte[]> answer, Class<T> type) throws ServerException {
        try {
            return Json.read(answer.body(), type);
        } catch (IOException e) {
            throw new ServerException(answer.uri().getPath() + " answered no such JSON: " + e.getMessage(), e);
        }
    }

    /** What the last call's answer asked us to wait before we look again; null where it did not. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /**
     * Every call of the API may be repeated: a second time at once where a kept connection turned out dead, so that
     * this costs no back-off.
     */
    private HttpResponse<byte[]> twice(HttpRequest call) throws IOException {
        try {
            return once(call);
        } catch (SSLException | ConnectException | HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            try {
                return once(call);
            } catch (IOException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    private HttpResponse<byte[]> once(HttpRequest call) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(call, CappedBody.handler(bodyLimit));
        try {
            // The client's own timeout ends with the headers; this one bounds the body too.
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new HttpTimeoutException("no whole answer within " + deadline);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new HttpTimeoutException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    private ServerException problem(String what, HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        String slug = "";
        String detail = "";
        String existing = null;
        try {
            ProblemJson problem = Json.read(answer.body(), ProblemJson.class);
            slug = problem.errorCode() == null ? lastSegment(problem.type()) : problem.errorCode();
            detail = problem.detail() == null ? String.valueOf(problem.title()) : problem.detail();
            existing = problem.existing() == null ? null : problem.existing().id();
        } catch (IOException e) {
            if (status / 100 == 3) {
                return new ServerException(what + ": redirects are not followed (" + status + ")", e);
            }
            detail = "no problem document";
        }
        String location = answer.headers().firstValue("Location").orElse(null);
        if (existing == null && location != null) {
            existing = lastSegment(location);
        }
        if (slug.isEmpty() && status == 410) {
            slug = "retired";
        }
        return new ServerException(
                slug, what + ": " + status + (slug.isEmpty() ? "" : " " + slug) + ": " + detail, retryAfter, existing);
    }

    private static String lastSegment(@Nullable String path) {
        return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
    }
}
