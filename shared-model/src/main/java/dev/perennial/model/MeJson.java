package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who the caller is here, and what it may do. */
public record MeJson(Status status) {

    /**
     * @param name as it stands in the audit record
     * @param orgId null for the bootstrap administrator, who belongs to none
     * @param names the patterns of names that it may ask for
     * @param signers its grants on single signers
     */
    public record Status(
            String name, @Nullable String orgId, List<String> roles, List<String> names, List<String> signers) {}
}
