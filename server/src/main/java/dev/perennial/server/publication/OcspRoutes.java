package dev.perennial.server.publication;

import dev.perennial.server.http.Answer;
import dev.perennial.server.http.BodyLimit;
import dev.perennial.server.revocation.OcspAnswer;
import dev.perennial.server.revocation.Revocations;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;

/** {@code /ocsp}: OCSP over HTTP (RFC 6960, appendix A), by POST and by GET with the request in the path. */
final class OcspRoutes {
    private static final String PATH = "/ocsp";
    private static final String REQUEST = "application/ocsp-request";
    private static final int LARGEST = 16 * 1024;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** A revocation is to be seen soon, also by who asks through a cache. */
    private static final Duration KEPT_BY_CACHES = Duration.ofMinutes(5);

    private final Revocations revocations;
    private final InstantSource clock;

    OcspRoutes(Revocations revocations, InstantSource clock) {
        this.revocations = revocations;
        this.clock = clock;
    }

    void mount(Router router) {
        router.post(PATH).handler(BodyLimit.of(REQUEST, LARGEST, DEADLINE)).handler(this::post);
        router.get(PATH + "/*").handler(this::get);
    }

    private void post(RoutingContext context) {
        Buffer body = context.body().buffer();
        answer(context, body == null ? new byte[0] : body.getBytes());
    }

    private void get(RoutingContext context) {
        String path = context.request().path().substring(PATH.length() + 1);
        // A plus sign is one here, which the decoder of forms takes for a space.
        String base64 = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.US_ASCII);
        answer(context, decoded(base64));
    }

    /** What is no base64 is no request either, and is answered as such. */
    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private void answer(RoutingContext context, byte[] request) {
        Answer.when(context, revocations.answer(request), answer -> {
            context.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/ocsp-response")
                    .putHeader(HttpHeaders.CACHE_CONTROL, kept(answer));
            Answer.body(context.request(), Buffer.buffer(answer.der()));
        });
    }

    private String kept(OcspAnswer answer) {
        if (answer.nextUpdate() == null) {
            return "no-store";
        }
        Duration left = Duration.between(clock.instant(), answer.nextUpdate());
        Duration kept = left.compareTo(KEPT_BY_CACHES) < 0 ? left : KEPT_BY_CACHES;
        return "public, no-transform, must-revalidate, max-age=" + Math.max(0, kept.toSeconds());
    }
}
