package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.List;
import java.util.Map;

/** The four ways in which clients say what is to change. None of them decides whether it may. */
final class Patch {
    /** RFC 6902. */
    static final String JSON_PATCH = "application/json-patch+json";
    /** RFC 7396. */
    static final String MERGE_PATCH = "application/merge-patch+json";
    /** Upstream's own: as the above, and lists are merged where the type says so. */
    static final String STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json";
    /** Upstream's "server-side apply": the fields that the client wants, in YAML or JSON. */
    static final String APPLY_PATCH = "application/apply-patch+yaml";

    static final List<String> TYPES = List.of(JSON_PATCH, MERGE_PATCH, APPLY_PATCH, STRATEGIC_MERGE_PATCH);

    private Patch() {}

    /**
     * The object as the patch leaves it; the given one stays as it is.
     *
     * @throws ProblemException malformed for what is no such patch or does not fit the object; too large; or of an
     *     unsupported media type
     * @throws InvalidObjectException where a {@code test} of a JSON patch fails
     */
    static ObjectNode apply(String mediaType, ObjectNode object, byte[] body) {
        return switch (mediaType) {
            case JSON_PATCH -> JsonPatches.apply(object, PatchBody.json(body));
            case MERGE_PATCH -> merge(object, PatchBody.jsonObject(body));
            case STRATEGIC_MERGE_PATCH -> StrategicMerge.apply(object, PatchBody.jsonObject(body));
            case APPLY_PATCH -> ApplyMerge.apply(object, PatchBody.yamlObject(body));
            default ->
                throw ProblemException.of(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE,
                        "the body of the request was in an unknown format - accepted media types include: "
                                + String.join(", ", TYPES));
        };
    }

    /** RFC 7396 §2, for a patch that is an object. */
    private static ObjectNode merge(JsonNode target, ObjectNode patch) {
        ObjectNode result =
                target instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            if (field.getValue().isNull()) {
                result.remove(name);
            } else if (field.getValue() instanceof ObjectNode part) {
                result.set(name, merge(result.path(name), part));
            } else {
                result.set(name, field.getValue());
            }
        }
        return result;
    }
}
