package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/** Who signs, on which terms. */
public record SignerJson(Spec spec) {

    /**
     * What the configuration says.
     *
     * @param name that requests name it by
     * @param caId the id of its issuing CA
     * @param validity of its certificates, an ISO 8601 duration
     * @param policy {@code grants}, {@code grants-or-person} or {@code person}
     * @param fourEyes whether the approver has to be another than the requester
     */
    public record Spec(
            @Nullable String orgId,
            String name,
            String type,
            String caId,
            String profile,
            String validity,
            String policy,
            boolean fourEyes,
            boolean enabled) {}
}
