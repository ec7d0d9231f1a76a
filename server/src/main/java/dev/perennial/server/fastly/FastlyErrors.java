package dev.perennial.server.fastly;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.http.DoorFailures;
import dev.perennial.server.http.DoorFailures.Said;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.Problems;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;

/**
 * Failures in this door's words: {@code errors} of JSON:API, but for those of credentials, which upstream's gateway
 * answers in a form of its own.
 */
final class FastlyErrors {
    private record Meaning(int status, String title) {}

    private FastlyErrors() {}

    static DoorFailures door() {
        return new DoorFailures(FastlyErrors::said);
    }

    private static Said said(RoutingContext context) {
        ProblemException problem = Problems.problemOf(context);
        Meaning meaning = meaning(problem.type());
        String detail = problem.identifiers().isEmpty()
                ? problem.detail()
                : problem.detail() + ": " + String.join(", ", problem.identifiers());
        if (meaning.status() == 401 || meaning.status() == 403) {
            ObjectNode body = JsonApi.object().put("msg", meaning.title()).put("detail", detail);
            return new Said(meaning.status(), "application/json", Json.write(body));
        }
        ObjectNode document = JsonApi.object();
        document.putArray("errors").addObject().put("title", meaning.title()).put("detail", detail);
        return new Said(meaning.status(), JsonApi.MEDIA_TYPE, Json.write(document));
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
