package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/**
 * An order to revoke.
 *
 * @param reason RFC 5280's word
 * @param withKey whether whatever else has the key is revoked too, and the key blocked; so it always is where that is
 *     compromised
 */
public record RevocationJson(
        @Nullable String reason, @Nullable Boolean withKey) {}
