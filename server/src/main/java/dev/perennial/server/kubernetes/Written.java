package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What calls that write bring with them: a body, and in the query how it is to be taken. */
final class Written {
    /** So many unknown fields are told of. */
    private static final int MOST_WARNINGS = 20;

    private Written() {}

    /**
     * The object in the body.
     *
     * @throws ProblemException malformed where it is none of this kind, or has unknown fields and that is not wanted
     */
    static ObjectNode read(RoutingContext context) {
        ObjectNode body = Bodies.read(context);
        if (!body.path("kind").asText(Group.KIND).equals(Group.KIND)
                || !body.path("apiVersion").asText(Group.VERSION).equals(Group.VERSION)) {
            throw malformed("the body is not a " + Group.KIND + " of " + Group.VERSION);
        }
        return checked(context, body);
    }

    private static ObjectNode checked(RoutingContext context, ObjectNode object) {
        if (holdsNul(object)) {
            throw malformed("a text in the body holds the character U+0000, which cannot be stored");
        }
        String wrong = KnownFields.wrongType(object);
        if (wrong != null) {
            throw malformed(wrong);
        }
        String validation = ListQuery.text(context, "fieldValidation");
        List<String> unknown = validation.equals("Ignore") ? List.of() : KnownFields.unknown(object);
        List<String> texts =
                unknown.stream().map(path -> "unknown field \"" + path + "\"").toList();
        switch (validation) {
            case "Ignore" -> {}
            // Set, not added: a patch may be tried more than once.
            case "", "Warn" ->
                context.response()
                        .headers()
                        .set(
                                "Warning",
                                texts.stream()
                                        .limit(MOST_WARNINGS)
                                        .map(Written::warning)
                                        .toList());
            case "Strict" -> {
                if (!texts.isEmpty()) {
                    throw malformed(Group.KIND + " in version \"v1\" cannot be handled as a " + Group.KIND
                            + ": strict decoding error: " + String.join(", ", texts));
                }
            }
            default ->
                throw StatusException.invalid(
                        "fieldValidation: Unsupported value: supported values: \"Ignore\"," + " \"Strict\", \"Warn\"");
        }
        return object;
    }

    /** RFC 7234 §5.5, as upstream writes it. */
    private static String warning(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return "299 - \"" + printable.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static boolean holdsNul(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue().indexOf('\0') >= 0;
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (field.getKey().indexOf('\0') >= 0) {
                return true;
            }
        }
        for (JsonNode part : node) {
            if (holdsNul(part)) {
                return true;
            }
        }
        return false;
    }

    /**
     * A patch, as it came.
     *
     * @param type one of {@link Patch#TYPES}
     */
    record Patching(RoutingContext context, String type, byte[] body) {
        boolean applies() {
            return type.equals(Patch.APPLY_PATCH);
        }

        ObjectNode to(ObjectNode object) {
            return checked(context, Patch.apply(type, object, body));
        }
    }

    static Patching patching(RoutingContext context) {
        String type = mediaType(context);
        Buffer body = context.body().buffer();
        if (body == null || body.length() == 0) {
            throw malformed("the body is empty: a patch is expected");
        }
        boolean applies = type.equals(Patch.APPLY_PATCH);
        if (applies && ListQuery.text(context, "fieldManager").isEmpty()) {
            throw StatusException.invalid("fieldManager: Required value: is required for apply patch");
        }
        if (!applies && ListQuery.flag(context, "force")) {
            throw StatusException.invalid("force: Forbidden: may not be specified for non-apply patch");
        }
        return new Patching(context, type, body.getBytes());
    }

    static boolean isPatch(String contentType) {
        return Patch.TYPES.contains(mediaType(contentType));
    }

    private static String mediaType(RoutingContext context) {
        return mediaType(String.valueOf(context.request().getHeader(HttpHeaders.CONTENT_TYPE)));
    }

    private static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** The options of a deletion; nothing where the body is empty. */
    static JsonNode options(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null || body.length() == 0 ? JsonNodeFactory.instance.objectNode() : Bodies.read(context);
    }

    static boolean isDryRun(RoutingContext context) {
        return switch (ListQuery.text(context, "dryRun")) {
            case "" -> false;
            case "All" -> true;
            default -> throw StatusException.invalid("dryRun: Unsupported value: supported values: \"All\"");
        };
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
