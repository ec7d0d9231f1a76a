package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Usage;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a new object has to be. It is looked at after its status was emptied and after it has its name; a field of
 * another JSON type than the schema's, which {@link KnownFields} refuses, counts as one that is not there.
 */
final class CreateRules {
    static final int SHORTEST_SECONDS = 600;

    private static final List<String> USAGES =
            Arrays.stream(Usage.values()).map(Usage::word).toList();
    private static final String CLUSTER_CLIENTS = "kubernetes.io/kube-apiserver-client";
    private static final String MASTERS = "system:masters";

    private CreateRules() {}

    /** All that is wrong, in the order of the fields; empty where the object may be. */
    static List<FieldProblem> problems(ObjectNode object) {
        JsonNode spec = object.path("spec");
        List<FieldProblem> causes = new ArrayList<>(MetadataRules.problemsOfNew(object.path("metadata")));
        request(spec.path("request").asText(""), causes);
        usages(spec.path("usages"), causes);
        causes.addAll(SignerNameRules.problems(spec.path("signerName").asText("")));
        expiration(spec.path("expirationSeconds"), causes);
        return causes;
    }

    private static void request(String base64, List<FieldProblem> causes) {
        String field = "spec.request";
        if (base64.isEmpty()) {
            causes.add(FieldProblem.required(field));
            return;
        }
        try {
            pkcs10(base64);
        } catch (IllegalArgumentException e) {
            causes.add(FieldProblem.invalid(field, base64, String.valueOf(e.getMessage())));
        }
    }

    /** @throws IllegalArgumentException saying why there is none in it */
    private static Pkcs10 pkcs10(String base64) {
        byte[] octets = Base64Text.decode(base64);
        if (octets == null) {
            throw new IllegalArgumentException("must be the base64 of a PEM block");
        }
        String pem = new String(octets, StandardCharsets.ISO_8859_1);
        // Our own dialect takes the label of old clients as well; upstream does not.
        if (!pem.stripLeading().startsWith("-----BEGIN " + Pem.CERTIFICATE_REQUEST + "-----")) {
            throw new IllegalArgumentException("PEM block type must be " + Pem.CERTIFICATE_REQUEST);
        }
        try {
            return Pkcs10.parsePem(pem);
        } catch (ProblemException e) {
            throw new IllegalArgumentException(e.detail(), e);
        }
    }

    private static void usages(JsonNode usages, List<FieldProblem> causes) {
        String field = "spec.usages";
        if (!usages.isArray() || usages.isEmpty()) {
            causes.add(FieldProblem.required(field));
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < usages.size(); i++) {
            String usage = usages.get(i).asText();
            String place = field + "[" + i + "]";
            if (!seen.add(usage)) {
                causes.add(FieldProblem.duplicate(place, usage));
            } else if (!USAGES.contains(usage)) {
                causes.add(FieldProblem.notSupported(place, usage, USAGES));
            }
        }
    }

    private static void expiration(JsonNode seconds, List<FieldProblem> causes) {
        String field = "spec.expirationSeconds";
        if (seconds.isMissingNode() || seconds.isNull()) {
            return;
        }
        if (!seconds.isIntegralNumber() || !seconds.canConvertToInt()) {
            causes.add(FieldProblem.invalid(field, seconds, "must be an integer of 32 bits"));
        } else if (seconds.intValue() < SHORTEST_SECONDS) {
            causes.add(FieldProblem.invalid(
                    field,
                    seconds,
                    "may not specify a duration less than " + SHORTEST_SECONDS + " seconds (10 minutes)"));
        }
    }

    /**
     * Whether it asks for a client's certificate of upstream's highest group: nobody may, whatever else they may
     * (upstream's admission plugin {@code CertificateSubjectRestriction}).
     */
    static boolean isRestrictedSubject(ObjectNode object) {
        JsonNode spec = object.path("spec");
        if (!spec.path("signerName").asText("").equals(CLUSTER_CLIENTS)) {
            return false;
        }
        try {
            return pkcs10(spec.path("request").asText("")).subject().values("O").contains(MASTERS);
        } catch (IllegalArgumentException e) {
            // It is refused for what it is, by the rules above.
            return false;
        }
    }
}
