package dev.perennial.server.ca;

import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.NameConstraints;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A CA that is to be made here.
 *
 * @param orgId null: of the installation
 * @param root whether it signs its own certificate
 * @param issuerId which of our CAs signs it; null where it is a root, or is signed elsewhere
 * @param validity of its certificate; without meaning where it is signed elsewhere
 * @param pathLength how many CAs may stand below it
 */
public record AuthorityOrder(
        @Nullable String orgId,
        String name,
        DistinguishedName subject,
        boolean root,
        KeyKind key,
        @Nullable String issuerId,
        Duration validity,
        int pathLength,
        NameConstraints constraints) {

    boolean isSignedElsewhere() {
        return !root && issuerId == null;
    }
}
