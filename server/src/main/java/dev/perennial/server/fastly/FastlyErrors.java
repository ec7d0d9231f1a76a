package dev.perennial.server.fastly;

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

/**
 * Failures in this door's words: {@code errors} of JSON:API, but for those of credentials, which upstream's gateway
 * answers in a form of its own.
 */
final class FastlyErrors implements Handler<RoutingContext> {
    private record Meaning(int status, String title) {}

    @Override
    public void handle(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        ProblemException problem = Problems.problemOf(context);
        Meaning meaning = meaning(problem.type());
        Duration retryAfter = problem.retryAfter();
        if (retryAfter != null) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        if (meaning.status() == 401 || meaning.status() == 403) {
            context.response()
                    .setStatusCode(meaning.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            ObjectNode body = JsonApi.object().put("msg", meaning.title()).put("detail", problem.detail());
            Answer.body(context.request(), Json.write(body));
            return;
        }
        ObjectNode document = JsonApi.object();
        document.putArray("errors").addObject().put("title", meaning.title()).put("detail", problem.detail());
        JsonApi.answer(context, meaning.status(), document);
    }

    private static Meaning meaning(ProblemType type) {
        return switch (type) {
            case MALFORMED, BAD_CSR, BAD_PUBLIC_KEY, BAD_SIGNATURE, UNKNOWN_SIGNER, BAD_REVOCATION_REASON ->
                new Meaning(400, "Bad request");
            case UNAUTHENTICATED -> new Meaning(401, "Provided credentials are missing or invalid");
            case UNAUTHORIZED, REJECTED_IDENTIFIER, RETIRED -> new Meaning(403, "You are not authorized to do this");
            case NOT_FOUND, UNKNOWN, WITHDRAWN -> new Meaning(404, "Not found");
            case METHOD_NOT_ALLOWED -> new Meaning(405, "Method not allowed");
            case NOT_ACCEPTABLE -> new Meaning(406, "Not acceptable");
            case DUPLICATE, KEY_NOT_ROTATED, CONFLICT, PRECONDITION_FAILED -> new Meaning(409, "Conflict");
            case TOO_LARGE -> new Meaning(413, "Payload too large");
            case UNSUPPORTED_MEDIA_TYPE -> new Meaning(415, "Unsupported media type");
            case RATE_LIMITED -> new Meaning(429, "Too many requests");
            case INTERNAL -> new Meaning(500, "Internal server error");
            case UNAVAILABLE -> new Meaning(503, "Service unavailable");
        };
    }
}
