package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/**
 * A person's word, yes or no.
 *
 * @param pkcs10Sha256 lower hex, of the PKCS#10 that the person saw: another one that waits by now is not meant
 */
public record ApprovalJson(
        @Nullable String reason, @Nullable String pkcs10Sha256) {}
