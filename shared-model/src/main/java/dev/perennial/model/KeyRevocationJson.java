package dev.perennial.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Revoking by proof of possession of the key, in two calls: an empty spec is answered with a nonce. */
public record KeyRevocationJson(
        @Nullable Spec spec, @Nullable Status status) {

    /**
     * @param certificate in PEM
     * @param nonce of the first call's answer, as it came
     * @param reason RFC 5280's word
     * @param signature Base64 of the signature of the certificate's key over nonce, certificate and reason
     *     (docs/revocation.md)
     */
    public record Spec(
            @Nullable String certificate,
            @Nullable String nonce,
            @Nullable String reason,
            @Nullable String signature) {}

    /**
     * @param nonce good for five minutes, at every server of the database
     * @param expires when it ends
     * @param serialNumber lower-case hex, of what was revoked
     * @param revoked when and why it was
     */
    public record Status(
            @Nullable String nonce,
            @Nullable Instant expires,
            @Nullable String serialNumber,
            CertificateJson.@Nullable Revocation revoked) {}
}
