package dev.perennial.server.ca;

import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    /** Whether nobody here serves it: its certificates are put in by whoever does elsewhere. */
    public boolean isOutside() {
        return spec.type() == SignerSpec.Type.OUTSIDE;
    }

    /** The one of that name that nobody here serves: what is asked of it waits for a person, and then for it. */
    static Signer outside(String name) {
        SignerSpec spec = new SignerSpec(
                null,
                name,
                SignerSpec.Type.OUTSIDE,
                null,
                Profile.REQUESTED,
                SignerSpec.LONGEST,
                Approval.PERSON,
                false,
                true,
                true,
                List.of());
        return new Signer(name, spec, Instant.EPOCH, Instant.EPOCH);
    }

    /** Whether requests of that organisation may name it; null: of none in particular, as nobody's own. */
    boolean isFor(@Nullable String orgId) {
        return spec.orgId() == null || spec.orgId().equals(orgId);
    }

    /** The same for one certificate, which a person has signed with that CA, for that long. */
    public Signer signingWith(Authority authority, Duration validity) {
        return with(authority.id(), validity);
    }

    private Signer with(@Nullable String authorityId, Duration validity) {
        return new Signer(
                id,
                new SignerSpec(
                        spec.orgId(),
                        spec.name(),
                        spec.type(),
                        authorityId,
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

    /** The same for certificates that are to last no longer than that; null: than it gives. */
    public Signer within(@Nullable Duration lifetime) {
        return lifetime == null || lifetime.compareTo(validity()) >= 0 ? this : with(authorityId(), lifetime);
    }

    /** What was decided, with what its terms add. */
    CertificateProfile termsOn(CertificateProfile decided) {
        CertificateProfile profile = decided.withPolicies(spec.policies());
        return spec.noRevocation() ? profile.withoutRevocation() : profile;
    }
}
