package dev.perennial.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A compare-and-set on the newest notAfter that starts exactly one issuance (Agilicus {@code CertSigningReqReissue}). */
public record ReissueJson(@Nullable Spec spec, @Nullable Status status) {

    /** @param oldNotAfter the notAfter of the certificate that the caller wants replaced */
    public record Spec(
            @Nullable String orgId,
            @Nullable String csrId,
            @Nullable Instant oldNotAfter) {}

    public record Status(CertificateJson newCertificate) {}
}
