package dev.perennial.server.pkix;

import dev.perennial.server.pkix.LintedValues.BasicConstraints;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Rules of CAs, and of what ties a certificate to the CA that issued it. */
final class AuthorityRules {
    private static final int LONGEST_KEY_IDENTIFIER = 64;

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            constraints("constraints-form", "basic constraints that are none", c -> c.basicConstraints.isReadable()),
            new LintRule<>(
                    "constraints-default",
                    "X.690 §11.5",
                    "basic constraints with a cA that is written out as FALSE",
                    c -> c.basicConstraints.holds(value -> !value.falseEncoded())),
            constraints(
                    "constraints-critical",
                    "the basic constraints of a CA that are not critical",
                    c -> !c.isAuthority() || c.basicConstraints.isCritical()),
            constraints(
                    "path-length-leaf",
                    "a path length in an end entity",
                    c -> c.isAuthority() || c.basicConstraints.holds(value -> value.pathLength() == null)),
            constraints(
                    "path-length-sign",
                    "a path length without keyCertSign",
                    c -> !c.isAuthority()
                            || c.basicConstraints.holds(value -> value.pathLength() == null)
                            || c.hasUsage(KeyUsage.KEY_CERT_SIGN)),
            constraints(
                    "path-length-negative",
                    "a negative path length",
                    c -> c.basicConstraints.holds(AuthorityRules::isNatural)),
            rule(
                    "authority-usage",
                    "4.2.1.3",
                    "a CA with neither keyCertSign nor cRLSign",
                    c -> !c.isAuthority()
                            || c.keyUsage.holds(
                                    bits -> KeyUsage.KEY_CERT_SIGN.isIn(bits) || KeyUsage.CRL_SIGN.isIn(bits))),
            rule("authority-subject", "4.1.2.6", "a CA without a subject", c -> !c.isAuthority() || c.hasSubject()),
            rule("subject-key-missing", "4.2.1.2", "no subject key identifier", c -> c.subjectKeyIdentifier.isThere()),
            rule(
                    "subject-key-critical",
                    "4.2.1.2",
                    "a subject key identifier that is critical",
                    c -> !c.subjectKeyIdentifier.isCritical()),
            rule(
                    "subject-key-form",
                    "4.2.1.2",
                    "a subject key identifier that is no OCTET STRING",
                    c -> c.subjectKeyIdentifier.isReadable()),
            rule(
                    "subject-key-length",
                    "4.2.1.2",
                    "a subject key identifier that has not 1 to 64 octets",
                    c -> c.subjectKeyIdentifier.holds(
                            hex -> !hex.isEmpty() && hex.length() <= 2 * LONGEST_KEY_IDENTIFIER)),
            rule(
                    "authority-key-missing",
                    "4.2.1.1",
                    "no authority key identifier",
                    c -> c.authorityKeyIdentifier.isThere()),
            rule(
                    "authority-key-critical",
                    "4.2.1.1",
                    "an authority key identifier that is critical",
                    c -> !c.authorityKeyIdentifier.isCritical()),
            rule(
                    "authority-key-form",
                    "4.2.1.1",
                    "an authority key identifier that is none",
                    c -> c.authorityKeyIdentifier.isReadable()),
            rule(
                    "authority-key-identifier",
                    "4.2.1.1",
                    "an authority key identifier without the key's",
                    c -> c.authorityKeyIdentifier.holds(value -> value.keyIdentifier() != null)),
            rule(
                    "authority-key-issuer",
                    "4.2.1.1",
                    "an authority key identifier that is not the CA's subject key identifier",
                    c -> c.authorityKeyIdentifier.holds(
                            value -> isNothingBut(value.keyIdentifier(), c.ca.keyIdentifier()))),
            rule(
                    "authority-key-pair",
                    "4.2.1.1",
                    "an authority key identifier with an issuer or a serial number alone",
                    c -> c.authorityKeyIdentifier.holds(value -> value.issuer() == value.serial())),
            rule(
                    "root-key",
                    "4.2.1.1",
                    "a root whose two key identifiers differ",
                    c -> !isRoot(c)
                            || c.authorityKeyIdentifier.holds(authority ->
                                    c.subjectKeyIdentifier.holds(own -> isNothingBut(authority.keyIdentifier(), own)))),
            rule(
                    "root-name",
                    "6.1",
                    "a certificate of the CA's own key with another name",
                    c -> !c.isOfIssuersKey() || c.isOfIssuersName()),
            rule(
                    "root-authority",
                    "4.2.1.9",
                    "the CA's own key in a certificate that is no CA's",
                    c -> !c.isOfIssuersKey() || c.isAuthority()),
            rule(
                    "name-constraints-form",
                    "4.2.1.10",
                    "name constraints that are none",
                    c -> c.nameConstraints.isReadable()),
            rule(
                    "name-constraints-leaf",
                    "4.2.1.10",
                    "name constraints in an end entity",
                    c -> c.isAuthority() || !c.nameConstraints.isThere()),
            rule(
                    "name-constraints-critical",
                    "4.2.1.10",
                    "name constraints that are not critical",
                    c -> c.nameConstraints.isNeverUncritical()),
            rule(
                    "name-constraints-empty",
                    "4.2.1.10",
                    "name constraints without a subtree",
                    c -> c.nameConstraints.holds(value -> value.subtrees() > 0)),
            rule(
                    "name-constraints-distance",
                    "4.2.1.10",
                    "name constraints with a minimum or maximum",
                    c -> c.nameConstraints.holds(value -> !value.distances())));

    private AuthorityRules() {}

    private static LintRule<LintedCertificate> rule(
            String name, String section, String refuses, Predicate<LintedCertificate> holds) {
        return new LintRule<>(name, "RFC 5280 §" + section, refuses, holds);
    }

    private static LintRule<LintedCertificate> constraints(
            String name, String refuses, Predicate<LintedCertificate> holds) {
        return rule(name, "4.2.1.9", refuses, holds);
    }

    private static boolean isNatural(BasicConstraints constraints) {
        return constraints.pathLength() == null || constraints.pathLength().signum() >= 0;
    }

    private static boolean isRoot(LintedCertificate c) {
        return c.isOfIssuersKey() && c.isOfIssuersName();
    }

    private static boolean isNothingBut(@Nullable String found, String expected) {
        return found == null || found.equals(expected);
    }
}
