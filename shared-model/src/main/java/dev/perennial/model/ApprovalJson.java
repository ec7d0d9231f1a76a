package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/**
 * A person's word, yes or no.
 *
 * @param pkcs10Sha256 lower hex, of the PKCS#10 that the person saw: another one that waits by now is not meant
 * @param caId the CA that is to sign, where the signer is manual and the word is yes
 * @param validity of that certificate, an ISO 8601 duration; absent: the signer's
 */
public record ApprovalJson(
        @Nullable String reason,
        @Nullable String pkcs10Sha256,
        @Nullable String caId,
        @Nullable String validity) {}
