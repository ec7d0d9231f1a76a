package dev.perennial.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Many certificates that are revoked as one act, on the wire of the native API. */
public record RevocationActJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * @param orgId absent for one that is about every organisation
     * @param reason RFC 5280's word
     * @param withKeys whether the keys are blocked, and whatever else has one of them is revoked too; so it always is
     *     where they are compromised
     * @param query which certificates: conditions as the list of certificates has them in its query, a text or a list of
     *     texts each; absent for one that is by key
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String reason,
            @Nullable Boolean withKeys,
            @Nullable Map<String, Object> query) {}

    /**
     * @param state {@code preview}, {@code running}, {@code done} or {@code cancelled}
     * @param total how many there are to revoke, as far as is known
     * @param done how many of them were
     * @param failed how many were gone by then
     * @param by who started it, or else made it
     * @param certificates of a preview the first ones
     */
    public record Status(
            String state,
            int total,
            int done,
            int failed,
            String by,
            @Nullable Instant started,
            @Nullable Instant ended,
            @Nullable List<CertificateJson> certificates) {}
}
