package dev.perennial.server.revocation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One answer to OCSP.
 *
 * @param der not to be changed
 * @param nextUpdate until when it may be kept; null where it is for its asker alone
 */
public record OcspAnswer(byte[] der, @Nullable Instant nextUpdate) {}
