package dev.perennial.agent.people;

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

    /** Puts what the options say in place of what stands in a spec. */
    void addTo(Map<String, Object> spec) {
        put(spec, "roles", roles);
        put(spec, "names", names);
        put(spec, "signers", signers);
    }

    static void put(Map<String, Object> spec, String name, @Nullable List<String> values) {
        if (values != null) {
            spec.put(name, values.stream().filter(value -> !value.isEmpty()).toList());
        }
    }
}
