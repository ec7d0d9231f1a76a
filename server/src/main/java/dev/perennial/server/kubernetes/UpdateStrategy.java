package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a write to an object comes to. What a path cannot change is taken from the stored object and not complained of:
 * old clients leave out fields that they do not know, and their {@code approve} is to work.
 */
final class UpdateStrategy {
    /** What of the metadata is its owner's to change; the rest is the server's. */
    private static final List<String> CHANGEABLE = List.of("labels", "annotations", "finalizers");

    private static final String CERTIFICATE = "certificate";

    private UpdateStrategy() {}

    /**
     * The object that is to be stored, in {@link #normal} form; equal to the old one's where nothing changes.
     *
     * @param wanted as the client sent it, or as its patch left it; of the schema's types ({@link KnownFields#wrongType})
     */
    static ObjectNode merged(Subresource part, ObjectNode old, ObjectNode wanted, Instant now) {
        ObjectNode merged = normal(old);
        ObjectNode source = normal(wanted);
        JsonNode status = source.path("status");
        switch (part) {
            case MAIN -> CHANGEABLE.forEach(field -> take(field, source.path("metadata"), merged, "metadata"));
            case APPROVAL ->
                StatusConditions.of(status)
                        .timed(StatusConditions.of(merged.path("status")), now)
                        .writeTo(merged);
            case STATUS -> {
                StatusConditions before = StatusConditions.of(merged.path("status"));
                StatusConditions.of(status).keeping(before).timed(before, now).writeTo(merged);
                take(CERTIFICATE, status, merged, "status");
            }
        }
        return normal(merged);
    }

    private static void take(String field, JsonNode from, ObjectNode object, String part) {
        ObjectNode target = (ObjectNode) object.path(part);
        JsonNode value = from.path(field);
        if (value.isMissingNode()) {
            target.remove(field);
        } else {
            target.set(field, value);
        }
    }

    /**
     * A copy in the one form in which an object is stored and compared: with its three parts, without nulls and without
     * empty lists and maps, as upstream leaves them out; in the status without empty texts.
     */
    static ObjectNode normal(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        prune(copy);
        for (String part : List.of("metadata", "spec", "status")) {
            if (!copy.path(part).isObject()) {
                copy.putObject(part);
            }
        }
        ObjectNode status = (ObjectNode) copy.path("status");
        StatusConditions.of(status).writeTo(copy);
        if (status.path(CERTIFICATE).asText("").isEmpty()) {
            status.remove(CERTIFICATE);
        }
        return copy;
    }

    private static void prune(JsonNode node) {
        node.forEach(UpdateStrategy::prune);
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> isNothing(field.getValue()));
        }
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNull() || (value.isContainerNode() && value.isEmpty());
    }

    /** What is wrong with the merged object that was not already wrong with the old one. */
    static List<FieldProblem> problems(Subresource part, ObjectNode old, ObjectNode merged) {
        StatusConditions before = StatusConditions.of(old.path("status"));
        StatusConditions after = StatusConditions.of(merged.path("status"));
        List<FieldProblem> causes =
                new ArrayList<>(MetadataRules.problemsOfChange(old.path("metadata"), merged.path("metadata")));
        causes.addAll(ConditionRules.problems(before, after));
        certificateContent(old, merged, causes);
        causes.addAll(ConditionRules.removals(before, after));
        if (part != Subresource.APPROVAL) {
            causes.addAll(ConditionRules.verdicts(before, after));
        }
        certificateChange(part, old, merged, causes);
        return causes;
    }

    private static void certificateContent(ObjectNode old, ObjectNode merged, List<FieldProblem> causes) {
        String wanted = certificate(merged);
        String problem = wanted.equals(certificate(old)) ? null : CertificateRules.problem(wanted);
        // One that was unreadable before may become another such, as upstream has it.
        if (problem != null && CertificateRules.problem(certificate(old)) == null) {
            causes.add(new FieldProblem(
                    "FieldValueInvalid", "status.certificate", "Invalid value: \"<certificate data>\": " + problem));
        }
    }

    private static void certificateChange(
            Subresource part, ObjectNode old, ObjectNode merged, List<FieldProblem> causes) {
        String before = certificate(old);
        if (before.equals(certificate(merged))) {
            return;
        }
        @Nullable
        String rule = part != Subresource.STATUS
                ? "updates may not set certificate content"
                : before.isEmpty() ? null : "updates may not modify existing certificate content";
        if (rule != null) {
            causes.add(FieldProblem.forbidden("status.certificate", rule));
        }
    }

    private static String certificate(ObjectNode object) {
        return object.path("status").path(CERTIFICATE).asText("");
    }
}
