package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.http.Json;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** How bodies are read, and what is wrong with them in upstream's words. */
final class RequestBody {
    private RequestBody() {}

    /**
     * Unknown fields are ignored; a value of another type is no less a mistake than what is no JSON. What is too long is
     * JSON all the same, and upstream would read it: that is said.
     */
    static <T> T read(RoutingContext context, Class<T> type) {
        try {
            return Json.read(context.body().buffer(), type);
        } catch (ProblemException e) {
            if (e.detail().equals(Json.LONG_TEXT)) {
                throw invalid(Json.LONG_TEXT);
            }
            throw ProblemException.of(ProblemType.MALFORMED, "Invalid JSON format");
        }
    }

    /** What is there and not empty. */
    static String required(@Nullable String value, String name) {
        if (value == null || value.isEmpty()) {
            throw invalid(name + " is required");
        }
        return value;
    }

    /** The number of a CA, which upstream has as a string. */
    static long authority(@Nullable String text) {
        try {
            return Long.parseLong(required(text, "certificate_authority_id"));
        } catch (NumberFormatException e) {
            throw invalid("invalid certificate authority ID");
        }
    }

    static ProblemException invalid(String reason) {
        return ProblemException.of(ProblemType.MALFORMED, "Invalid request: " + reason);
    }
}
