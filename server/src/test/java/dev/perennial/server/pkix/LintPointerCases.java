package dev.perennial.server.pkix;

import static dev.perennial.server.pkix.DerWriter.oid;
import static dev.perennial.server.pkix.DerWriter.sequence;
import static dev.perennial.server.pkix.DerWriter.text;
import static dev.perennial.server.pkix.LintCases.hex;
import static dev.perennial.server.pkix.TbsBuilder.authority;
import static dev.perennial.server.pkix.TbsBuilder.responder;
import static dev.perennial.server.pkix.TbsBuilder.server;

/** Policies, pointers, and what says that there are none. */
final class LintPointerCases {
    private static final String POLICIES = Extension.CERTIFICATE_POLICIES;
    private static final String POINTS = Extension.CRL_DISTRIBUTION_POINTS;
    private static final String ACCESS = Extension.AUTHORITY_INFORMATION_ACCESS;
    private static final String NO_REVOCATION = Extension.NO_REVOCATION_AVAILABLE;
    private static final String NO_CHECK = Extension.OCSP_NO_CHECK;
    private static final String OCSP = "1.3.6.1.5.5.7.48.1";
    private static final byte[] POLICY = sequence(oid("1.2.3.4"));
    private static final byte[] CRL = point(fullName("http://pki.example.com/1.crl"));

    private LintPointerCases() {}

    static void addTo(LintCases cases) {
        addPolicies(cases);
        addPoints(cases);
        addAccess(cases);
        addNothing(cases);
    }

    private static void addPolicies(LintCases cases) {
        cases.add("policies-form", server().put(POLICIES, false, hex("0500")));
        cases.add("policies-empty", server().put(POLICIES, false, sequence()));
        cases.add("policies-twice", server().put(POLICIES, false, sequence(POLICY, POLICY)));
        byte[] qualifiers = sequence(sequence(oid("1.2.3.5"), DerWriter.nothing()));
        cases.add("policies-qualifier", server().put(POLICIES, false, sequence(sequence(oid("1.2.3.4"), qualifiers))));
        cases.add("policies-any-leaf", server().put(POLICIES, false, sequence(sequence(oid("2.5.29.32.0")))));
    }

    private static void addPoints(LintCases cases) {
        byte[] name = fullName("http://pki.example.com/1.crl");
        cases.add("points-form", server().put(POINTS, false, hex("0500")));
        cases.add("points-critical", server().put(POINTS, true, sequence(CRL)));
        cases.add("points-empty", server().put(POINTS, false, sequence()));
        cases.add("points-name", server().put(POINTS, false, sequence(sequence())));
        cases.add(
                "points-http", server().put(POINTS, false, sequence(point(fullName("https://pki.example.com/1.crl")))));
        cases.add("points-reasons", server().put(POINTS, false, sequence(point(name, hex("81020640")))));
        byte[] issuer = DerWriter.element(0xa2, text(GeneralNames.DNS, "crl.example.com"));
        cases.add("points-issuer", server().put(POINTS, false, sequence(point(name, issuer))));
    }

    private static void addAccess(LintCases cases) {
        cases.add("access-form", server().put(ACCESS, false, hex("0500")));
        cases.add("access-critical", server().put(ACCESS, true, access(OCSP, "http://pki.example.com/ocsp")));
        cases.add("access-empty", server().put(ACCESS, false, sequence()));
        cases.add("access-method", server().put(ACCESS, false, access("1.2.3.4", "http://pki.example.com/ocsp")));
        cases.add("access-http", server().put(ACCESS, false, access(OCSP, "ldap://pki.example.com/ocsp")));
    }

    private static void addNothing(LintCases cases) {
        byte[] yes = DerWriter.nothing();
        cases.add("no-revocation-form", server().put(NO_REVOCATION, false, sequence()));
        cases.add("no-revocation-critical", server().put(NO_REVOCATION, true, yes));
        cases.add("no-revocation-authority", authority().put(NO_REVOCATION, false, yes));
        cases.add("no-revocation-crl", server().put(NO_REVOCATION, false, yes).put(POINTS, false, sequence(CRL)));
        cases.add(
                "no-revocation-ocsp",
                server().put(NO_REVOCATION, false, yes)
                        .put(ACCESS, false, access(OCSP, "http://pki.example.com/ocsp")));
        cases.add("no-check-form", responder().put(NO_CHECK, false, sequence()));
        cases.add("no-check-critical", responder().put(NO_CHECK, true, yes));
        cases.add("no-check-purpose", server().put(NO_CHECK, false, yes));
    }

    private static byte[] fullName(String uri) {
        return DerWriter.element(0xa0, DerWriter.element(0xa0, text(GeneralNames.URI, uri)));
    }

    private static byte[] point(byte[]... parts) {
        return sequence(parts);
    }

    private static byte[] access(String method, String uri) {
        return sequence(sequence(oid(method), text(GeneralNames.URI, uri)));
    }
}
