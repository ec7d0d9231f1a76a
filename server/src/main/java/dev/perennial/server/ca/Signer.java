package dev.perennial.server.ca;

import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who signs a request, by a name that every door can say, and on which terms. */
public record Signer(String id, SignerSpec spec, Instant created, Instant updated) {

    public String name() {
        return spec.name();
    }

    public @Nullable String authorityId() {
        return spec.authorityId();
    }

    public Profile profile() {
        return spec.profile();
    }

    public Duration validity() {
        return spec.validity();
    }

    public Approval approval() {
        return spec.approval();
    }

    public boolean fourEyes() {
        return spec.fourEyes();
    }

    public boolean enabled() {
        return spec.enabled();
    }

    public boolean noRevocation() {
        return spec.noRevocation();
    }

    /** Whether nothing is signed but by a person. */
    public boolean isManual() {
        return spec.type() == SignerSpec.Type.MANUAL;
    }

    /** Whether requests of that organisation may name it; null: of none in particular, as nobody's own. */
    boolean isFor(@Nullable String orgId) {
        return spec.orgId() == null || spec.orgId().equals(orgId);
    }

    /** The same for one certificate, which a person has signed with that CA, for that long. */
    public Signer signingWith(Authority authority, Duration validity) {
        return new Signer(
                id,
                new SignerSpec(
                        spec.orgId(),
                        spec.name(),
                        spec.type(),
                        authority.id(),
                        spec.profile(),
                        validity,
                        spec.approval(),
                        spec.fourEyes(),
                        spec.enabled(),
                        spec.noRevocation(),
                        spec.policies()),
                created,
                updated);
    }

    /** What was decided, with what its terms add. */
    CertificateProfile termsOn(CertificateProfile decided) {
        CertificateProfile profile = decided.withPolicies(spec.policies());
        return spec.noRevocation() ? profile.withoutRevocation() : profile;
    }
}
