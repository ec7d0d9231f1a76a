package dev.perennial.server.identity;

import java.time.Instant;

/**
 * A client certificate that an account comes in with.
 *
 * @param sha256 of its DER, lower hex: what it is found by
 */
public record RegisteredCertificate(String sha256, Instant notBefore, Instant notAfter, Instant created) {}
