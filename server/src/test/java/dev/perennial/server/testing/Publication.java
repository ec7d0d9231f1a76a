package dev.perennial.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** What anybody may fetch of a server, as bytes. */
public final class Publication {
    private final URI base;
    private final HttpClient http;

    public Publication(URI base, String roots) {
        this.base = base;
        this.http =
                HttpClient.newBuilder().sslContext(TestTls.context(roots, null)).build();
    }

    public HttpResponse<byte[]> get(String path, String... headers) {
        HttpRequest.Builder call = HttpRequest.newBuilder(URI.create(base + path));
        if (headers.length > 0) {
            call.headers(headers);
        }
        return send(call, path);
    }

    /** Asks by POST. */
    public HttpResponse<byte[]> ocsp(byte[] request) {
        return send(
                HttpRequest.newBuilder(URI.create(base + "/ocsp"))
                        .header("Content-Type", "application/ocsp-request")
                        .POST(BodyPublishers.ofByteArray(request)),
                "/ocsp");
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder call, String path) {
        try {
            HttpResponse<byte[]> answer = http.send(call.build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 500 && answer.statusCode() != 503) {
                throw new AssertionError(path + " → " + answer.statusCode());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
