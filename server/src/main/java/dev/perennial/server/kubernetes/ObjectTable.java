package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** What {@code kubectl get} prints: columns that the server names and fills. */
final class ObjectTable {
    static final String VERSION = "meta.k8s.io/v1";

    private static final List<String> COLUMNS =
            List.of("Name", "Age", "SignerName", "Requestor", "RequestedDuration", "Condition");
    private static final String NONE = "<none>";

    private final InstantSource clock;
    private final String included;
    private final boolean columns;

    ObjectTable(InstantSource clock) {
        this(clock, "Metadata", false);
    }

    private ObjectTable(InstantSource clock, String included, boolean columns) {
        this.clock = clock;
        this.included = included;
        this.columns = columns;
    }

    /** With that beside each row: {@code None}, {@code Object}, or {@code Metadata}, also where nothing is said. */
    ObjectTable including(String what) {
        return switch (what) {
            case "", "Metadata" -> this;
            case "None", "Object" -> new ObjectTable(clock, what, columns);
            default ->
                throw StatusException.invalid(
                        "includeObject: Unsupported value: supported values: \"None\"," + " \"Metadata\", \"Object\"");
        };
    }

    ObjectTable withColumns() {
        return new ObjectTable(clock, included, true);
    }

    String key() {
        return included + columns;
    }

    ObjectNode of(List<ObjectNode> objects, ObjectNode metadata) {
        ObjectNode table =
                JsonNodeFactory.instance.objectNode().put("kind", "Table").put("apiVersion", VERSION);
        table.set("metadata", metadata);
        ArrayNode definitions = table.putArray("columnDefinitions");
        for (String column : columns ? COLUMNS : List.<String>of()) {
            definitions
                    .addObject()
                    .put("name", column)
                    .put("type", "string")
                    .put("format", column.equals("Name") ? "name" : "")
                    .put("description", column)
                    .put("priority", 0);
        }
        ArrayNode rows = table.putArray("rows");
        Instant now = clock.instant();
        objects.forEach(object -> addRow(rows, object, now));
        return table;
    }

    private void addRow(ArrayNode rows, ObjectNode object, Instant now) {
        ObjectNode row = rows.addObject();
        JsonNode metadata = object.path("metadata");
        JsonNode spec = object.path("spec");
        row.putArray("cells")
                .add(metadata.path("name").asText())
                .add(age(Duration.between(
                        Instant.parse(metadata.path("creationTimestamp").asText()), now)))
                .add(spec.path("signerName").asText())
                .add(spec.path("username").asText())
                .add(
                        spec.has("expirationSeconds")
                                ? age(Duration.ofSeconds(
                                        spec.path("expirationSeconds").asLong()))
                                : NONE)
                .add(condition(object.path("status")));
        switch (included) {
            case "Object" -> row.set("object", object);
            case "None" -> row.putNull("object");
            default -> row.set("object", ObjectForm.metadata(object));
        }
    }

    private static String condition(JsonNode status) {
        boolean denied = false;
        boolean approved = false;
        boolean failed = false;
        for (JsonNode one : status.path("conditions")) {
            String type = one.path("type").asText();
            denied |= type.equals(Conditions.DENIED);
            approved |= type.equals(Conditions.APPROVED);
            failed |= type.equals(Conditions.FAILED);
        }
        return (denied ? Conditions.DENIED : approved ? Conditions.APPROVED : "Pending")
                + (failed ? "," + Conditions.FAILED : "")
                + (status.has("certificate") ? ",Issued" : "");
    }

    /** As kubectl would say it: seconds for two minutes, then ever larger units. */
    static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return hours + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (days < 8) {
            return days + "d" + (hours % 24 == 0 ? "" : hours % 24 + "h");
        }
        return days < 730 ? days + "d" : days / 365 + "y" + (days % 365 == 0 ? "" : days % 365 + "d");
    }
}
