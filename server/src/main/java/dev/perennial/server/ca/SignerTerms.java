package dev.perennial.server.ca;

import dev.perennial.server.policy.Profile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the configuration file says of a signer; null leaves what is there. */
public record SignerTerms(
        @Nullable Duration validity,
        @Nullable Profile profile,
        @Nullable Boolean enabled) {

    Signer appliedTo(Signer signer) {
        return new Signer(
                signer.name(),
                signer.authorityId(),
                profile == null ? signer.profile() : profile,
                validity == null ? signer.validity() : validity,
                enabled == null ? signer.enabled() : enabled);
    }
}
