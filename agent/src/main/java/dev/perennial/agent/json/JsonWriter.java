package dev.perennial.agent.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Writes records, lists, maps and scalars. */
final class JsonWriter {
    private JsonWriter() {}

    static void write(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof String || value instanceof Instant || value instanceof URI || value instanceof Enum<?>) {
            generator.writeString(value.toString());
        } else if (value instanceof Boolean bool) {
            generator.writeBoolean(bool);
        } else if (value instanceof BigDecimal decimal) {
            generator.writeNumber(decimal);
        } else if (value instanceof Number number) {
            generator.writeNumber(number.longValue());
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (Object element : list) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                generator.writeFieldName(entry.getKey().toString());
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else {
            object(generator, value);
        }
    }

    private static void object(JsonGenerator generator, Object value) throws IOException {
        Shape shape = Shape.of(value.getClass());
        generator.writeStartObject();
        for (Map.Entry<String, Integer> name : shape.names()) {
            Object field = shape.get(value, name.getValue());
            if (field != null) {
                generator.writeFieldName(name.getKey());
                write(generator, field);
            }
        }
        generator.writeEndObject();
    }
}
