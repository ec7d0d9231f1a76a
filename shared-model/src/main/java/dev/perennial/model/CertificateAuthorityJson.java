package dev.perennial.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A CA. What a private key is in is only ever sent to the server. */
public record CertificateAuthorityJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * @param orgId whose it is; absent: of the installation, for every organisation
     * @param name the common name of its subject
     * @param type {@code root} or {@code intermediate}
     * @param key {@code ec-p384}, {@code rsa-4096}, …
     * @param validity of its certificate, an ISO 8601 duration
     * @param issuerId which CA of ours signs it; absent of an intermediate that is signed elsewhere
     * @param pathLength how many CAs may stand below it
     * @param certificate to import one: its certificate and all that leads to its root, PEM
     * @param privateKey with it, its key as PKCS#8 in PEM
     * @param pkcs12 instead of both, in base64
     * @param password of either
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String name,
            @Nullable Subject subject,
            @Nullable String type,
            @Nullable String key,
            @Nullable String validity,
            @Nullable String issuerId,
            @Nullable Integer pathLength,
            @Nullable NameConstraints nameConstraints,
            @Nullable String certificate,
            @Nullable String privateKey,
            @Nullable String pkcs12,
            @Nullable String password) {
        /** Without the key: it gets into no log by a slip. */
        @Override
        public String toString() {
            return "Spec[" + name + "]";
        }
    }

    /** What stands in the subject beside the common name: O, OU and C. */
    public record Subject(
            @Nullable String organization,
            @Nullable String organizationalUnit,
            @Nullable String country) {}

    /** Texts like {@code dns:example.com}, {@code ip:10.0.0.0/8}, {@code email:example.com}, {@code uri:.example.com}. */
    public record NameConstraints(
            @Nullable List<String> permitted, @Nullable List<String> excluded) {}

    /**
     * @param state {@code pending}, {@code enabled} or {@code disabled}
     * @param certificate absent while it is pending
     * @param ca where it was issued elsewhere, what leads to its root, PEM
     * @param certificateSigningRequest what its certificate is asked for by elsewhere, PEM
     * @param cutsShortFrom from when on certificates of its signers end with it
     */
    public record Status(
            String state,
            @Nullable String certificateSigningRequest,
            @Nullable String certificate,
            @Nullable String ca,
            @Nullable String subject,
            @Nullable String serialNumber,
            @Nullable String sha256,
            @Nullable Instant notBefore,
            @Nullable Instant notAfter,
            @Nullable Instant cutsShortFrom) {}
}
