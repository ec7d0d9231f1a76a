package dev.perennial.server.pkix;

import dev.perennial.server.pkix.LintedValues.Policy;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** What a certificate may be used for is what its profile says: asked before a signature, and when looking back. */
final class ProfileRules {
    /** Those that a profile decides about alone. */
    private static final Set<String> DECIDED = Set.of(
            Extension.KEY_USAGE,
            Extension.BASIC_CONSTRAINTS,
            Extension.NAME_CONSTRAINTS,
            Extension.EXTENDED_KEY_USAGE,
            Extension.CERTIFICATE_POLICIES,
            Extension.OCSP_NO_CHECK,
            Extension.NO_REVOCATION_AVAILABLE);

    /** What the extensions say that are there. */
    static final List<LintRule<Profiled>> OF_VALUES = List.of(
            rule(
                    "plan-key-usage",
                    "4.2.1.3",
                    "a key usage that is not the profile's",
                    one -> one.certificate.keyUsage.has(bits -> bits == KeyUsage.bits(one.profile.keyUsages()))),
            rule(
                    "plan-purposes",
                    "4.2.1.12",
                    "extended key usages that are not the profile's",
                    ProfileRules::hasPurposes),
            rule(
                    "plan-authority",
                    "4.2.1.9",
                    "a CA or path length that is not the profile's",
                    ProfileRules::isAuthority),
            rule(
                    "plan-name-constraints",
                    "4.2.1.10",
                    "name constraints that are not the profile's",
                    ProfileRules::hasNameConstraints),
            rule(
                    "plan-policies",
                    "4.2.1.4",
                    "certificate policies that are not the profile's",
                    ProfileRules::hasPolicies));

    /** Which there are; before a signature a rule of the plan says it of all extensions. */
    static final LintRule<Profiled> OF_PRESENCE = rule(
            "profile-extensions",
            "4.2",
            "other extensions than the profile's",
            one -> one.certificate.extensions.stream()
                    .map(LintedExtension.Listed::oid)
                    .filter(DECIDED::contains)
                    .sorted()
                    .toList()
                    .equals(extensions(one.profile).stream().sorted().toList()));

    private ProfileRules() {}

    /** A certificate, and what it should be used for. */
    static final class Profiled {
        private final LintedCertificate certificate;
        private final CertificateProfile profile;

        Profiled(LintedCertificate certificate, CertificateProfile profile) {
            this.certificate = certificate;
            this.profile = profile;
        }
    }

    /** The extensions that a certificate of that profile has for it; the caller's, to add others to. */
    static Set<String> extensions(CertificateProfile profile) {
        Set<String> extensions = new HashSet<>();
        extensions.add(Extension.KEY_USAGE);
        addIf(extensions, profile.ca(), Extension.BASIC_CONSTRAINTS);
        addIf(extensions, !profile.nameConstraints().isEmpty(), Extension.NAME_CONSTRAINTS);
        addIf(extensions, !profile.extendedKeyUsages().isEmpty(), Extension.EXTENDED_KEY_USAGE);
        addIf(extensions, !profile.policies().isEmpty(), Extension.CERTIFICATE_POLICIES);
        addIf(extensions, profile.responder(), Extension.OCSP_NO_CHECK);
        addIf(extensions, profile.noRevocation(), Extension.NO_REVOCATION_AVAILABLE);
        return extensions;
    }

    private static void addIf(Set<String> extensions, boolean condition, String oid) {
        if (condition) {
            extensions.add(oid);
        }
    }

    private static LintRule<Profiled> rule(String name, String section, String refuses, Predicate<Profiled> holds) {
        return new LintRule<>(name, "RFC 5280 §" + section, refuses, holds);
    }

    private static boolean hasPurposes(Profiled one) {
        List<String> expected = new ArrayList<>();
        for (ExtendedKeyUsage purpose : one.profile.extendedKeyUsages()) {
            expected.add(purpose.oid());
        }
        return one.certificate.purposes.holds(expected::equals);
    }

    private static boolean isAuthority(Profiled one) {
        Integer expected = one.profile.pathLength();
        BigInteger pathLength = expected == null ? null : BigInteger.valueOf(expected);
        return one.certificate.isAuthority() == one.profile.ca()
                && one.certificate.basicConstraints.holds(
                        constraints -> Objects.equals(constraints.pathLength(), pathLength));
    }

    private static boolean hasNameConstraints(Profiled one) {
        NameConstraints expected = one.profile.nameConstraints();
        return LintedValues.all(
                one.certificate.extensions,
                extension -> !extension.oid().equals(Extension.NAME_CONSTRAINTS)
                        || isConstraint(extension.value(), expected));
    }

    private static boolean isConstraint(byte[] value, NameConstraints expected) {
        try {
            NameConstraints constraints = NameConstraints.read(DerReader.over(value));
            return constraints.permitted().equals(expected.permitted())
                    && constraints.excluded().equals(expected.excluded());
        } catch (DerException e) {
            return false;
        }
    }

    private static boolean hasPolicies(Profiled one) {
        List<Policy> expected = new ArrayList<>();
        for (String policy : one.profile.policies()) {
            expected.add(new Policy(policy, List.of()));
        }
        return one.certificate.policies.holds(expected::equals);
    }
}
