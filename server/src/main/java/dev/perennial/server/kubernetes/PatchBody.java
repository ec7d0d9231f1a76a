package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.io.IOException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;

/** A patch as a tree, bounded: what is applied to an object costs no more than a body of that size can. */
final class PatchBody {
    static final int MAXIMUM_DEPTH = 32;

    /** Ten for each of the most operations that a JSON patch can have. */
    private static final int MAXIMUM_TOKENS = 100_000;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(MAXIMUM_DEPTH)
            .maxTokenCount(MAXIMUM_TOKENS)
            .maxNumberLength(40)
            .maxNameLength(1_024)
            .build();

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(CONSTRAINTS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // The parser's own messages would quote the body.
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .streamReadConstraints(CONSTRAINTS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .loaderOptions(loaderOptions())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private PatchBody() {}

    private static LoaderOptions loaderOptions() {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(MAXIMUM_DEPTH);
        return options;
    }

    /** @throws ProblemException malformed where it is no JSON */
    static JsonNode json(byte[] body) {
        return read(JSON, body, "JSON");
    }

    /** The same, of what has to be an object. */
    static ObjectNode jsonObject(byte[] body) {
        return object(json(body));
    }

    /** @throws ProblemException malformed where it is neither an object in YAML nor one in JSON, or has aliases */
    static ObjectNode yamlObject(byte[] body) {
        // Not all JSON is YAML 1.1: tabs may stand in the one and not in the other.
        if (body.length > 0 && body[0] == '{') {
            try {
                return object(json(body));
            } catch (ProblemException e) {
                // Then it is YAML in braces, or nothing: the reader below knows which.
            }
        }
        refuseAliases(body);
        return object(read(YAML, body, "YAML"));
    }

    /** Read as a tree they would be taken for texts, and resolved they could be many times as large as the body. */
    private static void refuseAliases(byte[] body) {
        try (JsonParser parser = YAML.createParser(body)) {
            while (parser.nextToken() != null) {
                if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
                    throw malformed("the patch has a YAML alias: write out what it stands for");
                }
            }
        } catch (IOException | YAMLException e) {
            throw mistake(e, "YAML");
        }
    }

    private static JsonNode read(ObjectMapper mapper, byte[] body, String format) {
        JsonNode tree;
        try {
            tree = mapper.readTree(body);
        } catch (IOException | YAMLException e) {
            throw mistake(e, format);
        }
        if (tree == null || tree.isMissingNode()) {
            throw malformed("the patch is empty");
        }
        return tree;
    }

    private static ProblemException mistake(Exception e, String format) {
        if (e instanceof StreamConstraintsException) {
            return malformed("the patch has more than " + MAXIMUM_DEPTH + " levels, or more values than are taken");
        }
        String place = e instanceof JsonProcessingException json && json.getLocation() != null
                ? " at line " + json.getLocation().getLineNr()
                : "";
        return malformed("the patch is no " + format + ", or has a name twice" + place);
    }

    private static ObjectNode object(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw malformed("the patch has to be an object");
    }

    static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
