package dev.perennial.server.pkix;

import dev.perennial.server.pkix.LintedValues.Access;
import dev.perennial.server.pkix.LintedValues.Name;
import dev.perennial.server.pkix.LintedValues.Point;
import dev.perennial.server.pkix.LintedValues.Policy;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Rules of certificate policies, and of what tells about revocation: pointers, or that there is nothing to point at. */
final class PointerRules {
    private static final String OCSP = "1.3.6.1.5.5.7.48.1";
    private static final String CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    private static final String ANY_POLICY = "2.5.29.32.0";
    private static final Set<String> QUALIFIERS = Set.of("1.3.6.1.5.5.7.2.1", "1.3.6.1.5.5.7.2.2");

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            rule("policies-form", "4.2.1.4", "certificate policies that are none", c -> c.policies.isReadable()),
            policies("policies-empty", "certificate policies without one", all -> !all.isEmpty()),
            policies(
                    "policies-twice",
                    "a certificate policy that is there twice",
                    all -> !LintedValues.repeats(all.stream().map(Policy::oid).toList())),
            policies(
                    "policies-qualifier",
                    "a policy qualifier other than a CPS pointer and a user notice",
                    all -> LintedValues.all(all, policy -> QUALIFIERS.containsAll(policy.qualifiers()))),
            rule(
                    "policies-any-leaf",
                    "4.2.1.4",
                    "anyPolicy in an end entity",
                    c -> c.isAuthority()
                            || c.policies.holds(all -> LintedValues.all(
                                    all, policy -> !policy.oid().equals(ANY_POLICY)))),
            rule(
                    "points-form",
                    "4.2.1.13",
                    "CRL distribution points that are none",
                    c -> c.distributionPoints.isReadable()),
            rule(
                    "points-critical",
                    "4.2.1.13",
                    "CRL distribution points that are critical",
                    c -> !c.distributionPoints.isCritical()),
            points("points-empty", "CRL distribution points without one", all -> !all.isEmpty()),
            eachPoint("points-name", "a CRL distribution point without a full name", point -> point.fullName() != null),
            eachPoint("points-http", "a CRL distribution point that is no http URI", PointerRules::isByHttp),
            eachPoint("points-reasons", "a CRL distribution point for some reasons only", point -> !point.reasons()),
            eachPoint("points-issuer", "a CRL distribution point of another CRL issuer", point -> !point.crlIssuer()),
            rule(
                    "access-form",
                    "4.2.2.1",
                    "an authority information access that is none",
                    c -> c.informationAccess.isReadable()),
            rule(
                    "access-critical",
                    "4.2.2.1",
                    "an authority information access that is critical",
                    c -> !c.informationAccess.isCritical()),
            access("access-empty", "an authority information access without a method", all -> !all.isEmpty()),
            access(
                    "access-method",
                    "an access method other than OCSP and caIssuers",
                    all -> LintedValues.all(
                            all,
                            one -> one.method().equals(OCSP) || one.method().equals(CA_ISSUERS))),
            access(
                    "access-http",
                    "an access location that is no http URI",
                    all -> LintedValues.all(all, one -> one.location().isHttp())),
            new LintRule<>(
                    "no-revocation-form",
                    "RFC 9608 §2",
                    "a noRevAvail that is not NULL",
                    c -> c.noRevocation.isReadable()),
            new LintRule<>(
                    "no-revocation-critical",
                    "RFC 9608 §2",
                    "a noRevAvail that is critical",
                    c -> !c.noRevocation.isCritical()),
            new LintRule<>(
                    "no-revocation-authority",
                    "RFC 9608 §3",
                    "a noRevAvail in a CA",
                    c -> !c.noRevocation.isThere() || !c.isAuthority()),
            new LintRule<>(
                    "no-revocation-crl",
                    "RFC 9608 §3",
                    "a noRevAvail beside a pointer to a CRL",
                    c -> !c.noRevocation.isThere()
                            || (!c.distributionPoints.isThere() && c.listed(Extension.FRESHEST_CRL) == null)),
            new LintRule<>(
                    "no-revocation-ocsp",
                    "RFC 9608 §3",
                    "a noRevAvail beside a pointer to OCSP",
                    c -> !c.noRevocation.isThere() || !c.informationAccess.has(PointerRules::hasOcsp)),
            new LintRule<>(
                    "no-check-form",
                    "RFC 6960 §4.2.2.2.1",
                    "an ocsp-nocheck that is not NULL",
                    c -> c.noCheck.isReadable()),
            new LintRule<>(
                    "no-check-critical",
                    "RFC 6960 §4.2.2.2.1",
                    "an ocsp-nocheck that is critical",
                    c -> !c.noCheck.isCritical()),
            new LintRule<>(
                    "no-check-purpose",
                    "RFC 6960 §4.2.2.2.1",
                    "an ocsp-nocheck without OCSPSigning",
                    c -> !c.noCheck.isThere() || c.hasPurpose(ExtendedKeyUsage.OCSP_SIGNING)));

    private PointerRules() {}

    private static LintRule<LintedCertificate> rule(
            String name, String section, String refuses, Predicate<LintedCertificate> holds) {
        return new LintRule<>(name, "RFC 5280 §" + section, refuses, holds);
    }

    private static LintRule<LintedCertificate> policies(String name, String refuses, Predicate<List<Policy>> holds) {
        return rule(name, "4.2.1.4", refuses, c -> c.policies.holds(holds));
    }

    private static LintRule<LintedCertificate> points(String name, String refuses, Predicate<List<Point>> holds) {
        return rule(name, "4.2.1.13", refuses, c -> c.distributionPoints.holds(holds));
    }

    private static LintRule<LintedCertificate> eachPoint(String name, String refuses, Predicate<Point> holds) {
        return points(name, refuses, all -> LintedValues.all(all, holds));
    }

    private static LintRule<LintedCertificate> access(String name, String refuses, Predicate<List<Access>> holds) {
        return rule(name, "4.2.2.1", refuses, c -> c.informationAccess.holds(holds));
    }

    private static boolean isByHttp(Point point) {
        List<Name> names = point.fullName();
        return names == null || LintedValues.all(names, Name::isHttp);
    }

    private static boolean hasOcsp(List<Access> all) {
        return !LintedValues.all(all, one -> !one.method().equals(OCSP));
    }
}
