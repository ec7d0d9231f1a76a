package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Json;
import java.util.ArrayList;
import java.util.List;

/** How much an object may bring beside its PKCS#10: everybody who lists it reads all of it. */
final class SizeRules {
    private static final int LARGEST = 64 * 1024;

    private SizeRules() {}

    /** Of annotations there is a bound of upstream's own. */
    static List<FieldProblem> problems(ObjectNode object) {
        List<FieldProblem> problems = new ArrayList<>();
        check("metadata.labels", object.path("metadata").path("labels"), problems);
        check("metadata.finalizers", object.path("metadata").path("finalizers"), problems);
        check("status.conditions", object.path("status").path("conditions"), problems);
        return problems;
    }

    private static void check(String field, JsonNode part, List<FieldProblem> problems) {
        if (!part.isMissingNode() && Json.write(part).length() > LARGEST) {
            problems.add(FieldProblem.tooLong(field, LARGEST));
        }
    }
}
