package dev.perennial.server.kubernetes;

import dev.perennial.server.csr.IssuerChains;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.http.BodyLimit;
import dev.perennial.server.http.Credentials;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** {@code /apis}, {@code /api}, {@code /version} and {@code /openapi}, as kubectl and client libraries call them. */
public final class KubernetesDoor {
    /** As upstream's API servers take. */
    private static final int LARGEST_BODY = 3 * 1024 * 1024;

    private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);
    private static final List<String> BELOW = List.of("/apis", "/apis/*", "/api", "/api/*", "/version", "/openapi/*");

    private final Credentials credentials;
    private final Discovery discovery = new Discovery();
    private final ObjectRoutes objects;
    private final AccessReviews reviews = new AccessReviews();

    public KubernetesDoor(Credentials credentials, SigningRequests requests, IssuerChains chains, InstantSource clock) {
        this.credentials = credentials;
        this.objects = new ObjectRoutes(requests, new ObjectWire(chains), new ObjectTable(clock));
    }

    /** What tells nothing of anybody comes first, without a caller. */
    public void mount(Router router) {
        BELOW.forEach(path -> router.route(path).failureHandler(new FailureStatus()));
        discovery.mount(router);
        router.route("/apis/*")
                .handler(BodyLimit.of(Bodies::isTaken, Bodies.TAKEN, LARGEST_BODY, BODY_DEADLINE))
                .handler(credentials);
        objects.mount(router);
        reviews.mount(router);
    }
}
