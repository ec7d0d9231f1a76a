package dev.perennial.server.pkix;

import dev.perennial.server.pkix.LintedValues.Access;
import dev.perennial.server.pkix.LintedValues.Name;
import dev.perennial.server.pkix.LintedValues.Point;
import dev.perennial.server.pkix.ProfileRules.Profiled;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What only holds at signing: the certificate says what was planned, all of it and nothing else. Read from the bytes,
 * without a step of the encoder, which is what these rules look at; the others look at the profile.
 */
final class PlanRules {
    private static final String OCSP = "1.3.6.1.5.5.7.48.1";
    private static final String CA_ISSUERS = "1.3.6.1.5.5.7.48.2";

    private static final List<LintRule<Planned>> OWN = List.of(
            rule(
                    "plan-serial",
                    "4.1.2.2",
                    "a serial number that is not the planned one",
                    planned -> Arrays.equals(
                            planned.certificate.serial,
                            planned.plan.serial().value().toByteArray())),
            rule(
                    "plan-algorithm",
                    "4.1.2.3",
                    "a signature algorithm that is not the one to be signed with",
                    planned -> planned.certificate.knownAlgorithm == planned.algorithm),
            rule("plan-validity", "4.1.2.5", "a validity that is not the planned one", PlanRules::isValidity),
            rule(
                    "plan-subject",
                    "4.1.2.6",
                    "a subject that is not the decision's",
                    planned -> Arrays.equals(
                            planned.certificate.subject, planned.plan.subject().sharedDer())),
            rule(
                    "plan-key",
                    "4.1.2.7",
                    "a key that is not the requested one",
                    planned -> Arrays.equals(
                            planned.certificate.keyInfo, planned.plan.key().sharedDer())),
            rule("plan-extensions", "4.2", "other extensions than the planned ones", PlanRules::hasExtensions),
            rule(
                    "plan-names",
                    "4.2.1.6",
                    "names that are not the decision's, each once and in order",
                    PlanRules::hasNames),
            rule(
                    "plan-key-identifier",
                    "4.2.1.2",
                    "a subject key identifier that is not the key's",
                    planned -> planned.certificate.subjectKeyIdentifier.has(
                            hex -> hex.equals(planned.plan.key().keyIdentifier()))),
            rule(
                    "plan-access",
                    "4.2.2.1",
                    "an authority information access that is not the planned one",
                    PlanRules::hasAccess),
            rule("plan-crl", "4.2.1.13", "a CRL distribution point that is not the planned one", PlanRules::hasCrl));

    static final List<LintRule<Planned>> ALL = Stream.concat(
                    OWN.stream(), ProfileRules.OF_VALUES.stream().map(rule -> rule.on(Planned::profiled)))
            .toList();

    private PlanRules() {}

    /** What is about to be signed, and what it was to be. */
    static final class Planned {
        private final LintedCertificate certificate;
        private final CertificatePlan plan;
        private final SignatureAlgorithm algorithm;

        Planned(LintedCertificate certificate, CertificatePlan plan, SignatureAlgorithm algorithm) {
            this.certificate = certificate;
            this.plan = plan;
            this.algorithm = algorithm;
        }

        private Profiled profiled() {
            return new Profiled(certificate, plan.profile());
        }
    }

    private static LintRule<Planned> rule(String name, String section, String refuses, Predicate<Planned> holds) {
        return new LintRule<>(name, "RFC 5280 §" + section, refuses, holds);
    }

    private static boolean isValidity(Planned planned) {
        Validity validity = planned.plan.validity();
        return validity.notBefore().equals(planned.certificate.notBefore.instant())
                && validity.notAfter().equals(planned.certificate.notAfter.instant());
    }

    private static boolean hasExtensions(Planned planned) {
        CertificatePlan plan = planned.plan;
        Pointers pointers = plan.pointers();
        Set<String> expected = ProfileRules.extensions(plan.profile());
        expected.add(Extension.SUBJECT_KEY_IDENTIFIER);
        expected.add(Extension.AUTHORITY_KEY_IDENTIFIER);
        addIf(expected, !plan.identifiers().isEmpty(), Extension.SUBJECT_ALTERNATIVE_NAME);
        addIf(
                expected,
                pointers.ocsp() != null || pointers.caIssuers() != null,
                Extension.AUTHORITY_INFORMATION_ACCESS);
        addIf(expected, pointers.crl() != null, Extension.CRL_DISTRIBUTION_POINTS);
        return planned.certificate.extensions.size() == expected.size()
                && LintedValues.all(planned.certificate.extensions, one -> expected.contains(one.oid()));
    }

    private static void addIf(Set<String> expected, boolean condition, String oid) {
        if (condition) {
            expected.add(oid);
        }
    }

    private static boolean hasNames(Planned planned) {
        List<Identifier> identifiers = planned.plan.identifiers();
        return planned.certificate.names.holds(names -> {
            if (names.size() != identifiers.size()) {
                return false;
            }
            for (int i = 0; i < names.size(); i++) {
                if (!isName(names.get(i), identifiers.get(i))) {
                    return false;
                }
            }
            return true;
        });
    }

    private static boolean isName(Name name, Identifier identifier) {
        return switch (identifier.type()) {
            case DNS -> name.tag() == GeneralNames.DNS && name.text().equals(identifier.value());
            case IP -> name.tag() == GeneralNames.IP && Arrays.equals(name.content(), identifier.address());
            case EMAIL -> name.tag() == GeneralNames.EMAIL && name.text().equals(identifier.value());
            case URI -> name.tag() == GeneralNames.URI && name.text().equals(identifier.value());
        };
    }

    private static boolean hasAccess(Planned planned) {
        Pointers pointers = planned.plan.pointers();
        return planned.certificate.informationAccess.holds(
                all -> pointsAt(all, OCSP, pointers.ocsp()) && pointsAt(all, CA_ISSUERS, pointers.caIssuers()));
    }

    /** Exactly once where it was planned, and else not at all. */
    private static boolean pointsAt(List<Access> all, String method, @Nullable URI planned) {
        int found = 0;
        for (Access access : all) {
            if (access.method().equals(method)) {
                found += planned != null && access.location().text().equals(planned.toASCIIString()) ? 1 : 2;
            }
        }
        return found == (planned == null ? 0 : 1);
    }

    private static boolean hasCrl(Planned planned) {
        URI crl = planned.plan.pointers().crl();
        return planned.certificate.distributionPoints.holds(points -> points.size() == 1
                && crl != null
                && LintedValues.all(points, point -> isAt(point, crl.toASCIIString())));
    }

    private static boolean isAt(Point point, String location) {
        List<Name> names = point.fullName();
        return names != null && names.size() == 1 && names.get(0).text().equals(location);
    }
}
