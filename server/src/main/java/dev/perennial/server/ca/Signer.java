package dev.perennial.server.ca;

import dev.perennial.server.policy.Profile;
import java.time.Duration;

/**
 * Who signs a request, by a name that every door can say, and on which terms.
 *
 * @param validity of its certificates, at least a second
 */
public record Signer(String name, String authorityId, Profile profile, Duration validity, boolean enabled) {}
