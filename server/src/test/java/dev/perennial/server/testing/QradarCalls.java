package dev.perennial.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls at QRadar's door with a token in {@code SEC}, answers as texts: not all of them are JSON. */
public final class QradarCalls {
    public static final String PATH = "/api/staged_config/certificates/certificate_signing_request";

    private final URI base;
    private final HttpClient http;
    private final @Nullable String token;

    private QradarCalls(URI base, HttpClient http, @Nullable String token) {
        this.base = base;
        this.http = http;
        this.token = token;
    }

    /** Nobody yet. */
    public static QradarCalls of(TestServer server) {
        HttpClient http = HttpClient.newBuilder()
                .sslContext(TestTls.context(server.first().roots(), null))
                .build();
        return new QradarCalls(server.uri(), http, null);
    }

    /** With a token of a new account of the organisation {@code default} with that role and those names. */
    public static QradarCalls as(TestServer server, String role, String... names) {
        return of(server)
                .with(token(server, server.account(List.of(role), names).id()));
    }

    public static String token(TestServer server, String accountId) {
        return server.administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", accountId)))
                .expect(201)
                .text("/status/token");
    }

    public QradarCalls with(String sec) {
        return new QradarCalls(base, http, sec);
    }

    /** A body that asks for a server's certificate. */
    public static ObjectNode model(String name) {
        ObjectNode model = Bodies.object().put("common_name", name).put("purpose", "SERVER");
        model.putArray("dns").add(name);
        return model;
    }

    /** One answer. */
    public record Answer(String call, HttpResponse<String> http) {
        public Answer expect(int status) {
            if (http.statusCode() != status) {
                throw new AssertionError(call + " → " + http.statusCode() + " instead of " + status + ": " + body());
            }
            return this;
        }

        /** The same, once it is a no of that status and unique code, whose message helps its reader. */
        public Answer expectCode(int status, int code) {
            expect(status);
            String message = json().path("message").asText();
            if (json().path("code").asInt() != code || message.length() < 10 || message.contains("xception")) {
                throw new AssertionError(call + " → not " + code + ": " + body());
            }
            return this;
        }

        public String body() {
            return http.body();
        }

        public JsonNode json() {
            try {
                return Bodies.JSON.readTree(body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public @Nullable String header(String name) {
            return http.headers().firstValue(name).orElse(null);
        }

        /** What of a list is there under that name, item by item. */
        public List<String> texts(String field) {
            List<String> texts = new ArrayList<>();
            json().forEach(item -> texts.add(item.path(field).asText()));
            return texts;
        }
    }

    public Answer call(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder call = HttpRequest.newBuilder(URI.create(base + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null && !List.of(headers).contains("Content-Type")) {
            call.header("Content-Type", "application/json");
        }
        if (token != null) {
            call.header("SEC", token);
        }
        if (headers.length > 0) {
            call.headers(headers);
        }
        try {
            HttpResponse<String> answer = http.send(call.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            QradarContract.check(
                    method + " " + path + " → " + answer.statusCode(),
                    method,
                    answer.statusCode(),
                    answer.headers().firstValue("Content-Type").orElse(null),
                    answer.body());
            return new Answer(method + " " + path, answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Answer post(JsonNode model, String... headers) {
        return call("POST", PATH, model.toString(), headers);
    }

    /** The number of a request that is made of it. */
    public long made(JsonNode model) {
        return Long.parseLong(post(model).expect(201).body());
    }

    /** The list, with that query behind the question mark; empty for none. */
    public Answer list(String query, String... headers) {
        return call("GET", PATH + (query.isEmpty() ? "" : "?" + query), null, headers);
    }

    public Answer download(long number, String... headers) {
        return call("GET", PATH + "/" + number, null, headers);
    }

    public Answer delete(long number, String... headers) {
        return call("DELETE", PATH + "/" + number, null, headers);
    }

    /** The id that the native API has for it. */
    public static String idOf(TestServer server, long number) {
        return Await.value(
                        server.database().query("SELECT id FROM signing_requests WHERE number = $1", Tuple.of(number)))
                .iterator()
                .next()
                .getString("id");
    }

    public static long numberOf(TestServer server, String id) {
        return Await.value(server.database().query("SELECT number FROM signing_requests WHERE id = $1", Tuple.of(id)))
                .iterator()
                .next()
                .getLong("number");
    }
}
