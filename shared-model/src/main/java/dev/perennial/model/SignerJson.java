package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who signs, on which terms. */
public record SignerJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * What is said of it.
     *
     * @param orgId whose it is; absent: everybody's
     * @param name that requests name it by, {@code example.com/web}
     * @param type {@code local} or {@code manual}
     * @param caId the id of its issuing CA; absent where it is manual
     * @param validity of its certificates, an ISO 8601 duration
     * @param policy {@code grants}, {@code grants-or-person} or {@code person}
     * @param fourEyes whether the approver has to be another than the requester
     * @param revocation {@code crl-ocsp}, or {@code none} for certificates whose revocation nobody can learn of
     * @param policies certificate policies, dotted
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String name,
            @Nullable String type,
            @Nullable String caId,
            @Nullable String profile,
            @Nullable String validity,
            @Nullable String policy,
            @Nullable Boolean fourEyes,
            @Nullable Boolean enabled,
            @Nullable String revocation,
            @Nullable List<String> policies) {}

    /** @param configured whether it stands in the configuration file, and is changed there only */
    public record Status(boolean configured) {}
}
