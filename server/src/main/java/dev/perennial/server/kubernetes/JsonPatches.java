package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.fabric8.zjsonpatch.CompatibilityFlags;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import io.fabric8.zjsonpatch.Operation;
import java.util.EnumSet;
import java.util.List;

/**
 * JSON Patch (RFC 6902), with a bound on what it can make: a copy may double an object and a move may deepen it, so
 * after each of them the object is measured. Everything else adds no more than the patch itself holds.
 */
final class JsonPatches {
    private static final int MOST_OPERATIONS = 10_000;
    private static final int MOST_COPIES = 100;
    private static final int MOST_NODES = 20_000;
    private static final int DEEPEST = 2 * PatchBody.MAXIMUM_DEPTH;

    private static final List<String> OPERATIONS = List.of("add", "remove", "replace", "move", "copy", "test");
    private static final EnumSet<CompatibilityFlags> FLAGS =
            EnumSet.of(CompatibilityFlags.FORBID_REMOVE_MISSING_OBJECT);

    private JsonPatches() {}

    static ObjectNode apply(ObjectNode object, JsonNode patch) {
        if (!patch.isArray()) {
            throw PatchBody.malformed("a JSON patch is a list of operations (RFC 6902)");
        }
        if (patch.size() > MOST_OPERATIONS) {
            throw ProblemException.of(
                    ProblemType.TOO_LARGE,
                    "The allowed maximum operations in a JSON patch is " + MOST_OPERATIONS + ", got " + patch.size());
        }
        JsonNode result = object;
        int copies = 0;
        ArrayNode run = JsonNodeFactory.instance.arrayNode();
        for (JsonNode operation : patch) {
            check(operation);
            run.add(operation);
            String word = operation.path("op").textValue();
            if (word.equals("copy") || word.equals("move")) {
                copies++;
                if (copies > MOST_COPIES) {
                    throw PatchBody.malformed("a JSON patch can have at most " + MOST_COPIES + " copies and moves");
                }
                result = run(run, result);
                measure(result);
                run = JsonNodeFactory.instance.arrayNode();
            }
        }
        if (run(run, result) instanceof ObjectNode patched) {
            return patched;
        }
        throw PatchBody.malformed("the JSON patch leaves something that is no object");
    }

    /** What the library would be lenient about, or fail at in its own way. */
    private static void check(JsonNode operation) {
        String word = operation.path("op").asText("");
        if (!OPERATIONS.contains(word)) {
            throw PatchBody.malformed("an operation of a JSON patch is one of " + String.join(", ", OPERATIONS));
        }
        pointer(operation, "path");
        if (word.equals("remove") && operation.path("path").textValue().endsWith("/-")) {
            throw PatchBody.malformed("a JSON patch cannot remove what comes after the last element");
        }
        if (word.equals("copy") || word.equals("move")) {
            pointer(operation, "from");
            String from = operation.path("from").textValue();
            if (word.equals("move") && operation.path("path").textValue().startsWith(from + "/")) {
                throw PatchBody.malformed("a JSON patch cannot move a value into itself (RFC 6902 §4.4)");
            }
        }
    }

    private static void pointer(JsonNode operation, String member) {
        String text =
                operation.path(member).isTextual() ? operation.path(member).textValue() : "none";
        boolean sound = text.isEmpty()
                || (text.startsWith("/") && !text.replaceAll("~[01]", "").contains("~"));
        if (!sound || text.chars().filter(c -> c == '/').count() > PatchBody.MAXIMUM_DEPTH) {
            throw PatchBody.malformed("the " + member + " of an operation is a JSON pointer (RFC 6901) of at most "
                    + PatchBody.MAXIMUM_DEPTH + " steps");
        }
    }

    private static JsonNode run(ArrayNode operations, JsonNode object) {
        try {
            return JsonPatch.apply(operations, object, FLAGS);
        } catch (JsonPatchException e) {
            String place = FieldProblem.shorten(String.valueOf(e.getPath()));
            if (e.getOperation() == Operation.TEST) {
                // The library's message would quote the value.
                throw new InvalidObjectException(
                        object.path("metadata").path("name").asText(""),
                        List.of(FieldProblem.invalid("patch", place, "testing the value failed")));
            }
            throw PatchBody.malformed("the JSON patch does not fit the object: "
                    + FieldProblem.shorten(String.valueOf(e.getMessage())) + " at " + place);
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            throw PatchBody.malformed("the JSON patch has an index or a pointer that fits no list of the object");
        }
    }

    private static void measure(JsonNode object) {
        if (nodes(object, DEEPEST) > MOST_NODES) {
            throw ProblemException.of(ProblemType.TOO_LARGE, "the JSON patch makes the object too large");
        }
    }

    private static int nodes(JsonNode node, int deeper) {
        if (deeper < 0) {
            throw PatchBody.malformed("the JSON patch makes the object too deep");
        }
        int count = 1;
        for (JsonNode child : node) {
            count += nodes(child, deeper - 1);
        }
        return count;
    }
}
