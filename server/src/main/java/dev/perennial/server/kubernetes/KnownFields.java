package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which fields an object has, and of which JSON types: by the schema that clients are shown too. */
final class KnownFields {
    private static final int MOST_UNKNOWN = 100;
    private static final int LONGEST_NAME = 100;

    private KnownFields() {}

    /** The paths of fields that there are not, as {@code spec.x}, sorted; no more of them than help. */
    static List<String> unknown(ObjectNode object) {
        SortedSet<String> paths = new TreeSet<>();
        unknown("", object, ObjectSchema.ROOT, paths);
        return paths.stream().limit(MOST_UNKNOWN).toList();
    }

    private static void unknown(String path, JsonNode value, JsonNode schema, SortedSet<String> paths) {
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                unknown(path + "[" + i + "]", value.get(i), ObjectSchema.ofElements(schema), paths);
            }
            return;
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode known = ObjectSchema.ofField(field.getKey(), schema);
            String place = place(path, field.getKey());
            if (known == null) {
                paths.add(place);
                // No more of them are kept than are said, whatever the body holds.
                if (paths.size() > MOST_UNKNOWN) {
                    paths.remove(paths.last());
                }
            } else {
                unknown(place, field.getValue(), known, paths);
            }
        }
    }

    private static String place(String path, String name) {
        String shown = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
        return path.isEmpty() ? shown : path + "." + shown;
    }

    /**
     * The first field that has another JSON type than it should, with what it should have, as {@code spec.usages: an
     * array of strings is expected}; null where there is none. A null is no value, but in a list.
     */
    static @Nullable String wrongType(ObjectNode object) {
        return wrongType("", object, ObjectSchema.ROOT);
    }

    private static @Nullable String wrongType(String path, JsonNode value, JsonNode schema) {
        if (!fits(value, schema)) {
            return path + ": " + expected(schema) + " is expected";
        }
        if (value.isArray()) {
            JsonNode items = ObjectSchema.ofElements(schema);
            for (int i = 0; i < value.size(); i++) {
                JsonNode one = value.get(i);
                // Said of the list, where its elements are plain.
                if (!fits(one, items) && !items.path("type").asText("").equals("object")) {
                    return path + ": " + expected(schema) + " is expected";
                }
                String wrong = wrongType(path + "[" + i + "]", one, items);
                if (wrong != null) {
                    return wrong;
                }
            }
            return null;
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode known = ObjectSchema.ofField(field.getKey(), schema);
            if (known != null && !field.getValue().isNull()) {
                String wrong = wrongType(place(path, field.getKey()), field.getValue(), known);
                if (wrong != null) {
                    return wrong;
                }
            }
        }
        return null;
    }

    private static boolean fits(JsonNode value, JsonNode schema) {
        return switch (schema.path("type").asText("")) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual() && (!isTime(schema) || StatusConditions.time(value.textValue()) != null);
            case "integer" ->
                value.isIntegralNumber() && (isShort(schema) ? value.canConvertToInt() : value.canConvertToLong());
            case "boolean" -> value.isBoolean();
            default -> true;
        };
    }

    private static boolean isTime(JsonNode schema) {
        return schema.path("format").asText("").equals("date-time");
    }

    private static boolean isShort(JsonNode schema) {
        return schema.path("format").asText("").equals("int32");
    }

    private static String expected(JsonNode schema) {
        return switch (schema.path("type").asText("")) {
            case "object" ->
                ObjectSchema.isMap(schema) ? "a map of " + plural(ObjectSchema.ofValues(schema)) : "an object";
            case "array" -> "an array of " + plural(ObjectSchema.ofElements(schema));
            case "string" -> isTime(schema) ? "a time of RFC 3339" : "a string";
            case "integer" -> isShort(schema) ? "an integer of 32 bits" : "an integer";
            default -> "a boolean";
        };
    }

    private static String plural(JsonNode schema) {
        return switch (schema.path("type").asText("")) {
            case "object" -> "objects";
            case "array" -> "arrays of strings";
            default -> "strings";
        };
    }
}
