package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Upstream's strategic merge patch, for the one type of this door: maps are merged, a null removes, lists are replaced
 * but for the finalizers, a set, and the owner references, which are told by their uid. Members with a dollar sign say
 * how.
 */
final class StrategicMerge {
    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ELEMENT_ORDER = "$setElementOrder/";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";
    private static final String FINALIZERS = "metadata.finalizers";
    private static final String OWNERS = "metadata.ownerReferences";
    private static final String OWNER_KEY = "uid";

    private StrategicMerge() {}

    static ObjectNode apply(ObjectNode object, ObjectNode patch) {
        return map("", object, patch);
    }

    private static ObjectNode map(String path, JsonNode target, ObjectNode patch) {
        ObjectNode result =
                target instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        switch (directive(patch)) {
            case "delete" -> {
                return result.removeAll();
            }
            case "replace" -> result.removeAll();
            default -> retain(result, patch);
        }
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            member(path, result, field.getKey(), field.getValue());
        }
        return result;
    }

    private static String directive(JsonNode patch) {
        String directive = patch.path(PATCH).asText("merge");
        if (!List.of("merge", "replace", "delete").contains(directive)) {
            throw PatchBody.malformed(PATCH + " is one of merge, replace and delete");
        }
        return directive;
    }

    /** What is not named goes: the patch then says all that there is to be. */
    private static void retain(ObjectNode result, ObjectNode patch) {
        JsonNode retained = patch.path(RETAIN_KEYS);
        if (retained.isMissingNode()) {
            return;
        }
        Set<String> names = new HashSet<>();
        retained.forEach(name -> names.add(name.asText()));
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (!field.getKey().startsWith("$") && !field.getValue().isNull() && !names.contains(field.getKey())) {
                throw PatchBody.malformed(RETAIN_KEYS + " does not name each field of its patch");
            }
        }
        result.retain(names);
    }

    private static void member(String path, ObjectNode result, String name, JsonNode value) {
        if (name.equals(PATCH) || name.equals(RETAIN_KEYS) || name.startsWith(ELEMENT_ORDER)) {
            return;
        }
        if (name.startsWith(DELETE_FROM)) {
            delete(result, name.substring(DELETE_FROM.length()), value);
            return;
        }
        String field = path.isEmpty() ? name : path + "." + name;
        if (value.isNull()) {
            result.remove(name);
        } else if (value instanceof ObjectNode part) {
            result.set(name, map(field, result.path(name), part));
        } else if (value instanceof ArrayNode list) {
            result.set(name, list(field, result.path(name), list));
        } else {
            result.set(name, value);
        }
    }

    private static void delete(ObjectNode result, String name, JsonNode values) {
        Set<JsonNode> gone = new HashSet<>();
        values.forEach(gone::add);
        ArrayNode left = JsonNodeFactory.instance.arrayNode();
        for (JsonNode one : result.path(name)) {
            if (!gone.contains(one)) {
                left.add(one);
            }
        }
        if (result.has(name)) {
            result.set(name, left);
        }
    }

    private static JsonNode list(String field, JsonNode target, ArrayNode patch) {
        ArrayNode added = JsonNodeFactory.instance.arrayNode();
        Set<String> deleted = new HashSet<>();
        boolean replaces = !List.of(FINALIZERS, OWNERS).contains(field);
        for (JsonNode one : patch) {
            switch (directive(one)) {
                case "replace" -> replaces = true;
                case "delete" -> deleted.add(one.path(OWNER_KEY).asText(""));
                default -> added.add(one);
            }
        }
        JsonNode before = replaces ? JsonNodeFactory.instance.arrayNode() : target;
        if (field.equals(FINALIZERS)) {
            return MergedLists.union(before, added);
        }
        if (!field.equals(OWNERS)) {
            return added;
        }
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        for (JsonNode one : before) {
            if (!deleted.contains(one.path(OWNER_KEY).asText(""))) {
                kept.add(one);
            }
        }
        return MergedLists.merge(field, OWNER_KEY, kept, added, (old, part) -> map(field + "[]", old, part));
    }
}
