package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/** The certificate that was made elsewhere for a CA of ours. */
public record AuthorityCertificateJson(@Nullable Spec spec) {

    /** @param certificate PEM: the CA's certificate and all that leads to its root */
    public record Spec(@Nullable String certificate) {}
}
