package dev.perennial.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order to revoke.
 *
 * @param reason RFC 5280's word
 * @param withKey whether whatever else has the key is revoked too, and the key blocked; so it always is where that is
 *     compromised
 * @param replace whether another is to be made first
 * @param deadline with {@code replace}: when it is revoked in any case
 */
public record RevocationJson(
        @Nullable String reason,
        @Nullable Boolean withKey,
        @Nullable Boolean replace,
        @Nullable Instant deadline) {}
