package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Columns of JSON, as trees. Whatever stands there is read: the bounds of bodies are not those of rows. */
final class StoredJson {
    private static final ObjectMapper STORED = new ObjectMapper();

    private StoredJson() {}

    static JsonObject of(ObjectNode node) {
        return new JsonObject(Json.write(node));
    }

    static JsonArray of(ArrayNode node) {
        return new JsonArray(Json.write(node));
    }

    static ArrayNode array(Row row, String column) {
        return tree(row.getJsonArray(column).toBuffer(), ArrayNode.class);
    }

    static ObjectNode object(Row row, String column) {
        return tree(row.getJsonObject(column).toBuffer(), ObjectNode.class);
    }

    static @Nullable ObjectNode objectOrNull(Row row, String column) {
        return row.getValue(column) == null ? null : object(row, column);
    }

    private static <T extends JsonNode> T tree(Buffer stored, Class<T> type) {
        try {
            return STORED.readValue(stored.getBytes(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
