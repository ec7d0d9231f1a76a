package dev.perennial.agent.people;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The terms of a signer. */
final class SignerFields {
    @Option(names = "--authority", paramLabel = "ID", description = "The CA that it signs with.")
    private @Nullable String authority;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            completionCandidates = Words.Profiles.class,
            description = "What its certificates are for: ${COMPLETION-CANDIDATES}.")
    private @Nullable String profile;

    @Option(names = "--validity", paramLabel = "DURATION", description = "How long they last, such as P90D or PT12H.")
    private @Nullable String validity;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            completionCandidates = Words.Policies.class,
            description = "Who says yes: ${COMPLETION-CANDIDATES}.")
    private @Nullable String policy;

    @Option(
            names = "--four-eyes",
            negatable = true,
            description = "Whether the approver has to be another than the requester.")
    private @Nullable Boolean fourEyes;

    @Option(
            names = "--revocation",
            paramLabel = "HOW",
            completionCandidates = Words.Revocations.class,
            description = "How relying parties learn of revocations: ${COMPLETION-CANDIDATES}.")
    private @Nullable String revocation;

    @Option(
            names = "--certificate-policy",
            paramLabel = "OID",
            description = "A certificate policy of its certificates; may be repeated, and an empty one takes all away.")
    private @Nullable List<String> policies;

    /** Puts what the options say in place of what stands in a spec. */
    void addTo(Map<String, Object> spec) {
        put(spec, "ca_id", authority);
        put(spec, "profile", profile);
        put(spec, "validity", validity);
        put(spec, "policy", policy);
        put(spec, "four_eyes", fourEyes);
        put(spec, "revocation", revocation);
        AccountFields.put(spec, "policies", policies);
    }

    private static void put(Map<String, Object> spec, String name, @Nullable Object value) {
        if (value != null) {
            spec.put(name, value);
        }
    }
}
