package dev.perennial.server.qradar;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.Problems;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** How this door fails: always in JSON, whatever the media type of the answer would have been. */
final class QradarErrors implements Handler<RoutingContext> {
    @Override
    public void handle(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        UniqueCodeException own = UniqueCodeException.of(context.failure());
        if (own != null) {
            answer(context, own.code(), own.detail());
            return;
        }
        ProblemException problem = Problems.problemOf(context);
        Duration retryAfter = problem.retryAfter();
        if (retryAfter != null) {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        boolean makes = HttpMethod.POST.equals(context.request().method());
        answer(context, UniqueCode.of(problem.type(), makes), message(problem));
    }

    private static String message(ProblemException problem) {
        return problem.identifiers().isEmpty()
                ? problem.detail()
                : problem.detail() + ": " + String.join(", ", problem.identifiers());
    }

    private static void answer(RoutingContext context, UniqueCode code, String message) {
        if (code == UniqueCode.NO_CREDENTIAL) {
            context.response().putHeader("WWW-Authenticate", "Basic realm=\"perennial\", charset=\"UTF-8\"");
        }
        context.response()
                .setStatusCode(code.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Answer.body(context.request(), Json.write(body(code, message)));
    }

    static ObjectNode body(UniqueCode code, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("message", message);
        body.putObject("details");
        body.put("description", code.meaning()).put("code", code.code());
        body.putObject("http_response").put("code", code.status()).put("message", code.ofStatus());
        return body;
    }
}
