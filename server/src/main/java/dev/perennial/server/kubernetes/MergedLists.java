package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.problem.ProblemException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;

/** The two kinds of lists that patches add to rather than replace: sets, and maps by a field of their elements. */
final class MergedLists {
    private MergedLists() {}

    /** Both, each once, in their order. */
    static ArrayNode union(JsonNode list, JsonNode added) {
        Set<JsonNode> all = new LinkedHashSet<>();
        list.forEach(all::add);
        added.forEach(all::add);
        return JsonNodeFactory.instance.arrayNode().addAll(all);
    }

    /**
     * Both, with the elements of one key merged into one.
     *
     * @throws ProblemException malformed where an added one has no key, or has the key of another added one
     */
    static ArrayNode merge(String field, String key, JsonNode list, JsonNode added, BinaryOperator<ObjectNode> merge) {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        for (JsonNode one : list) {
            all.putIfAbsent(one.path(key).asText(""), one);
        }
        for (Map.Entry<String, ObjectNode> one : byKey(field, key, added).entrySet()) {
            ObjectNode before =
                    all.get(one.getKey()) instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
            all.put(one.getKey(), merge.apply(before, one.getValue()));
        }
        return JsonNodeFactory.instance.arrayNode().addAll(all.values());
    }

    private static Map<String, ObjectNode> byKey(String field, String key, JsonNode list) {
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        for (JsonNode one : list) {
            if (!(one instanceof ObjectNode object) || !object.path(key).isTextual()) {
                throw PatchBody.malformed(field + ": each element is an object with the field " + key);
            }
            if (all.put(object.path(key).textValue(), object) != null) {
                throw PatchBody.malformed(field + ": there is more than one element with the same " + key);
            }
        }
        return all;
    }
}
