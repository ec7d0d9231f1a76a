package dev.perennial.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A signing request on the wire of the native API: Agilicus' {@code CertSigningReq} and our additions. */
public record SigningRequestJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * What the requester says.
     *
     * @param request the PKCS#10 in PEM (RFC 2986, RFC 7468 §7)
     * @param autoRenew true where absent
     * @param rotateKeys set by an administrator to ask for a new key; ignored from an agent
     * @param rotation why and until when, where {@code rotateKeys} is being set
     * @param privateKeyId lower-case hex MD5 of the key's DER SubjectPublicKeyInfo
     * @param targetIssuer the signer's name, echoed as sent
     * @param usages what the certificate is to be used for, in Kubernetes' words; absent leaves it to the signer
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String request,
            @Nullable Boolean autoRenew,
            @Nullable Boolean rotateKeys,
            @Nullable RotationOrder rotation,
            @Nullable String privateKeyId,
            @Nullable String targetIssuer,
            @Nullable String uid,
            @Nullable List<String> usages) {}

    /** The particulars of a signal to rotate, as an administrator gives them. */
    public record RotationOrder(
            @Nullable String reason, @Nullable Instant deadline) {}

    /**
     * What the server says.
     *
     * @param certificates issued for the current generation, oldest notBefore first: the last is the newest
     * @param autoRenew {@code spec.auto_renew} and the health of the agent it belongs to
     * @param certificateUpdates progress and failures, newest first; only where the query asks
     * @param next a new generation that must be held while the current one goes on
     * @param pkcs10Sha256 of the current PKCS#10's DER, lower hex: what an approval is about
     * @param rotation the standing signal to rotate the key, if there is one
     * @param subject of the PKCS#10, {@code CN=jane, O=developers}, special characters escaped; absent where it is empty
     */
    public record Status(
            List<CertificateJson> certificates,
            @Nullable String commonName,
            List<String> dnsNames,
            @Nullable String connectorId,
            boolean autoRenew,
            List<CertificateJson> certificateUpdates,
            RequestState state,
            @Nullable Next next,
            @Nullable String reason,
            @Nullable String message,
            int generation,
            String signer,
            @Nullable String pkcs10Sha256,
            @Nullable Rotation rotation,
            @Nullable String subject) {}

    /**
     * The generation that waits beside the current one.
     *
     * @param request its PKCS#10 in PEM: who decides about it is to see it
     */
    public record Next(
            int generation,
            RequestState state,
            @Nullable String reason,
            @Nullable String pkcs10Sha256,
            @Nullable String request,
            @Nullable String subject,
            @Nullable List<String> usages) {}

    /** A signal to rotate the key; an agent ignores an epoch that is not above the one it has acted on. */
    public record Rotation(
            long epoch,
            @Nullable Instant deadline,
            @Nullable String reason) {}
}
