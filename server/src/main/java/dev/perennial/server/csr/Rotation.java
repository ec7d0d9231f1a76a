package dev.perennial.server.csr;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The signal to rotate the key.
 *
 * @param epoch grows with every signal; 0 where there never was one
 * @param standing whether it waits to be answered
 */
public record Rotation(
        long epoch,
        boolean standing,
        @Nullable String reason,
        @Nullable Instant deadline) {

    /** The same after a new key came, or when the signal is taken back. */
    Rotation over() {
        return new Rotation(epoch, false, null, null);
    }
}
