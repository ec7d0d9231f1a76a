package dev.perennial.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON of the native API: snake_case, instants as RFC 3339 strings, nulls left out, unknown properties
 * tolerated. What is read is bounded and taken literally: no number stands in for a string, no string for a boolean,
 * no name comes twice (RFC 8259 §4).
 */
public final class Json {
    static final int MAXIMUM_DEPTH = 32;
    static final int MAXIMUM_TOKENS = 10_000;
    static final int MAXIMUM_STRING = 64 * 1024;

    /** What is wrong with a body that has a longer text than is read. */
    public static final String LONG_TEXT = "a text in the JSON is longer than " + MAXIMUM_STRING + " characters";

    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    /**
     * Reads a body.
     *
     * @throws ProblemException MALFORMED, naming the JSON path and what was expected there; never the value
     */
    public static <T> T read(@Nullable Buffer body, Class<T> type) {
        if (body == null || body.length() == 0) {
            throw ProblemException.of(ProblemType.MALFORMED, "the body is empty: a JSON object is expected");
        }
        T value;
        try {
            value = MAPPER.readValue(body.getBytes(), type);
        } catch (JsonProcessingException e) {
            throw ProblemException.of(ProblemType.MALFORMED, JsonMistake.describe(e));
        } catch (IOException e) {
            throw ProblemException.of(ProblemType.MALFORMED, "the body cannot be read as JSON");
        }
        if (value == null) {
            throw ProblemException.of(ProblemType.MALFORMED, "the body is null: a JSON object is expected");
        }
        return value;
    }

    /** Writes a value; one that cannot be written is a mistake of ours. */
    public static Buffer write(Object value) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getName(), e);
        }
    }

    private static ObjectMapper mapper() {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(MAXIMUM_DEPTH)
                .maxTokenCount(MAXIMUM_TOKENS)
                .maxStringLength(MAXIMUM_STRING)
                .maxNumberLength(40)
                .maxNameLength(320)
                .build();
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(constraints)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // The parser's own messages would quote the body.
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        return JsonMapper.builder(factory)
                .withConfigOverride(
                        List.class, lists -> lists.setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
                .addModule(new JavaTimeModule())
                .addModule(StrictInstants.module())
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(LogicalType.Textual, strings -> strings.setCoercion(
                                CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
    }
}
