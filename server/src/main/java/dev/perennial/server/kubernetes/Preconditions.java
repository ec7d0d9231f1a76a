package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;

/** What a client says of the object that it has seen, before it changes it or takes it back. */
final class Preconditions {
    private Preconditions() {}

    /**
     * Whether the client leaves open which version it has seen, so that the change may be made to whatever there is.
     *
     * @throws ProblemException malformed where the body is of another object than the path
     * @throws StatusException conflict where another version, or another object, was seen
     */
    static boolean leaveOpen(JsonNode old, JsonNode wanted, ObjectWriting.Update update) {
        requireSame("kind", old.path("kind"), wanted.path("kind"));
        requireSame("apiVersion", old.path("apiVersion"), wanted.path("apiVersion"));
        JsonNode metadata = wanted.path("metadata");
        if (!metadata.path("name").asText().equals(update.name())) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "the name of the object (" + metadata.path("name").asText()
                            + ") does not match the name on the URL (" + update.name() + ")");
        }
        String seen = metadata.path("resourceVersion").asText();
        String version = old.path("metadata").path("resourceVersion").asText();
        require(update.name(), old, metadata.path("uid").asText(), seen);
        return update.patches() ? seen.equals(version) : seen.isEmpty();
    }

    private static void requireSame(String field, JsonNode is, JsonNode said) {
        if (!said.asText().isEmpty() && !said.asText().equals(is.asText())) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "the " + field + " in the data (" + said.asText() + ") does not match the expected (" + is.asText()
                            + ")");
        }
    }

    /**
     * @param uid that was seen; empty: any
     * @param version that was seen; empty: any
     * @throws StatusException conflict where another one is there by now
     */
    static void require(String name, JsonNode object, String uid, String version) {
        JsonNode metadata = object.path("metadata");
        if (!uid.isEmpty() && !uid.equals(metadata.path("uid").asText())) {
            throw StatusException.conflict(cannot(name) + "Precondition failed: UID in precondition: " + uid
                    + ", UID in object meta: " + metadata.path("uid").asText());
        }
        if (!version.isEmpty()
                && !version.equals(metadata.path("resourceVersion").asText())) {
            throw modified(name);
        }
    }

    /** Somebody else was quicker. */
    static StatusException modified(String name) {
        return StatusException.conflict(cannot(name)
                + "the object has been modified; please apply your changes to the latest version and try again");
    }

    private static String cannot(String name) {
        return "Operation cannot be fulfilled on " + Group.named(name) + ": ";
    }
}
