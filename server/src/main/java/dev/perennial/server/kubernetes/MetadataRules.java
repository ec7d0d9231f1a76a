package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an object's {@code metadata} may say, of a new one and of one that is changed. */
final class MetadataRules {
    private static final int LONGEST_NAME = 253;
    private static final int LARGEST_ANNOTATIONS = 256 * 1024;

    /** Those that have no domain: upstream's own. */
    private static final List<String> STANDARD_FINALIZERS = List.of("foregroundDeletion", "kubernetes", "orphan");

    private MetadataRules() {}

    /** Of a new object: its name too, which stays as it is from then on. */
    static List<FieldProblem> problemsOfNew(JsonNode metadata) {
        List<FieldProblem> causes = new ArrayList<>(name(metadata.path("name")));
        String namespace = metadata.path("namespace").asText("");
        if (!namespace.isEmpty()) {
            causes.add(FieldProblem.forbidden("metadata.namespace", "not allowed on this type"));
        }
        causes.addAll(problems(metadata));
        return causes;
    }

    /** Of one that is changed: what is wrong with it and was not with the old one. */
    static List<FieldProblem> problemsOfChange(JsonNode old, JsonNode wanted) {
        List<FieldProblem> causes = new ArrayList<>(problems(wanted));
        causes.removeAll(problems(old));
        causes.addAll(lateFinalizers(old, wanted));
        return causes;
    }

    /** What waits for its finalizers to go can only lose them. */
    private static List<FieldProblem> lateFinalizers(JsonNode old, JsonNode wanted) {
        if (!old.hasNonNull("deletionTimestamp")) {
            return List.of();
        }
        List<String> added = texts(wanted.path("finalizers"));
        added.removeAll(texts(old.path("finalizers")));
        return added.isEmpty()
                ? List.of()
                : List.of(FieldProblem.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + added));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }

    private static List<FieldProblem> name(JsonNode node) {
        String name = node.asText("");
        if (name.isEmpty()) {
            return List.of(FieldProblem.required("metadata.name", "name or generateName is required"));
        }
        List<FieldProblem> causes = new ArrayList<>();
        NameRules.pathSegment(name).forEach(detail -> causes.add(FieldProblem.invalid("metadata.name", name, detail)));
        if (!ObjectName.isSeen(name)) {
            causes.add(FieldProblem.invalid("metadata.name", name, "may not contain control or formatting characters"));
        }
        if (NameRules.length(name) > LONGEST_NAME) {
            causes.add(FieldProblem.tooLong("metadata.name", LONGEST_NAME));
        }
        return causes;
    }

    private static List<FieldProblem> problems(JsonNode metadata) {
        List<FieldProblem> causes = new ArrayList<>();
        labels(metadata.path("labels"), causes);
        annotations(metadata.path("annotations"), causes);
        finalizers(metadata.path("finalizers"), causes);
        return causes;
    }

    private static void labels(JsonNode labels, List<FieldProblem> causes) {
        String field = "metadata.labels";
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            String value = label.getValue().asText("");
            NameRules.qualified(label.getKey())
                    .forEach(detail -> causes.add(FieldProblem.invalid(field, label.getKey(), detail)));
            NameRules.labelValue(value).forEach(detail -> causes.add(FieldProblem.invalid(field, value, detail)));
        }
    }

    private static void annotations(JsonNode annotations, List<FieldProblem> causes) {
        String field = "metadata.annotations";
        int size = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            String key = annotation.getKey();
            // Upper case is let pass in the prefix, where labels have none.
            NameRules.qualified(key.toLowerCase(Locale.ROOT))
                    .forEach(detail -> causes.add(FieldProblem.invalid(field, key, detail)));
            size += NameRules.length(key)
                    + NameRules.length(annotation.getValue().asText(""));
        }
        if (size > LARGEST_ANNOTATIONS) {
            causes.add(FieldProblem.tooLong(field, LARGEST_ANNOTATIONS));
        }
    }

    private static void finalizers(JsonNode finalizers, List<FieldProblem> causes) {
        // Without its index: the same mistake is to be known again in another place.
        String field = "metadata.finalizers";
        List<String> all = texts(finalizers);
        for (String name : all) {
            NameRules.qualified(name).forEach(detail -> causes.add(FieldProblem.invalid(field, name, detail)));
            if (!name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
                causes.add(FieldProblem.invalid(
                        field, name, "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
        if (all.contains("orphan") && all.contains("foregroundDeletion")) {
            causes.add(FieldProblem.invalid(
                    field, "foregroundDeletion", "finalizer orphan cannot be set together with foregroundDeletion"));
        }
    }
}
