package dev.perennial.server.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Serves {@code /openapi.yaml}: the description of the native API, as it lies in this jar. */
public final class OpenApi implements Handler<RoutingContext> {
    private final Buffer document;
    private final String etag;

    public OpenApi() {
        byte[] bytes = load();
        document = Buffer.buffer(bytes);
        etag = '"' + HexFormat.of().formatHex(sha256(bytes), 0, 16) + '"';
    }

    @Override
    public void handle(RoutingContext context) {
        if (Conditional.notModified(context, etag)) {
            return;
        }
        // RFC 9512: the media type of YAML.
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        Answer.body(context.request(), document);
    }

    private static byte[] load() {
        try (InputStream stream = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
            if (stream == null) {
                throw new IllegalStateException("openapi.yaml is not in the jar");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
