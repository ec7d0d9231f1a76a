package dev.perennial.server.testing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds calls and answers to {@code openapi.yaml}. Queries and bodies of calls that were answered 4xx are not looked at,
 * since they may be bad on purpose; answers always are. A path or method that is not described may only be answered by a
 * problem.
 */
public final class OpenApiContract {
    private static final String PROBLEM = "application/problem+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private final Map<JsonNode, Schema> known = new ConcurrentHashMap<>();

    public OpenApiContract() {
        try (InputStream stream = OpenApiContract.class.getResourceAsStream("/openapi.yaml")) {
            document = new ObjectMapper(new YAMLFactory()).readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands at a JSON pointer of the document. */
    public JsonNode at(String pointer) {
        return document.at(JsonPointer.compile(pointer));
    }

    /**
     * Checks one call and its answer.
     *
     * @param path as called, with its query
     * @throws AssertionError saying what does not fit
     */
    public void check(
            String method,
            String path,
            @Nullable String requestBody,
            int status,
            @Nullable String contentType,
            @Nullable String responseBody) {
        check(method, path, requestBody, status, contentType, responseBody, null);
    }

    /** The same with the headers of the answer, by name: those that are described must be as described. */
    public void check(
            String method,
            String path,
            @Nullable String requestBody,
            int status,
            @Nullable String contentType,
            @Nullable String responseBody,
            @Nullable Map<String, List<String>> responseHeaders) {
        String call = method + " " + path + " → " + status;
        if (NotaryContract.isOf(path)) {
            NotaryContract.check(call, status, contentType, method.equals("HEAD") ? null : responseBody);
            return;
        }
        if (QradarContract.isOf(path)) {
            QradarContract.check(call, method, status, contentType, responseBody);
            return;
        }
        if (KubernetesContract.isOf(path)) {
            KubernetesContract.check(call, status, contentType, responseBody);
            return;
        }
        if (FastlyContract.isOf(path)) {
            FastlyContract.check(call, status, contentType, responseBody);
            return;
        }
        Optional<JsonNode> operation = operation(method, path);
        String body = method.equals("HEAD") ? null : responseBody;
        if (operation.isEmpty()) {
            if (status != 400 && status != 404 && status != 405) {
                throw new AssertionError(call + ": not described");
            }
            JsonNode response = at("/components/responses/problem");
            checkBody(call, response, contentType, body);
            return;
        }
        if (status < 400) {
            checkQuery(call, operation.get(), path);
            checkRequest(call, operation.get(), requestBody);
        }
        JsonNode response = resolve(operation.get().path("responses").path(Integer.toString(status)));
        if (response.isMissingNode()) {
            throw new AssertionError(call + ": this status is not described");
        }
        checkBody(call, response, contentType, body);
        if (responseHeaders != null) {
            checkHeaders(call, response, responseHeaders);
        }
    }

    /** Every parameter is described for this operation, and as it is described. */
    private void checkQuery(String call, JsonNode operation, String path) {
        Map<String, JsonNode> described = new HashMap<>();
        for (JsonNode parameter : operation.path("parameters")) {
            JsonNode resolved = resolve(parameter);
            if (resolved.path("in").asText().equals("query")) {
                described.put(resolved.path("name").asText(), resolved.path("schema"));
            }
        }
        QueryString.parse(path).forEach((name, values) -> {
            String place = call + ", query parameter " + name;
            JsonNode schema = described.get(name);
            if (schema == null) {
                throw new AssertionError(place + " is not described");
            }
            if (schema.path("type").asText().equals("array")) {
                checkJson(place, schema, JSON.valueToTree(values).toString());
            } else if (values.size() == 1) {
                checkJson(place, schema, asJson(schema, values.get(0)));
            } else {
                throw new AssertionError(place + " is given more than once");
            }
        });
    }

    private void checkRequest(String call, JsonNode operation, @Nullable String body) {
        JsonNode described = resolve(operation.path("requestBody"));
        if (described.isMissingNode()) {
            if (body != null && !body.isEmpty()) {
                throw new AssertionError(call + ": no request body is described");
            }
            return;
        }
        if (body == null || body.isEmpty()) {
            throw new AssertionError(call + ": the request has no body");
        }
        checkJson(
                call + ", request",
                described.path("content").path("application/json").path("schema"),
                body);
    }

    private void checkBody(String call, JsonNode response, @Nullable String contentType, @Nullable String body) {
        JsonNode content = response.path("content");
        boolean empty = body == null || body.isEmpty();
        if (content.isMissingNode()) {
            if (!empty) {
                throw new AssertionError(call + ": no body is described, but there is " + body);
            }
            return;
        }
        String type =
                contentType == null ? "none" : contentType.split(";")[0].strip().toLowerCase(Locale.ROOT);
        JsonNode media = content.path(type);
        if (media.isMissingNode()) {
            throw new AssertionError(call + ": media type " + type + " is not described");
        }
        if (media.has("schema") && body != null) {
            checkJson(call, media.path("schema"), body);
        }
        if (type.equals(PROBLEM)
                && body != null
                && !call.endsWith(" → " + parse(call, body).path("status").asText())) {
            throw new AssertionError(call + ": the problem says another status: " + body);
        }
    }

    private void checkJson(String call, JsonNode schema, String body) {
        List<Error> errors = known.computeIfAbsent(schema, this::compile).validate(parse(call, body));
        if (!errors.isEmpty()) {
            throw new AssertionError(call + ":\n"
                    + errors.stream().map(Error::toString).collect(Collectors.joining("\n")) + "\n" + body);
        }
    }

    private void checkHeaders(String call, JsonNode response, Map<String, List<String>> headers) {
        response.path("headers").properties().forEach(entry -> {
            JsonNode described = resolve(entry.getValue());
            Optional<String> value = headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(entry.getKey()))
                    .map(header -> header.getValue().get(0))
                    .findFirst();
            if (value.isEmpty()) {
                if (described.path("required").asBoolean()) {
                    throw new AssertionError(call + ": header " + entry.getKey() + " is missing");
                }
                return;
            }
            JsonNode schema = described.path("schema");
            checkJson(call + ", header " + entry.getKey(), schema, asJson(schema, value.get()));
        });
    }

    /** The text of a header or parameter as its schema means it. */
    private static String asJson(JsonNode schema, String text) {
        boolean bare = Set.of("integer", "boolean").contains(schema.path("type").asText());
        return bare ? text : JSON.valueToTree(text).toString();
    }

    private static JsonNode parse(String call, String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError(call + ": not JSON: " + body, e);
        }
    }

    /** The schema as a document of its own, with the components that its references point into. */
    private Schema compile(JsonNode schema) {
        ObjectNode alone = schema.deepCopy();
        alone.set("components", document.path("components"));
        return schemas.getSchema(alone);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? resolve(at(node.path("$ref").asText().substring(1))) : node;
    }

    private Optional<JsonNode> operation(String method, String path) {
        String[] called = path.split("\\?", 2)[0].split("/", -1);
        JsonNode best = null;
        int fewest = Integer.MAX_VALUE;
        for (Map.Entry<String, JsonNode> entry : document.path("paths").properties()) {
            int parameters = parametersIfFits(entry.getKey().split("/", -1), called);
            if (parameters >= 0 && parameters < fewest) {
                best = entry.getValue();
                fewest = parameters;
            }
        }
        String verb = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
        return best == null ? Optional.empty() : Optional.ofNullable(best.get(verb));
    }

    private static int parametersIfFits(String[] template, String[] called) {
        if (template.length != called.length) {
            return -1;
        }
        int parameters = 0;
        for (int i = 0; i < called.length; i++) {
            if (template[i].startsWith("{")) {
                parameters++;
            } else if (!template[i].equals(called[i])) {
                return -1;
            }
        }
        return parameters;
    }
}
