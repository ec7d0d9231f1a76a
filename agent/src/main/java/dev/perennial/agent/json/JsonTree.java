package dev.perennial.agent.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document whose shape is the server's business: what a newer server adds is kept and shown. A place where nothing
 * stands is a tree too, an absent one; nulls are left out.
 */
public final class JsonTree {
    private static final JsonTree ABSENT = new JsonTree(null);

    private final @Nullable Object value;

    private JsonTree(@Nullable Object value) {
        this.value = value;
    }

    /** A tree of maps, lists, strings, numbers and booleans. */
    public static JsonTree of(Object value) {
        return new JsonTree(value);
    }

    static JsonTree read(JsonParser parser) throws IOException {
        return new JsonTree(value(parser));
    }

    /** What stands at a JSON pointer (RFC 6901) of plain names. */
    public JsonTree at(String pointer) {
        Object here = value;
        for (String name : pointer.substring(1).split("/", -1)) {
            here = here instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return here == null ? ABSENT : new JsonTree(here);
    }

    public boolean isThere() {
        return value != null;
    }

    /** A scalar's text; empty where there is none. */
    public String text() {
        return value == null || value instanceof Map<?, ?> || value instanceof List<?> ? "" : value.toString();
    }

    /** The text at a pointer; empty where there is none. */
    public String text(String pointer) {
        return at(pointer).text();
    }

    /** The elements of a list; none where there is no list. */
    public List<JsonTree> elements() {
        List<JsonTree> elements = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (Object element : list) {
                elements.add(new JsonTree(element));
            }
        }
        return elements;
    }

    /** The texts of a list of scalars. */
    public List<String> texts() {
        return elements().stream().map(JsonTree::text).toList();
    }

    /** A copy of an object's fields, to be changed and sent back; empty where there is no object. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> fields.put((String) name, field));
        }
        return fields;
    }

    /** The document in ASCII. */
    public String json() {
        return Json.ascii(value == null ? Collections.emptyMap() : value);
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> list(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_NUMBER_INT -> {
                Number number = parser.getNumberValue();
                yield number instanceof BigInteger large ? new BigDecimal(large) : (Object) number.longValue();
            }
            case VALUE_NULL -> null;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new JsonException("a value is wanted, not " + token, null);
        };
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            Object field = value(parser);
            if (field != null) {
                fields.put(name, field);
            }
        }
        return fields;
    }

    private static List<Object> list(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Object element = value(parser);
            if (element != null) {
                elements.add(element);
            }
        }
        return elements;
    }
}
