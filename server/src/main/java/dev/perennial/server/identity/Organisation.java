package dev.perennial.server.identity;

import java.time.Instant;
import java.util.List;

/**
 * A name space of its own.
 *
 * @param names the patterns that all grants inside keep within
 */
public record Organisation(String id, String name, List<String> names, Instant created, Instant updated) {}
