package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.Problems;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** How this door fails: every failure is a {@code Status}, with upstream's reason and HTTP status. */
final class FailureStatus implements Handler<RoutingContext> {
    private record Meaning(int code, String reason) {}

    @Override
    public void handle(RoutingContext context) {
        if (context.response().headWritten()) {
            context.next();
            return;
        }
        ProblemException problem = Problems.problemOf(context);
        Meaning meaning = meaning(problem.type());
        Duration retryAfter = problem.retryAfter();
        if (retryAfter != null) {
            context.response().putHeader("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        context.response()
                .setStatusCode(meaning.code())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, private");
        Answer.body(context.request(), Json.write(status(context, problem, meaning)));
    }

    private static ObjectNode status(RoutingContext context, ProblemException problem, Meaning meaning) {
        ObjectNode status =
                JsonNodeFactory.instance.objectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure")
                .put("message", message(context, problem))
                .put("reason", meaning.reason());
        String name = context.pathParam("name");
        if (name != null) {
            status.putObject("details")
                    .put("name", name)
                    .put("group", Group.NAME)
                    .put("kind", Group.RESOURCE);
        }
        return status.put("code", meaning.code());
    }

    private static String message(RoutingContext context, ProblemException problem) {
        String name = context.pathParam("name");
        String which = Group.RESOURCE + "." + Group.NAME + (name == null ? "" : " \"" + name + "\"");
        return switch (problem.type()) {
            case UNAUTHENTICATED -> "Unauthorized";
            case UNKNOWN, WITHDRAWN -> which + " not found";
            case UNAUTHORIZED, REJECTED_IDENTIFIER, RETIRED -> which + " is forbidden: " + problem.detail();
            case CONFLICT, PRECONDITION_FAILED -> "Operation cannot be fulfilled on " + which + ": " + problem.detail();
            case MALFORMED,
                    BAD_CSR,
                    BAD_PUBLIC_KEY,
                    BAD_SIGNATURE,
                    UNKNOWN_SIGNER,
                    BAD_REVOCATION_REASON,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    NOT_ACCEPTABLE,
                    DUPLICATE,
                    KEY_NOT_ROTATED,
                    TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    RATE_LIMITED,
                    INTERNAL,
                    UNAVAILABLE -> problem.detail();
        };
    }

    private static Meaning meaning(ProblemType type) {
        return switch (type) {
            case MALFORMED -> new Meaning(400, "BadRequest");
            case BAD_CSR, BAD_PUBLIC_KEY, BAD_SIGNATURE, UNKNOWN_SIGNER, BAD_REVOCATION_REASON ->
                new Meaning(422, "Invalid");
            case UNAUTHENTICATED -> new Meaning(401, "Unauthorized");
            case UNAUTHORIZED, REJECTED_IDENTIFIER, RETIRED -> new Meaning(403, "Forbidden");
            case NOT_FOUND, UNKNOWN, WITHDRAWN -> new Meaning(404, "NotFound");
            case METHOD_NOT_ALLOWED -> new Meaning(405, "MethodNotAllowed");
            case NOT_ACCEPTABLE -> new Meaning(406, "NotAcceptable");
            case DUPLICATE, KEY_NOT_ROTATED -> new Meaning(409, "AlreadyExists");
            case CONFLICT, PRECONDITION_FAILED -> new Meaning(409, "Conflict");
            case TOO_LARGE -> new Meaning(413, "RequestEntityTooLarge");
            case UNSUPPORTED_MEDIA_TYPE -> new Meaning(415, "UnsupportedMediaType");
            case RATE_LIMITED -> new Meaning(429, "TooManyRequests");
            case INTERNAL -> new Meaning(500, "InternalError");
            case UNAVAILABLE -> new Meaning(503, "ServiceUnavailable");
        };
    }
}
