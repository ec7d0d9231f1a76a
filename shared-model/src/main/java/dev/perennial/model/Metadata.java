package dev.perennial.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What every object of the API carries and nobody but the server writes. In a body sent to the server it is ignored. */
public record Metadata(
        @Nullable String id,
        @Nullable Instant created,
        @Nullable Instant updated) {}
