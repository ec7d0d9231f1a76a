package dev.perennial.agent.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a parser stands on into a value of a type. */
final class JsonReader {
    private JsonReader() {}

    static Object object(JsonParser parser, Class<?> type) throws IOException {
        Shape shape = Shape.of(type);
        @Nullable Object[] values = new Object[shape.size()];
        boolean[] given = new boolean[shape.size()];
        for (int place = 0; place < values.length; place++) {
            values[place] = zero(shape.typeOf(place));
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Integer place = shape.place(parser.currentName());
            JsonToken token = parser.nextToken();
            if (place == null) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                values[place] = value(parser, shape.typeOf(place));
                given[place] = true;
            }
        }
        return shape.make(values, given);
    }

    private static Object value(JsonParser parser, Type type) throws IOException {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? list(parser, arguments[0])
                    : map(parser, (Class<?>) arguments[0], arguments[1]);
        }
        Class<?> plain = (Class<?>) type;
        if (parser.currentToken() == JsonToken.START_OBJECT && !plain.isEnum() && plain != String.class) {
            return object(parser, plain);
        }
        return scalar(parser, plain);
    }

    private static Object scalar(JsonParser parser, Class<?> type) throws IOException {
        if (!parser.currentToken().isScalarValue()) {
            throw new JsonException("a " + type.getSimpleName() + " is wanted, not " + parser.currentToken(), null);
        }
        if (type == int.class || type == Integer.class) {
            return parser.getIntValue();
        }
        if (type == long.class || type == Long.class) {
            return parser.getLongValue();
        }
        if (type == boolean.class || type == Boolean.class) {
            return parser.getBooleanValue();
        }
        String text = parser.getText();
        try {
            if (type == Instant.class) {
                return Instant.parse(text);
            }
            if (type == URI.class) {
                return URI.create(text);
            }
            return type.isEnum() ? constant(type, text) : String.class.cast(type.cast(text));
        } catch (DateTimeException | IllegalArgumentException | ClassCastException e) {
            throw new JsonException("this is no " + type.getSimpleName(), e);
        }
    }

    private static List<Object> list(JsonParser parser, Type element) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new JsonException("a list is wanted, not " + parser.currentToken(), null);
        }
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser, element));
        }
        return list;
    }

    private static Map<Object, Object> map(JsonParser parser, Class<?> key, Type value) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new JsonException("an object is wanted, not " + parser.currentToken(), null);
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            try {
                map.put(key.isEnum() ? constant(key, name) : name, value(parser, value));
            } catch (IllegalArgumentException e) {
                throw new JsonException("'" + name + "' is no " + key.getSimpleName(), e);
            }
        }
        return map;
    }

    private static Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static @Nullable Object zero(Type type) {
        if (type == int.class) {
            return 0;
        }
        if (type == long.class) {
            return 0L;
        }
        return type == boolean.class ? Boolean.FALSE : null;
    }
}
