package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What conditions may say, alone and after those that were there before. */
final class ConditionRules {
    /** Those that only {@code /approval} gives. */
    static final List<String> VERDICTS = List.of(Conditions.APPROVED, Conditions.DENIED);

    private static final String FIELD = "status.conditions";
    private static final String TRUE = "True";
    private static final List<String> STATUSES = List.of("False", TRUE, "Unknown");

    /** Those that are there or not, and are never taken back. */
    private static final List<String> LASTING = List.of(Conditions.APPROVED, Conditions.DENIED, Conditions.FAILED);

    private ConditionRules() {}

    /** What is wrong with them; a kind of mistake that the old ones have already is let be. */
    static List<FieldProblem> problems(StatusConditions before, StatusConditions after) {
        Set<String> known = new HashSet<>();
        problems(before).forEach(cause -> known.add(kind(cause)));
        return problems(after).stream()
                .filter(cause -> !known.contains(kind(cause)))
                .toList();
    }

    private static String kind(FieldProblem cause) {
        return cause.reason() + " " + cause.field().replaceAll("[0-9]", "");
    }

    private static List<FieldProblem> problems(StatusConditions conditions) {
        List<FieldProblem> causes = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < conditions.all().size(); i++) {
            ObjectNode condition = conditions.all().get(i);
            String place = FIELD + "[" + i + "]";
            String type = StatusConditions.type(condition);
            if (type.isEmpty()) {
                causes.add(FieldProblem.required(place + ".type"));
            }
            status(place + ".status", type, StatusConditions.status(condition), causes);
            times(place, condition, causes);
            if (contradicts(type, seen)) {
                causes.add(FieldProblem.invalid(
                        place + ".type", type, "Approved and Denied conditions are mutually exclusive"));
            }
            if (seen.contains(type)) {
                causes.add(FieldProblem.duplicate(place + ".type", type));
            } else {
                seen.add(type);
            }
        }
        return causes;
    }

    private static boolean contradicts(String type, List<String> seen) {
        return (type.equals(Conditions.APPROVED) && seen.contains(Conditions.DENIED))
                || (type.equals(Conditions.DENIED) && seen.contains(Conditions.APPROVED));
    }

    private static void status(String field, String type, String status, List<FieldProblem> causes) {
        List<String> allowed = LASTING.contains(type) ? List.of(TRUE) : STATUSES;
        if (status.isEmpty()) {
            causes.add(FieldProblem.required(field));
        } else if (!allowed.contains(status)) {
            causes.add(FieldProblem.notSupported(field, status, allowed));
        }
    }

    private static void times(String place, ObjectNode condition, List<FieldProblem> causes) {
        for (String field : StatusConditions.TIMES) {
            String said = condition.path(field).asText("");
            if (!said.isEmpty() && StatusConditions.time(said) == null) {
                causes.add(FieldProblem.invalid(place + "." + field, said, "must be a time of RFC 3339"));
            }
        }
    }

    /** What was decided stays: the signer may have acted on it. */
    static List<FieldProblem> removals(StatusConditions before, StatusConditions after) {
        return LASTING.stream()
                .filter(type -> after.ofType(type).size() < before.ofType(type).size())
                .map(type ->
                        FieldProblem.forbidden(FIELD, "updates may not remove a condition of type \"" + type + "\""))
                .toList();
    }

    /** What may be said at {@code /approval} alone. */
    static List<FieldProblem> verdicts(StatusConditions before, StatusConditions after) {
        List<FieldProblem> causes = new ArrayList<>();
        for (String type : VERDICTS) {
            List<ObjectNode> old = before.ofType(type);
            List<ObjectNode> wanted = after.ofType(type);
            if (wanted.size() > old.size()) {
                causes.add(FieldProblem.forbidden(FIELD, "updates may not add a condition of type \"" + type + "\""));
            } else if (wanted.size() == old.size() && !wanted.equals(old)) {
                causes.add(
                        FieldProblem.forbidden(FIELD, "updates may not modify a condition of type \"" + type + "\""));
            }
        }
        return causes;
    }
}
