package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/** An order to release a certificate from hold; the reason is in the words of who does it. */
public record ReleaseJson(@Nullable String reason) {}
