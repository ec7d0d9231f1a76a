package dev.perennial.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How an agent whose identity has expired asks for another, in two calls: an empty spec is answered with a nonce. */
public record RecoveryJson(@Nullable Spec spec, @Nullable Status status) {

    /**
     * @param nonce of the first call's answer, as it came
     * @param request the PKCS#10 of the new identity in PEM
     * @param signature Base64 of the bound key's signature over agent, nonce and PKCS#10 (docs/security.md, Recovery)
     */
    public record Spec(
            @Nullable String nonce,
            @Nullable String request,
            @Nullable String signature) {}

    /**
     * @param nonce good once, for this agent, at every server of the database
     * @param expires when it ends
     */
    public record Status(String nonce, Instant expires) {}
}
