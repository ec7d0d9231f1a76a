package dev.perennial.agent.people;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an account may do. */
final class AccountFields {
    @Option(
            names = "--role",
            paramLabel = "ROLE",
            completionCandidates = Words.Roles.class,
            description = "A role: ${COMPLETION-CANDIDATES}; may be repeated.")
    private @Nullable List<String> roles;

    @Option(
            names = "--names",
            paramLabel = "PATTERN",
            description = "Names it may ask for, such as '*.example.com'; may be repeated.")
    private @Nullable List<String> names;

    @Option(
            names = "--signers",
            paramLabel = "GRANT",
            description = "What it may do with a signer, such as approve:perennial.dev/manual; may be repeated.")
    private @Nullable List<String> signers;

    /** A spec with what the options say in place of what stands in it. */
    Map<String, Object> over(Map<String, Object> present) {
        Map<String, Object> spec = new LinkedHashMap<>(present);
        put(spec, "roles", roles);
        put(spec, "names", names);
        put(spec, "signers", signers);
        return spec;
    }

    static void put(Map<String, Object> spec, String name, @Nullable List<String> values) {
        if (values != null) {
            spec.put(name, values.stream().filter(value -> !value.isEmpty()).toList());
        }
    }
}
