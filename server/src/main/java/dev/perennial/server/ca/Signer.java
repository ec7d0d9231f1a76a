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
        boolean enabled) {

    /** Its terms in one line, in the words of the configuration file. */
    String terms() {
        return "validity %s, profile %s, policy %s, four_eyes %s, enabled %s"
                .formatted(validity, profile.word(), approval.word(), fourEyes, enabled);
    }
}
