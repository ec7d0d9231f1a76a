package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The conditions in an object's status, in their order, each with the fields that upstream knows and no others. */
record StatusConditions(List<ObjectNode> all) {
    private static final List<String> TEXTS = List.of("type", "status", "reason", "message");
    private static final String UPDATED = "lastUpdateTime";
    private static final String CHANGED = "lastTransitionTime";
    static final List<String> TIMES = List.of(UPDATED, CHANGED);

    /** RFC 3339 §5.6; the library would take more of ISO 8601 than that. */
    private static final Pattern TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})");

    StatusConditions {
        all = List.copyOf(all);
    }

    static StatusConditions of(JsonNode status) {
        return ofArray(status.path("conditions"));
    }

    static StatusConditions ofArray(JsonNode conditions) {
        List<ObjectNode> all = new ArrayList<>();
        for (JsonNode one : conditions) {
            ObjectNode condition = JsonNodeFactory.instance.objectNode();
            for (String field : TEXTS) {
                put(condition, field, one.path(field).asText(""));
            }
            for (String field : TIMES) {
                String said = one.path(field).asText("");
                Instant time = time(said);
                put(condition, field, time == null ? said : text(time));
            }
            all.add(condition);
        }
        return new StatusConditions(all);
    }

    private static void put(ObjectNode condition, String field, String text) {
        if (!text.isEmpty()) {
            condition.put(field, text);
        }
    }

    /** Null where the text is not a time of RFC 3339, with any offset and fraction. */
    static @Nullable Instant time(String text) {
        if (!TIME.matcher(text).matches()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String type(ObjectNode condition) {
        return condition.path("type").asText("");
    }

    static String status(ObjectNode condition) {
        return condition.path("status").asText("");
    }

    List<ObjectNode> ofType(String type) {
        return all.stream().filter(one -> type(one).equals(type)).toList();
    }

    /** The same, with the verdicts as they were where there are as many of each as before: they are not this writer's. */
    StatusConditions keeping(StatusConditions before) {
        List<ObjectNode> kept = new ArrayList<>(all);
        for (String type : ConditionRules.VERDICTS) {
            List<ObjectNode> old = before.ofType(type);
            if (old.size() == ofType(type).size()) {
                int next = 0;
                for (int i = 0; i < kept.size(); i++) {
                    if (type(kept.get(i)).equals(type)) {
                        kept.set(i, old.get(next++));
                    }
                }
            }
        }
        return new StatusConditions(kept);
    }

    /** The same, with the times that its writer left out: now, or since when the condition has been as it is. */
    StatusConditions timed(StatusConditions before, Instant now) {
        List<ObjectNode> timed = new ArrayList<>();
        for (ObjectNode one : all) {
            ObjectNode condition = one.deepCopy();
            if (!condition.has(UPDATED)) {
                condition.put(UPDATED, text(now));
            }
            if (!condition.has(CHANGED)) {
                condition.put(CHANGED, before.since(condition, text(now)));
            }
            timed.add(condition);
        }
        return new StatusConditions(timed);
    }

    private String since(ObjectNode condition, String otherwise) {
        return all.stream()
                .filter(one -> type(one).equals(type(condition)) && status(one).equals(status(condition)))
                .filter(one -> one.has(CHANGED))
                .findFirst()
                .map(one -> one.path(CHANGED).asText())
                .orElse(otherwise);
    }

    /** Into its status; nothing where there is none. */
    void writeTo(ObjectNode object) {
        ObjectNode status = (ObjectNode) object.path("status");
        if (all.isEmpty()) {
            status.remove("conditions");
        } else {
            status.set("conditions", JsonNodeFactory.instance.arrayNode().addAll(all));
        }
    }
}
