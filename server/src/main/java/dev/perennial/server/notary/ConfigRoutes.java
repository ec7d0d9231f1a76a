package dev.perennial.server.notary;

import static dev.perennial.server.notary.RoleNumber.ADMIN;
import static dev.perennial.server.notary.RoleNumber.CERTIFICATE_MANAGER;
import static dev.perennial.server.notary.RoleNumber.READ_ONLY;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** How this server is set up, as far as upstream tells it; nothing of it is secret. */
final class ConfigRoutes {
    static final String PATH = "/api/v1/config";

    void mount(Router router) {
        router.get(PATH)
                .handler(RoleNumber.only(ADMIN, CERTIFICATE_MANAGER, READ_ONLY))
                .handler(ConfigRoutes::get);
    }

    /** @param encryptionBackendType where the key is that keeps others: in a file of the server's home */
    private record Shown(
            int port,
            boolean pebbleNotifications,
            String loggingLevel,
            String loggingOutput,
            String encryptionBackendType) {}

    private static void get(RoutingContext context) {
        int port = context.request().localAddress().port();
        Envelope.of(context, new Shown(port, false, "info", "stderr", "file"));
    }
}
