package dev.perennial.server.egress;

import java.time.Duration;
import java.util.Optional;

/**
 * What came back with status 200.
 *
 * @param maxAge for how long it may be kept by its {@code Cache-Control} (RFC 9111 §5.2.2.1), where that says so
 */
public record Fetched(byte[] body, Optional<Duration> maxAge) {}
