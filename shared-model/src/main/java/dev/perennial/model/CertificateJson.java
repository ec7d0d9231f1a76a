package dev.perennial.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A certificate on the wire of the native API: Agilicus' {@code X509Certificate} and our additions. */
public record CertificateJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * @param certificate the end entity certificate in PEM
     * @param ca the issuer's certificate in PEM, with what leads from it to a root after it, the root not included
     * @param reason {@code pending}, {@code failed} or {@code issued}
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String reason,
            @Nullable String certificate,
            @Nullable String ca,
            @Nullable String csrId,
            @Nullable String message) {}

    /**
     * @param renewalTime when the server means to renew it; absent where it does not
     * @param issuerId of our CA that signed it, as in {@code /ca/ID.crt}; {@code sha256:} and the digest of the issuer's
     *     name where it was made elsewhere
     * @param serialNumber lower-case hex
     * @param sha256 lower-case hex of the certificate's DER
     * @param cutShort whether notAfter is the issuer's because the profile's validity would have passed it
     * @param revokeBy when it is revoked at the latest, while its replacement is awaited
     */
    public record Status(
            @Nullable Instant notBefore,
            @Nullable Instant notAfter,
            @Nullable Instant renewalTime,
            @Nullable String issuerId,
            @Nullable String serialNumber,
            @Nullable String sha256,
            @Nullable Revocation revoked,
            @Nullable Boolean cutShort,
            @Nullable Instant revokeBy) {}

    /**
     * That and why a certificate is revoked.
     *
     * @param reason RFC 5280's word
     * @param note what whoever counts on it has to know; absent where there is nothing
     */
    public record Revocation(
            Instant time, String reason, @Nullable String note) {}
}
