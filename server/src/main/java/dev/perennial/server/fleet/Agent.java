package dev.perennial.server.fleet;

import java.time.Instant;
import java.util.List;

/** An agent as it is stored. {@code names} are patterns, within those of its organisation. */
public record Agent(
        String id,
        String orgId,
        String name,
        List<String> names,
        boolean retired,
        Instant lastSeen,
        Instant created,
        Instant updated,
        long position) {}
