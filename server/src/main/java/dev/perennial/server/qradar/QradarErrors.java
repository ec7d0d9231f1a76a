package dev.perennial.server.qradar;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.DoorFailures;
import dev.perennial.server.http.DoorFailures.Said;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.Problems;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;

/** How this door fails: always in JSON, whatever the media type of the answer would have been. */
final class QradarErrors {
    private static final String NOTHING_MADE = "qradar.nothing-made";

    private QradarErrors() {}

    /** The call was to make a request, and failed at that: what went wrong here has a code of its own then. */
    static void nothingWasMade(RoutingContext context) {
        context.put(NOTHING_MADE, true);
    }

    static DoorFailures door() {
        return new DoorFailures(QradarErrors::said);
    }

    private static Said said(RoutingContext context) {
        UniqueCodeException own = UniqueCodeException.of(context.failure());
        if (own != null) {
            return said(context, own.code(), own.detail());
        }
        ProblemException problem = Problems.problemOf(context);
        boolean nothingMade = context.get(NOTHING_MADE) != null;
        return said(context, UniqueCode.of(problem.type(), nothingMade), message(problem));
    }

    private static Said said(RoutingContext context, UniqueCode code, String message) {
        if (code == UniqueCode.NO_CREDENTIAL) {
            context.response().putHeader("WWW-Authenticate", "Basic realm=\"perennial\", charset=\"UTF-8\"");
        }
        return new Said(code.status(), "application/json", Json.write(body(code, message)));
    }

    private static String message(ProblemException problem) {
        return problem.identifiers().isEmpty()
                ? problem.detail()
                : problem.detail() + ": " + String.join(", ", problem.identifiers());
    }

    static ObjectNode body(UniqueCode code, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("message", message);
        body.putObject("details");
        body.put("description", code.meaning()).put("code", code.code());
        body.putObject("http_response").put("code", code.status()).put("message", code.ofStatus());
        return body;
    }
}
