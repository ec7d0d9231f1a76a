package dev.perennial.server.kubernetes;

import java.util.ArrayList;
import java.util.List;

/** How a signer may be called: a domain of two labels or more, a slash, and a path of DNS names with dots between. */
final class SignerNameRules {
    private static final String FIELD = "spec.signerName";
    private static final String LEGACY = "kubernetes.io/legacy-unknown";
    private static final int LONGEST = 2 * NameRules.LONGEST_SUBDOMAIN + NameRules.LONGEST_LABEL + 2;

    private SignerNameRules() {}

    static List<FieldProblem> problems(String name) {
        if (name.isEmpty()) {
            return List.of(FieldProblem.required(FIELD));
        }
        if (name.equals(LEGACY)) {
            return List.of(
                    FieldProblem.invalid(FIELD, name, "the legacy signerName is not allowed via this API version"));
        }
        String[] parts = name.split("/", -1);
        if (parts.length != 2) {
            return List.of(FieldProblem.invalid(
                    FIELD, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"));
        }
        if (NameRules.length(name) > LONGEST) {
            // Nothing more is said of it: it could have hundreds of pieces, each with its mistake.
            return List.of(FieldProblem.tooLong(FIELD, LONGEST));
        }
        List<FieldProblem> causes = new ArrayList<>();
        String domain = parts[0];
        if (NameRules.length(domain) > NameRules.LONGEST_SUBDOMAIN) {
            causes.add(FieldProblem.tooLong(FIELD, NameRules.LONGEST_SUBDOMAIN));
        }
        String[] labels = domain.split("\\.", -1);
        for (String label : labels) {
            NameRules.label(label).forEach(detail -> causes.add(at(domain, label, detail)));
        }
        if (labels.length < 2) {
            causes.add(FieldProblem.invalid(
                    FIELD, domain, "should be a domain with at least two segments separated by dots"));
        }
        for (String piece : parts[1].split("\\.", -1)) {
            NameRules.subdomain(piece).forEach(detail -> causes.add(at(parts[1], piece, detail)));
        }
        return causes.stream().distinct().toList();
    }

    private static FieldProblem at(String part, String label, String detail) {
        return FieldProblem.invalid(FIELD, part, "validating label '" + label + "': " + detail);
    }
}
