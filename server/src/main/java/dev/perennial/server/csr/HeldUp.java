package dev.perennial.server.csr;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be renewed by signers that are disabled.
 *
 * @param requests how many; of each signer not more than a thousand are looked at
 * @param firstEnd when the first certificate of those that were looked at ends; null where nothing waits
 */
public record HeldUp(long requests, @Nullable Instant firstEnd) {

    public static HeldUp nothing() {
        return new HeldUp(0, null);
    }
}
