package dev.perennial.server.ca;

import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the configuration file says of a signer; null leaves what is there. */
public record SignerTerms(
        @Nullable Duration validity,
        @Nullable Profile profile,
        @Nullable Approval approval,
        @Nullable Boolean fourEyes,
        @Nullable Boolean enabled) {

    /** Only how long its certificates live. */
    public static SignerTerms lasting(Duration validity) {
        return new SignerTerms(validity, null, null, null, null);
    }

    Signer appliedTo(Signer signer) {
        return new Signer(
                signer.name(),
                signer.authorityId(),
                profile == null ? signer.profile() : profile,
                validity == null ? signer.validity() : validity,
                approval == null ? signer.approval() : approval,
                fourEyes == null ? signer.fourEyes() : fourEyes,
                enabled == null ? signer.enabled() : enabled);
    }
}
