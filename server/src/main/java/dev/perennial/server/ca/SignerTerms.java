package dev.perennial.server.ca;

import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the configuration file says of a signer; null leaves what is there. */
public record SignerTerms(
        @Nullable Duration validity,
        @Nullable Profile profile,
        @Nullable Approval approval,
        @Nullable Boolean fourEyes,
        @Nullable Boolean enabled,
        @Nullable Boolean noRevocation,
        @Nullable List<String> policies) {

    /** Nothing of revocation and policies. */
    public SignerTerms(
            @Nullable Duration validity,
            @Nullable Profile profile,
            @Nullable Approval approval,
            @Nullable Boolean fourEyes,
            @Nullable Boolean enabled) {
        this(validity, profile, approval, fourEyes, enabled, null, null);
    }

    /** Only how long its certificates live. */
    public static SignerTerms lasting(Duration validity) {
        return new SignerTerms(validity, null, null, null, null);
    }

    /** Servers compare it: one of before these two says the same of a signer that has neither. */
    @Override
    public String toString() {
        String text = "SignerTerms[validity=%s, profile=%s, approval=%s, fourEyes=%s, enabled=%s"
                .formatted(validity, profile, approval, fourEyes, enabled);
        return text
                + (noRevocation == null ? "" : ", noRevocation=" + noRevocation)
                + (policies == null ? "" : ", policies=" + policies)
                + "]";
    }

    SignerSpec appliedTo(SignerSpec spec) {
        return new SignerSpec(
                spec.orgId(),
                spec.name(),
                spec.type(),
                spec.authorityId(),
                profile == null ? spec.profile() : profile,
                validity == null ? spec.validity() : validity,
                approval == null ? spec.approval() : approval,
                fourEyes == null ? spec.fourEyes() : fourEyes,
                enabled == null ? spec.enabled() : enabled,
                noRevocation == null ? spec.noRevocation() : noRevocation,
                policies == null ? spec.policies() : policies);
    }
}
