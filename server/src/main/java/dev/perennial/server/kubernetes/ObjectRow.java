package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What this door alone keeps of a request.
 *
 * @param born whether the request was made at this door
 * @param generation whose labels, annotations, finalizers and conditions these are
 * @param conditions as they were written
 */
record ObjectRow(
        String requestId,
        String orgId,
        String name,
        boolean born,
        int generation,
        ObjectNode labels,
        ObjectNode annotations,
        List<String> finalizers,
        ArrayNode conditions) {

    /** Of a request of which nothing is kept yet: it goes by its id. */
    static ObjectRow none(String requestId, String orgId, int generation) {
        return new ObjectRow(
                requestId, orgId, requestId, false, generation, empty(), empty(), List.of(), noConditions());
    }

    /** Of an object that is about to be made here. */
    static ObjectRow born(String requestId, String orgId, ObjectNode object) {
        String name = object.path("metadata").path("name").asText();
        return new ObjectRow(requestId, orgId, name, true, 1, empty(), empty(), List.of(), noConditions()).with(object);
    }

    /** The same with what the object says by now. */
    ObjectRow with(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        List<String> held = new ArrayList<>();
        metadata.path("finalizers").forEach(one -> held.add(one.asText()));
        return new ObjectRow(
                requestId,
                orgId,
                name,
                born,
                generation,
                object(metadata, "labels"),
                object(metadata, "annotations"),
                held,
                object.path("status").path("conditions") instanceof ArrayNode said ? said : noConditions());
    }

    /** The object in that field; an empty one where there is none. */
    static ObjectNode object(JsonNode parent, String field) {
        return parent.path(field) instanceof ObjectNode object ? object : empty();
    }

    /** The same where another generation is shown: name and birth are the request's, the rest begins anew. */
    ObjectRow of(int shown) {
        return shown == generation
                ? this
                : new ObjectRow(requestId, orgId, name, born, shown, empty(), empty(), List.of(), noConditions());
    }

    /** About so many octets it takes in an answer, with what else every object has. */
    int octets() {
        int texts = 4_096;
        for (JsonNode value : annotations) {
            texts += value.asText().length();
        }
        return texts + 64 * (labels.size() + conditions.size() + finalizers.size());
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ArrayNode noConditions() {
        return JsonNodeFactory.instance.arrayNode();
    }
}
