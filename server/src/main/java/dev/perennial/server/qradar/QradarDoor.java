package dev.perennial.server.qradar;

import dev.perennial.server.http.BodyLimit;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Unserved;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.keys.ServerKeys;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;

/** {@code staged_config/certificates/certificate_signing_request}, as the clients of QRadar's API call it. */
public final class QradarDoor {
    private static final String TOKEN_HEADER = "SEC";
    private static final String EVERYTHING = "/staged_config/*";
    private static final Duration BODY_DEADLINE = Duration.ofSeconds(10);

    /** Clients are set up with the one or with the other. */
    private static final List<String> PREFIXES = List.of("/api", "");

    private final Credentials credentials;
    private final RequestRoutes requests;

    public QradarDoor(Credentials credentials, ServerKeys keys) {
        this.credentials = credentials.orIn(TOKEN_HEADER);
        this.requests = new RequestRoutes(keys);
    }

    public void mount(Router router) {
        for (String prefix : PREFIXES) {
            router.route(prefix + EVERYTHING)
                    .failureHandler(QradarErrors.door())
                    .handler(BodyLimit.json(BodyLimit.NATIVE, BODY_DEADLINE))
                    .handler(credentials)
                    .handler(QradarDoor::requireRole)
                    .handler(ApiVersion::require);
            requests.mount(router, prefix);
            Unserved.below(router, prefix + EVERYTHING);
        }
    }

    private static void requireRole(RoutingContext context) {
        Caller caller = Credentials.callerOf(context);
        caller.require(Permission.STAGE, caller.homeOrgId(), "to stage certificates");
        context.next();
    }
}
