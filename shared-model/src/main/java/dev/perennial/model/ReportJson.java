package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/** An agent's word on a certificate: whether it stands on disk, and whether it was seen being served. */
public record ReportJson(@Nullable Spec spec) {

    /**
     * @param certificateSha256 lower-case hex of the certificate's DER
     * @param served null where the agent has no way to look
     */
    public record Spec(
            @Nullable String certificateSha256,
            @Nullable Boolean installed,
            @Nullable Boolean served) {}
}
