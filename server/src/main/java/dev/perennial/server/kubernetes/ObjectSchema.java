package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** How an object looks, in the schema that {@link Discovery} shows to clients: one text says it to them and to us. */
final class ObjectSchema {
    private static final String REFERENCE = "#/components/schemas/";
    private static final String VALUES = "additionalProperties";
    private static final JsonNode ALL = load().path("components").path("schemas");

    static final JsonNode ROOT = ALL.path("io.k8s.api.certificates.v1." + Group.KIND);

    private ObjectSchema() {}

    private static JsonNode load() {
        try (InputStream stream = ObjectSchema.class.getResourceAsStream("/kubernetes.json")) {
            if (stream == null) {
                throw new IllegalStateException("kubernetes.json is not in the jar");
            }
            return new ObjectMapper().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null where there is no such field. */
    static @Nullable JsonNode ofField(String name, JsonNode schema) {
        JsonNode known = schema.path("properties").path(name);
        if (!known.isMissingNode()) {
            return resolved(known);
        }
        // A schema that says nothing of its fields may have any.
        boolean open = isMap(schema) || !schema.has("properties");
        return open ? ofValues(schema) : null;
    }

    static boolean isMap(JsonNode schema) {
        return schema.has(VALUES);
    }

    /** Of what a map holds under each of its names. */
    static JsonNode ofValues(JsonNode schema) {
        return resolved(schema.path(VALUES));
    }

    static JsonNode ofElements(JsonNode schema) {
        return resolved(schema.path("items"));
    }

    private static JsonNode resolved(JsonNode schema) {
        JsonNode link = schema.has("allOf") ? schema.path("allOf").path(0) : schema;
        String reference = link.path("$ref").asText("");
        return reference.startsWith(REFERENCE) ? ALL.path(reference.substring(REFERENCE.length())) : schema;
    }
}
