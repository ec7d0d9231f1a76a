package dev.perennial.server.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** One watch at the Kubernetes door, line by line as it comes. */
public final class WatchStream implements AutoCloseable {
    private final HttpResponse<Stream<String>> response;
    private final List<JsonNode> lines = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    private WatchStream(HttpResponse<Stream<String>> response) {
        this.response = response;
        Thread reader = new Thread(this::read, "watch");
        reader.setDaemon(true);
        reader.start();
    }

    public static WatchStream open(URI server, String roots, String token, String pathAndQuery, String... headers) {
        HttpClient http = HttpClient.newBuilder()
                .sslContext(TestTls.context(roots, null))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        HttpRequest.Builder call =
                HttpRequest.newBuilder(URI.create(server + pathAndQuery)).header("Authorization", "Bearer " + token);
        if (headers.length > 0) {
            call.headers(headers);
        }
        try {
            return new WatchStream(http.send(call.build(), BodyHandlers.ofLines()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try {
            response.body()
                    .filter(line -> !line.isBlank())
                    .map(WatchStream::json)
                    .forEach(lines::add);
        } catch (UncheckedIOException e) {
            // Cut: what has come until then counts.
        } finally {
            ended = true;
        }
    }

    private static JsonNode json(String line) {
        try {
            return Bodies.JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no line of JSON: " + line, e);
        }
    }

    public int status() {
        return response.statusCode();
    }

    public String contentType() {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    public List<JsonNode> lines() {
        return List.copyOf(lines);
    }

    /** The types of the lines so far, each with the name of its object. */
    public List<String> told() {
        return lines.stream()
                .map(line -> line.path("type").asText() + " "
                        + line.at("/object/metadata/name").asText())
                .toList();
    }

    /** Once so many lines have come. */
    public WatchStream await(int count) {
        Until.is(() -> lines.size() >= count, () -> count + " lines: " + told());
        return this;
    }

    /** Once it was ended. */
    public WatchStream awaitEnd() {
        Until.is(() -> ended, () -> "the end: " + told());
        return this;
    }

    /** Where another watch goes on. */
    public String lastVersion() {
        return lines.get(lines.size() - 1)
                .at("/object/metadata/resourceVersion")
                .asText();
    }

    @Override
    public void close() {
        response.body().close();
    }
}
