package dev.perennial.server.revocation;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/**
 * One CRL as it is published.
 *
 * @param number above those of all that were before (RFC 5280 §5.2.3)
 * @param der not to be changed
 */
public record Crl(String issuerId, long number, Instant thisUpdate, Instant nextUpdate, Buffer der) {}
