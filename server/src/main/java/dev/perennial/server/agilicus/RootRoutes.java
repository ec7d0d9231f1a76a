package dev.perennial.server.agilicus;

import dev.perennial.model.RootCertificatesJson;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.http.QueryParameters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** The roots to trust, for everybody. */
final class RootRoutes {
    private final Authorities authorities;

    RootRoutes(Authorities authorities) {
        this.authorities = authorities;
    }

    void mount(Router router) {
        router.get("/v1/root_certificates").handler(this::list);
    }

    /** Roots are only ever added, so their number counts the publications. */
    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        // Clients name an organisation here as everywhere; roots belong to none, but what is no id is refused as
        // elsewhere.
        query.id("org_id");
        int limit = query.limit();
        List<RootCertificatesJson.Root> roots =
                authorities.publishedRoots().stream().map(Wire::root).toList();
        String etag = "\"" + roots.size() + "\"";
        if (Conditional.notModified(context, etag)) {
            return;
        }
        context.response().putHeader(HttpHeaders.ETAG, etag);
        Answer.json(
                context,
                200,
                new RootCertificatesJson(roots.stream().limit(limit).toList(), limit, roots.size()));
    }
}
