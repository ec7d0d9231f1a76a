package dev.perennial.server.pkix;

import dev.perennial.server.pkix.LintedExtension.Listed;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Rules of extensions as such, and of those that RFC 5280 knows and we do not write. */
final class ExtensionRules {
    /** Those whose criticality and place RFC 5280 says; what is not among them nobody here could judge. */
    private static final Set<String> KNOWN = Set.of(
            Extension.SUBJECT_DIRECTORY_ATTRIBUTES,
            Extension.SUBJECT_KEY_IDENTIFIER,
            Extension.KEY_USAGE,
            Extension.SUBJECT_ALTERNATIVE_NAME,
            Extension.ISSUER_ALTERNATIVE_NAME,
            Extension.BASIC_CONSTRAINTS,
            Extension.NAME_CONSTRAINTS,
            Extension.CRL_DISTRIBUTION_POINTS,
            Extension.CERTIFICATE_POLICIES,
            Extension.POLICY_MAPPINGS,
            Extension.AUTHORITY_KEY_IDENTIFIER,
            Extension.POLICY_CONSTRAINTS,
            Extension.EXTENDED_KEY_USAGE,
            Extension.FRESHEST_CRL,
            Extension.INHIBIT_ANY_POLICY,
            Extension.AUTHORITY_INFORMATION_ACCESS,
            Extension.SUBJECT_INFORMATION_ACCESS,
            Extension.OCSP_NO_CHECK,
            Extension.NO_REVOCATION_AVAILABLE,
            Extension.PRECERTIFICATE_POISON,
            Extension.SCT_LIST);

    private static final Set<String> ABOUT_POLICIES_BELOW =
            Set.of(Extension.POLICY_MAPPINGS, Extension.POLICY_CONSTRAINTS, Extension.INHIBIT_ANY_POLICY);

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            new LintRule<>(
                    "extension-twice", "RFC 5280 §4.2", "an extension that is there twice", c -> !hasOneTwice(c)),
            each(
                    "extension-known",
                    "RFC 5280 §4.2",
                    "an extension that is not known",
                    one -> KNOWN.contains(one.oid())),
            each(
                    "extension-default",
                    "X.690 §11.5",
                    "a criticality that is written out as FALSE",
                    one -> !one.falseEncoded()),
            each("extension-der", "RFC 5280 §4.2", "an extension whose value is not one element of DER", Listed::der),
            absent(Extension.PRECERTIFICATE_POISON, "poison", "RFC 6962 §3.1", "the poison of a precertificate"),
            absent(
                    Extension.SCT_LIST,
                    "sct-list",
                    "RFC 6962 §3.3",
                    "timestamps of a log, which no certificate of ours is sent to"),
            new LintRule<>(
                    "policies-below-leaf",
                    "RFC 5280 §4.2.1.5, §4.2.1.11, §4.2.1.14",
                    "an extension about the policies below, in an end entity",
                    c -> c.isAuthority()
                            || LintedValues.all(c.extensions, one -> !ABOUT_POLICIES_BELOW.contains(one.oid()))),
            critical(Extension.POLICY_MAPPINGS, "policy-mappings-critical", "4.2.1.5", "policy mappings"),
            critical(Extension.POLICY_CONSTRAINTS, "policy-constraints-critical", "4.2.1.11", "policy constraints"),
            critical(Extension.INHIBIT_ANY_POLICY, "inhibit-any-policy-critical", "4.2.1.14", "inhibited policies"),
            uncritical(
                    Extension.SUBJECT_DIRECTORY_ATTRIBUTES,
                    "directory-attributes-critical",
                    "4.2.1.8",
                    "subject directory attributes"),
            uncritical(
                    Extension.ISSUER_ALTERNATIVE_NAME, "issuer-names-critical", "4.2.1.7", "issuer alternative names"),
            uncritical(Extension.FRESHEST_CRL, "freshest-crl-critical", "4.2.1.15", "a pointer to the freshest CRL"),
            uncritical(
                    Extension.SUBJECT_INFORMATION_ACCESS,
                    "subject-access-critical",
                    "4.2.2.2",
                    "a subject information access"));

    private ExtensionRules() {}

    private static LintRule<LintedCertificate> each(
            String name, String section, String refuses, Predicate<Listed> holds) {
        return new LintRule<>(name, section, refuses, c -> LintedValues.all(c.extensions, holds));
    }

    private static LintRule<LintedCertificate> absent(String oid, String name, String section, String refuses) {
        return new LintRule<>(name, section, refuses, c -> c.listed(oid) == null);
    }

    private static LintRule<LintedCertificate> critical(String oid, String name, String section, String what) {
        return each(
                name,
                "RFC 5280 §" + section,
                what + " that are not critical",
                one -> !one.oid().equals(oid) || one.critical());
    }

    private static LintRule<LintedCertificate> uncritical(String oid, String name, String section, String what) {
        return each(
                name,
                "RFC 5280 §" + section,
                what + ", critical",
                one -> !one.oid().equals(oid) || !one.critical());
    }

    private static boolean hasOneTwice(LintedCertificate c) {
        for (int i = 1; i < c.extensions.size(); i++) {
            String oid = c.extensions.get(i).oid();
            if (!LintedValues.all(
                    c.extensions.subList(0, i), before -> !before.oid().equals(oid))) {
                return true;
            }
        }
        return false;
    }
}
