package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.ThreadLocalRandom;

/** Names of objects: nearly free, as upstream has it for this resource, as long as they are a segment of a path. */
final class ObjectName {
    static final int LONGEST = 253;

    /** No vowels and nothing that looks like another letter: no word comes of it by chance. */
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int RANDOM = 5;
    private static final int LONGEST_BASE = 63 - RANDOM;

    private ObjectName() {}

    /**
     * The name in the path.
     *
     * @throws ProblemException malformed where none can be like that
     */
    static String of(RoutingContext context) {
        String name = context.pathParam("name");
        if (name == null || !isName(name)) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "the name in the path must be 1 to " + LONGEST + " characters, none of them a control character, /"
                            + " or %, and not . or ..");
        }
        return name;
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '%')
                && isSeen(name);
    }

    /** Whether a reader sees every character of it. */
    static boolean isSeen(String name) {
        return name.chars().noneMatch(c -> !Character.isDefined(c) || isUnseen(c));
    }

    private static boolean isUnseen(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE || c == 0xFFFD;
    }

    /** Gives an object its name where it asks for one to be made up. */
    static void generate(ObjectNode object) {
        ObjectNode metadata = ObjectRow.object(object, "metadata");
        String base = metadata.path("generateName").asText();
        if (base.isEmpty() || !metadata.path("name").asText().isEmpty()) {
            return;
        }
        StringBuilder name = new StringBuilder(base.substring(0, Math.min(base.length(), LONGEST_BASE)));
        for (int i = 0; i < RANDOM; i++) {
            name.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
        }
        metadata.put("name", name.toString());
    }

    /** What an object that is not there yet is patched from. */
    static ObjectNode empty(String name) {
        ObjectNode object =
                JsonNodeFactory.instance.objectNode().put("kind", Group.KIND).put("apiVersion", Group.VERSION);
        object.putObject("metadata").put("name", name);
        return object;
    }
}
