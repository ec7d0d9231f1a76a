package dev.perennial.server.ca;

import java.time.Instant;

/**
 * A certificate that was signed and is not yet stored: until its transaction commits, nobody may see it.
 *
 * @param serial lower-case hex
 * @param cutShort whether notAfter is the issuer's
 * @param renewalTime the moment in its renewal window, drawn once
 */
public record Issued(
        String id,
        String issuerId,
        String serial,
        byte[] der,
        byte[] sha256,
        Instant notBefore,
        Instant notAfter,
        boolean cutShort,
        Instant renewalTime) {}
