package dev.perennial.agent.people;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a CA that is made is to be. */
final class AuthorityOptions {
    @Option(
            names = "--type",
            required = true,
            paramLabel = "TYPE",
            completionCandidates = Words.AuthorityTypes.class,
            description = "${COMPLETION-CANDIDATES}.")
    private String type = "";

    @Option(
            names = "--issuer",
            paramLabel = "ID",
            description = "Of an intermediate, the CA of ours that signs it; without one it is signed elsewhere.")
    private @Nullable String issuer;

    @Option(
            names = "--key",
            paramLabel = "KIND",
            completionCandidates = Words.Keys.class,
            description = "${COMPLETION-CANDIDATES}; ec-p384 where absent.")
    private @Nullable String key;

    @Option(
            names = "--validity",
            paramLabel = "DURATION",
            description = "How long its certificate lasts, such as P3650D; 20 years of a root, 10 of an intermediate.")
    private @Nullable String validity;

    @Option(
            names = "--path-length",
            paramLabel = "N",
            description = "How many CAs may stand below it; 1 of a root, 0 of an intermediate.")
    private @Nullable Integer pathLength;

    @Option(names = "--organization", paramLabel = "TEXT", description = "O of its subject.")
    private @Nullable String organization;

    @Option(names = "--unit", paramLabel = "TEXT", description = "OU of its subject.")
    private @Nullable String unit;

    @Option(names = "--country", paramLabel = "CC", description = "C of its subject.")
    private @Nullable String country;

    @Option(
            names = "--permit",
            paramLabel = "NAMES",
            description = "Only such names may stand below it: dns:example.com, ip:10.0.0.0/8, email:example.com,"
                    + " uri:.example.com; may be repeated.")
    private @Nullable List<String> permitted;

    @Option(names = "--exclude", paramLabel = "NAMES", description = "No such names may; may be repeated.")
    private @Nullable List<String> excluded;

    Map<String, Object> spec(String name) {
        Map<String, Object> spec = new HashMap<>(Map.of("name", name, "type", type));
        put(spec, "issuer_id", issuer);
        put(spec, "key", key);
        put(spec, "validity", validity);
        put(spec, "path_length", pathLength);
        Map<String, Object> subject = new HashMap<>();
        put(subject, "organization", organization);
        put(subject, "organizational_unit", unit);
        put(subject, "country", country);
        put(spec, "subject", subject.isEmpty() ? null : subject);
        Map<String, Object> constraints = new HashMap<>();
        put(constraints, "permitted", permitted);
        put(constraints, "excluded", excluded);
        put(spec, "name_constraints", constraints.isEmpty() ? null : constraints);
        return spec;
    }

    static void put(Map<String, Object> spec, String name, @Nullable Object value) {
        if (value != null) {
            spec.put(name, value);
        }
    }
}
