package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/** An order to revoke; the reason is RFC 5280's word. */
public record RevocationJson(@Nullable String reason) {}
