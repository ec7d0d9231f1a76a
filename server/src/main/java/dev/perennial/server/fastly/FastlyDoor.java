package dev.perennial.server.fastly;

import dev.perennial.server.http.BodyLimit;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Guard;
import dev.perennial.server.http.Unserved;
import dev.perennial.server.keys.ServerKeys;
import io.vertx.ext.web.Router;
import java.time.Duration;

/** {@code /tls/certificate_signing_requests} and {@code /tls/private_keys}, as Fastly's client libraries call them. */
public final class FastlyDoor {
    private static final String BELOW = "/tls/*";
    private static final String KEY_HEADER = "Fastly-Key";
    private static final Duration BODY_DEADLINE = Duration.ofSeconds(10);

    private final Credentials credentials;
    private final RequestRoutes requests;
    private final KeyRoutes keys;

    public FastlyDoor(Credentials credentials, ServerKeys keys) {
        this.credentials = credentials.orIn(KEY_HEADER);
        this.requests = new RequestRoutes(keys);
        this.keys = new KeyRoutes(keys);
    }

    public void mount(Router router) {
        router.route(BELOW)
                .failureHandler(FastlyErrors.door())
                .handler(BodyLimit.of(
                        FastlyDoor::isTaken,
                        JsonApi.MEDIA_TYPE + " or application/json",
                        BodyLimit.NATIVE,
                        BODY_DEADLINE))
                .handler(credentials);
        requests.mount(router);
        keys.mount(router);
        Unserved.below(router, BELOW);
    }

    private static boolean isTaken(String contentType) {
        return contentType.split(";", 2)[0].strip().equalsIgnoreCase(JsonApi.MEDIA_TYPE) || Guard.isJson(contentType);
    }
}
