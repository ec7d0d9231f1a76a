package dev.perennial.server.http;

import dev.perennial.model.ProblemJson;
import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Refusals;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the native API fails: every failure becomes an {@code application/problem+json} (RFC 9457) of the one closed
 * vocabulary. What is none of it is a mistake of ours: logged once with the request's id, told without its text.
 */
public final class Problems implements Handler<RoutingContext> {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String MEDIA_TYPE = "application/problem+json";

    private final Router router;

    private Problems(Router router) {
        this.router = router;
    }

    /**
     * Takes every failure that no route of the router handles itself, after telling the audit record of the refusals
     * among them, and serves {@code /problems/SLUG}.
     */
    public static void install(Router router, Refusals refusals) {
        // An error handler has to answer at once; only a failure handler may wait, for the record, and pass it on.
        router.route().failureHandler(new RefusalRecord(router, refusals));
        Problems problems = new Problems(router);
        for (int status = 400; status < 600; status++) {
            router.errorHandler(status, problems);
        }
        router.get("/problems/:slug").handler(ProblemPages::answer);
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        ProblemException problem = problemOf(context);
        if (response.headWritten()) {
            response.reset();
            return;
        }
        addHeaders(context, problem);
        send(context.request(), problem, RequestLog.idOf(context));
    }

    /** Answers a request whose head could not be decoded; Vert.x closes the connection afterwards. */
    static void refuseUndecodable(HttpServerRequest request) {
        RequestLog.undecodable(request);
        send(
                request,
                ProblemException.of(ProblemType.MALFORMED, "the head of the request is not HTTP as RFC 9112 says"),
                null);
    }

    private static void send(HttpServerRequest request, ProblemException problem, @Nullable String requestId) {
        DoorFailures.send(
                request,
                new DoorFailures.Said(problem.type().status(), MEDIA_TYPE, Json.write(json(problem, requestId))));
    }

    /** What went wrong, in the one vocabulary; what is none of it is logged, once, as a mistake of ours. */
    public static ProblemException problemOf(RoutingContext context) {
        if (context.failure() instanceof ProblemException problem) {
            return problem;
        }
        return switch (context.statusCode()) {
            case 400, 408, 414, 417, 431 -> ProblemException.of(ProblemType.MALFORMED, "the request cannot be read");
            case 404 -> ProblemException.of(ProblemType.NOT_FOUND, "nothing is served at this path");
            case 405 -> ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "the header Allow says what may be called");
            case 406 -> ProblemException.of(ProblemType.NOT_ACCEPTABLE, "this path answers in application/json");
            case 413 -> ProblemException.of(ProblemType.TOO_LARGE, "the body is too large");
            case 415 -> ProblemException.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "send application/json");
            default -> internal(context);
        };
    }

    private static ProblemException internal(RoutingContext context) {
        LOG.atError()
                .addKeyValue("request_id", RequestLog.idOf(context))
                .setCause(context.failure())
                .log("a call failed for a reason that is ours");
        return ProblemException.of(
                ProblemType.INTERNAL, "something went wrong here; the log has it under this request's id");
    }

    private void addHeaders(RoutingContext context, ProblemException problem) {
        HttpServerResponse response = context.response();
        if (problem.type() == ProblemType.METHOD_NOT_ALLOWED) {
            response.putHeader(HttpHeaders.ALLOW, allowed(context));
        }
        ProblemJson.Existing existing = problem.existing();
        if (existing != null) {
            response.putHeader(HttpHeaders.LOCATION, "/v1/certificate_signing_requests/" + existing.id());
        }
        DoorFailures.sayWhen(response, problem);
    }

    /** The methods of every route whose path has the shape of the one called. */
    private String allowed(RoutingContext context) {
        String[] path = context.normalizedPath().split("/", -1);
        return router.getRoutes().stream()
                .filter(route -> route.methods() != null && route.getPath() != null && fits(route.getPath(), path))
                .flatMap(route -> route.methods().stream())
                .map(HttpMethod::name)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    static boolean fits(String pattern, String[] path) {
        String[] segments = pattern.split("/", -1);
        if (segments.length != path.length) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            if (!segments[i].startsWith(":") && !segments[i].equals(path[i])) {
                return false;
            }
        }
        return true;
    }

    private static ProblemJson json(ProblemException problem, @Nullable String requestId) {
        ProblemType type = problem.type();
        List<String> identifiers = problem.identifiers();
        String message =
                identifiers.isEmpty() ? problem.detail() : problem.detail() + ": " + String.join(", ", identifiers);
        return new ProblemJson(
                "/problems/" + type.slug(),
                type.title(),
                type.status(),
                problem.detail(),
                requestId,
                type.slug(),
                message,
                identifiers.isEmpty() ? null : identifiers,
                problem.existing(),
                problem.nextCall());
    }
}
