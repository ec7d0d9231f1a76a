package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/** A private key that the server keeps; of the key itself only the public half is ever shown. */
public record ServerKeyJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /** @param name for people; it may be changed */
    public record Spec(@Nullable String orgId, @Nullable String name) {}

    /**
     * @param kind {@code rsa-2048}, {@code ec-p256}, …
     * @param publicKey the SubjectPublicKeyInfo, PEM
     * @param spkiSha256 its SHA-256 in lower hex
     * @param owner the name of the caller who had it made
     * @param inUse whether a signing request that is not withdrawn holds it
     */
    public record Status(String kind, String publicKey, String spkiSha256, String owner, boolean inUse) {}
}
