package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.perennial.model.ProblemType;
import dev.perennial.server.csr.Generation;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.problem.ProblemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of a request as upstream says it: a list of what has become true of it, each once. */
final class Conditions {
    static final String APPROVED = "Approved";
    static final String DENIED = "Denied";
    static final String FAILED = "Failed";

    private final List<Condition> all;

    private Conditions(List<Condition> all) {
        this.all = all;
    }

    private record Condition(String type, String reason, String message, Instant at) {}

    /** What a person says by adding a condition. */
    record Verdict(String type, String reasonWord, String message) {
        boolean isYes() {
            return type.equals(APPROVED);
        }

        /** For the record: what the client wrote, at most so long. */
        String reason(int longest) {
            String text = message.isBlank() ? reasonWord.isBlank() ? type : reasonWord : message;
            return text.length() > longest ? text.substring(0, longest) : text;
        }
    }

    static Conditions of(RequestView view) {
        Generation generation = view.request().undecided();
        Instant at = view.request().updated().truncatedTo(ChronoUnit.SECONDS);
        String said = generation.message() == null ? "" : generation.message();
        String by = generation.approvedBy();
        Condition yes = new Condition(
                APPROVED, by == null ? "PolicyApproved" : "PersonApproved", by == null ? "" : "by " + by, at);
        List<Condition> all = new ArrayList<>();
        switch (generation.state()) {
            case PENDING, WITHDRAWN -> {}
            case APPROVED, ISSUING, ISSUED -> all.add(yes);
            case DENIED -> all.add(new Condition(DENIED, "Denied", said, at));
            case FAILED -> {
                all.add(yes);
                all.add(new Condition(FAILED, "SigningFailed", said, at));
            }
        }
        return new Conditions(all);
    }

    ArrayNode json() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Condition one : all) {
            array.addObject()
                    .put("type", one.type())
                    .put("status", "True")
                    .put("reason", one.reason())
                    .put("message", one.message())
                    .put("lastUpdateTime", one.at().toString())
                    .put("lastTransitionTime", one.at().toString());
        }
        return array;
    }

    private boolean has(String type) {
        return all.stream().anyMatch(one -> one.type().equals(type));
    }

    /**
     * What the wanted list says beyond this one; null where it says nothing more.
     *
     * @throws ProblemException {@code badCSR}, which is Invalid here, where it takes something back or contradicts itself
     */
    @Nullable
    Verdict verdictIn(JsonNode wanted) {
        Verdict verdict = null;
        List<String> types = new ArrayList<>();
        for (JsonNode one : wanted) {
            String type = one.path("type").asText();
            if (types.contains(type)) {
                throw invalid("status.conditions: there is more than one of the type " + type);
            }
            types.add(type);
            boolean decides = type.equals(APPROVED) || type.equals(DENIED);
            if (decides && !one.path("status").asText().equals("True")) {
                throw invalid("status.conditions: " + type + " may only be True");
            }
            if (decides && !has(type)) {
                verdict = new Verdict(
                        type, one.path("reason").asText(), one.path("message").asText());
            }
        }
        if (types.contains(APPROVED) && types.contains(DENIED)) {
            throw invalid("status.conditions: Approved and Denied conditions are mutually exclusive");
        }
        all.stream().filter(one -> !types.contains(one.type())).findFirst().ifPresent(one -> {
            throw invalid("status.conditions: updates may not remove a condition of the type " + one.type());
        });
        return verdict;
    }

    private static ProblemException invalid(String detail) {
        return ProblemException.of(ProblemType.BAD_CSR, detail);
    }
}
