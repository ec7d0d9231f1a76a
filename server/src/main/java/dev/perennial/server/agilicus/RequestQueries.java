package dev.perennial.server.agilicus;

import dev.perennial.server.csr.RequestVersion;
import dev.perennial.server.csr.ViewOptions;
import dev.perennial.server.http.QueryParameters;
import io.vertx.ext.web.RoutingContext;

/** The query parameters of the native API's request paths, as Agilicus bounds them. */
final class RequestQueries {
    private static final int MOST_UPDATES = 100;

    private RequestQueries() {}

    static ViewOptions options(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int start = query.integer("certificate_updates_start_cursor", 0, Integer.MAX_VALUE, 0);
        int end = query.integer("certificate_updates_end_cursor", 0, Integer.MAX_VALUE, MOST_UPDATES - 1);
        return new ViewOptions(
                query.integer("limit_csr_certificates", 1, 500, 10),
                query.flag("get_certificate_updates").orElse(false),
                start,
                end,
                query.text("private_key_id", 256).orElse(null),
                query.id("org_id").orElse(null));
    }

    /** Another selection of the same version is another representation. */
    static String etag(RequestVersion version, ViewOptions options) {
        String selection = options.updates() ? "u" + options.updatesStart() + "-" + options.updatesEnd() : "";
        return "\"" + version.text() + "." + options.certificates() + selection + "\"";
    }
}
