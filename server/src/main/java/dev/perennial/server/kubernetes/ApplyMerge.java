package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Upstream's apply without the ownership of fields: what is given is set, and what is not given stays, even where the
 * same client gave it before.
 */
final class ApplyMerge {
    private ApplyMerge() {}

    static ObjectNode apply(ObjectNode object, ObjectNode wanted) {
        if (!wanted.path("metadata").path("managedFields").isEmpty()) {
            throw PatchBody.malformed("metadata.managedFields must be nil");
        }
        return map("", object, wanted);
    }

    private static ObjectNode map(String path, JsonNode target, ObjectNode wanted) {
        ObjectNode result =
                target instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : wanted.properties()) {
            String name = member.getKey();
            String field = path.isEmpty() ? name : path + "." + name;
            JsonNode value = member.getValue();
            // Generated files have "creationTimestamp: null": no value is given there.
            if (!value.isNull()) {
                result.set(name, value(field, result.path(name), value));
            }
        }
        return result;
    }

    private static JsonNode value(String field, JsonNode before, JsonNode value) {
        if (value instanceof ObjectNode object) {
            return map(field, before, object);
        }
        if (!(value instanceof ArrayNode list)) {
            return value;
        }
        return switch (field) {
            case "metadata.finalizers" -> MergedLists.union(before, list);
            case "metadata.ownerReferences" -> byKey(field, "uid", before, list);
            case "status.conditions" -> byKey(field, "type", before, list);
            default -> list;
        };
    }

    private static ArrayNode byKey(String field, String key, JsonNode before, ArrayNode list) {
        return MergedLists.merge(field, key, before, list, (old, part) -> map(field + "[]", old, part));
    }
}
