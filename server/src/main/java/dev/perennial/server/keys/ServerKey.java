package dev.perennial.server.keys;

import dev.perennial.server.pkix.SubjectPublicKey;
import java.time.Instant;

/**
 * A key that the server keeps, as callers see it: never the private one.
 *
 * @param owner the name of the caller who had it made
 * @param used whether a request that is not withdrawn holds it
 */
public record ServerKey(
        String id,
        String orgId,
        String owner,
        String name,
        SubjectPublicKey key,
        boolean used,
        Instant created,
        Instant updated) {}
