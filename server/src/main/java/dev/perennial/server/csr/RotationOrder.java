package dev.perennial.server.csr;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether the key is to be rotated, why and until when. */
public record RotationOrder(
        boolean wanted, @Nullable String reason, @Nullable Instant deadline) {}
