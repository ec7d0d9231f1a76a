package dev.perennial.server.csr;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step on a request's way.
 *
 * @param reason {@code pending}, {@code failed} or {@code issued}
 * @param certificateId of the certificate that was issued
 */
public record Update(
        String requestId,
        Instant at,
        String reason,
        String message,
        @Nullable String certificateId) {}
