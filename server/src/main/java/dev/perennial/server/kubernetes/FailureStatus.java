package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.http.DoorFailures;
import dev.perennial.server.http.DoorFailures.Said;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.Problems;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** How this door fails: every failure is a {@code Status}, with upstream's reason and HTTP status. */
final class FailureStatus {
    private record Meaning(int code, String reason) {}

    private FailureStatus() {}

    static DoorFailures door() {
        return new DoorFailures(FailureStatus::said);
    }

    private static Said said(RoutingContext context) {
        StatusException own = StatusException.of(context.failure());
        if (own != null) {
            return said(own.code(), of(own, context));
        }
        if (context.failure() instanceof InvalidObjectException invalid) {
            return said(422, invalid(invalid));
        }
        ProblemException problem = Problems.problemOf(context);
        Meaning meaning = meaning(problem.type());
        return said(meaning.code(), status(meaning, message(context, problem), details(context.pathParam("name"))));
    }

    private static Said said(int code, ObjectNode status) {
        return new Said(code, "application/json", Json.write(status));
    }

    /** One that goes into a watch. */
    static ObjectNode of(StatusException failure) {
        return status(new Meaning(failure.code(), failure.reason()), failure.getMessage(), null);
    }

    private static ObjectNode of(StatusException failure, RoutingContext context) {
        return status(
                new Meaning(failure.code(), failure.reason()),
                failure.getMessage(),
                details(failure.name() == null ? context.pathParam("name") : failure.name()));
    }

    /** Every cause in its own words, and all of them in the message. */
    private static ObjectNode invalid(InvalidObjectException invalid) {
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("name", invalid.name())
                .put("group", Group.NAME)
                .put("kind", Group.KIND);
        ArrayNode causes = details.putArray("causes");
        invalid.causes().forEach(cause -> causes.addObject()
                .put("reason", cause.reason())
                .put("message", cause.message())
                .put("field", cause.field()));
        return status(new Meaning(422, "Invalid"), invalid.getMessage(), details);
    }

    private static @Nullable ObjectNode details(@Nullable String name) {
        return name == null
                ? null
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("name", name)
                        .put("group", Group.NAME)
                        .put("kind", Group.RESOURCE);
    }

    private static ObjectNode status(Meaning meaning, @Nullable String message, @Nullable ObjectNode details) {
        ObjectNode status =
                JsonNodeFactory.instance.objectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", message).put("reason", meaning.reason());
        if (details != null) {
            status.set("details", details);
        }
        return status.put("code", meaning.code());
    }

    private static String message(RoutingContext context, ProblemException problem) {
        String name = context.pathParam("name");
        String which = name == null ? Group.RESOURCE + "." + Group.NAME : Group.named(name);
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
            case CONFLICT, PRECONDITION_FAILED, DUPLICATE, KEY_NOT_ROTATED -> new Meaning(409, "Conflict");
            case TOO_LARGE -> new Meaning(413, "RequestEntityTooLarge");
            case UNSUPPORTED_MEDIA_TYPE -> new Meaning(415, "UnsupportedMediaType");
            case RATE_LIMITED -> new Meaning(429, "TooManyRequests");
            case INTERNAL -> new Meaning(500, "InternalError");
            case UNAVAILABLE -> new Meaning(503, "ServiceUnavailable");
        };
    }
}
