package dev.perennial.server.agilicus;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.csr.RequestFilter;
import dev.perennial.server.csr.RequestVersion;
import dev.perennial.server.csr.ViewOptions;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;

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
                query.text("org_id", 64).orElse(null));
    }

    static RequestFilter filter(RoutingContext context, Instant now) {
        QueryParameters query = QueryParameters.of(context);
        return new RequestFilter(
                query.text("org_id", 64).orElse(null),
                context.pathParam("connector_id"),
                query.text("reason", 16).map(RequestQueries::states).orElse(List.of()),
                query.text("not_valid_after", 64)
                        .map(text -> InstantPhrase.parse("not_valid_after", text, now))
                        .orElse(null),
                query.texts("target_issuer", 1024).stream()
                        .map(Signers::resolve)
                        .toList(),
                query.flag("auto_renew").orElse(null),
                query.limit());
    }

    /** The deprecated filter, in the words of the certificates' reasons. */
    private static List<RequestState> states(String reason) {
        return switch (reason) {
            case "issued" -> List.of(RequestState.ISSUED);
            case "failed" -> List.of(RequestState.FAILED, RequestState.DENIED);
            case "pending" -> List.of(RequestState.PENDING, RequestState.APPROVED, RequestState.ISSUING);
            default ->
                throw ProblemException.of(
                        ProblemType.MALFORMED, "the query parameter reason must be pending, failed or issued");
        };
    }

    /** Another selection of the same version is another representation. */
    static String etag(RequestVersion version, ViewOptions options) {
        String selection = options.updates() ? "u" + options.updatesStart() + "-" + options.updatesEnd() : "";
        return "\"" + version.text() + "." + options.certificates() + selection + "\"";
    }
}
