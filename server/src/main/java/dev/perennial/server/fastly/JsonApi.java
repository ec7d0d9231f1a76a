package dev.perennial.server.fastly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Json;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** JSON:API as this family of calls speaks it. */
final class JsonApi {
    /** Without parameters: clients compare it with the whole header. */
    static final String MEDIA_TYPE = "application/vnd.api+json";

    private JsonApi() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static void answer(RoutingContext context, int status, ObjectNode document) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Answer.body(context.request(), Json.write(document));
    }

    /** What a reference to another object looks like. */
    static ObjectNode reference(String type, String id) {
        ObjectNode reference = object();
        reference.putObject("data").put("type", type).put("id", id);
        return reference;
    }

    /** The {@code data} of the body; all that a client leaves out is empty. */
    static JsonNode data(RoutingContext context) {
        return Json.read(context.body().buffer(), ObjectNode.class).path("data");
    }

    /** The text of a field; null where it is not there, or null. */
    static @Nullable String text(JsonNode parent, String field) {
        JsonNode value = parent.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw ProblemException.of(ProblemType.MALFORMED, field + " must be a string");
        }
        return value.textValue();
    }
}
