package dev.perennial.agent.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * JSON as the server speaks it and as the state files keep it: snake_case names, RFC 3339 instants, nulls left out,
 * unknown properties ignored, so that a newer writer can be read.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Reads one document into a record or a class of fields; fails with {@link JsonException}. */
    public static <T> T read(byte[] document, Class<T> type) throws IOException {
        try (JsonParser parser = FACTORY.createParser(document)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonException("the document is not an object", null);
            }
            T value = type.cast(JsonReader.object(parser, type));
            if (parser.nextToken() != null) {
                throw new JsonException("something follows the document", null);
            }
            return value;
        } catch (JacksonException e) {
            throw new JsonException(e.getOriginalMessage(), e);
        }
    }

    /** Reads one document without knowing its shape. */
    public static JsonTree tree(byte[] document) throws IOException {
        try (JsonParser parser = FACTORY.createParser(document)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonException("the document is not an object", null);
            }
            JsonTree tree = JsonTree.read(parser);
            if (parser.nextToken() != null) {
                throw new JsonException("something follows the document", null);
            }
            return tree;
        } catch (JacksonException e) {
            throw new JsonException(e.getOriginalMessage(), e);
        }
    }

    /** The same in ASCII alone: nothing in it can steer a terminal. */
    public static String ascii(Object value) {
        StringBuilder text = new StringBuilder();
        for (char unit : new String(write(value), StandardCharsets.UTF_8).toCharArray()) {
            // Outside of strings JSON is ASCII, and inside of them any UTF-16 unit may be escaped (RFC 8259 §7).
            if (unit < 0x7f) {
                text.append(unit);
            } else {
                text.append(String.format("\\u%04x", (int) unit));
            }
        }
        return text.toString();
    }

    public static byte[] write(Object value) {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(document)) {
            JsonWriter.write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return document.toByteArray();
    }
}
