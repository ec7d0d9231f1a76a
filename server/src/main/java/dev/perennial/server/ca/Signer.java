package dev.perennial.server.ca;

import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import java.time.Duration;

/**
 * Who signs a request, by a name that every door can say, and on which terms.
 *
 * @param validity of its certificates, at least a second
 * @param approval who says yes
 * @param fourEyes whether a person's yes has to be another person's than the requester
 */
public record Signer(
        String name,
        String authorityId,
        Profile profile,
        Duration validity,
        Approval approval,
        boolean fourEyes,
        boolean enabled) {}
