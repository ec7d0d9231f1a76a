package dev.perennial.server.pkix;

import dev.perennial.server.pkix.LintedName.Attribute;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Rules of the subject's distinguished name (RFC 5280 §4.1.2.4 and §4.1.2.6, appendix A.1). */
final class SubjectRules {
    /** A node of Kubernetes, which nobody takes for a host: a colon is in no host's name. */
    private static final String NODE = "system:node:";

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String COUNTRY = "2.5.4.6";
    private static final String DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            rule("name-form", "RFC 5280 §4.1.2.4", "a subject that is no Name", LintedName::readable),
            rule("name-order", "X.690 §11.6", "an RDN that is not sorted", LintedName::ordered),
            rule("name-type-in-rdn", "X.501 §9.3", "an RDN with two values of one type", name -> !name.repeatsInRdn()),
            attributes(
                    "attribute-string",
                    "RFC 5280 §4.1.2.4",
                    "a value that is neither PrintableString nor UTF8String",
                    attribute -> AttributeBounds.isAscii(attribute.type())
                            || attribute.tag() == DerWriter.PRINTABLE_STRING
                            || attribute.tag() == DerWriter.UTF8_STRING),
            attributes(
                    "attribute-printable",
                    "RFC 5280 §A.1",
                    "a country, serial number or qualifier that is no PrintableString",
                    attribute -> !AttributeBounds.isPrintable(attribute.type())
                            || attribute.tag() == DerWriter.PRINTABLE_STRING),
            attributes(
                    "attribute-ia5",
                    "RFC 5280 §A.1",
                    "a domain component or e-mail address that is no IA5String",
                    attribute -> !AttributeBounds.isIa5(attribute.type()) || attribute.tag() == DerWriter.IA5_STRING),
            attributes(
                    "attribute-printable-characters",
                    "X.680 §41.4",
                    "a PrintableString with other characters",
                    attribute -> attribute.tag() != DerWriter.PRINTABLE_STRING
                            || attribute.holds(AttributeBounds::hasPrintableCharacters)),
            attributes(
                    "attribute-text",
                    "RFC 5280 §4.1.2.4",
                    "a value that is not text in its encoding",
                    attribute -> attribute.text() != null),
            attributes(
                    "attribute-empty",
                    "RFC 5280 §A.1",
                    "a value without a character",
                    attribute -> attribute.value().length > 0),
            attributes(
                    "attribute-control",
                    "RFC 4518 §2.2",
                    "a value with a control character",
                    attribute -> attribute.holds(SubjectRules::hasNoControl)),
            attributes(
                    "attribute-length",
                    "RFC 5280 §A.1",
                    "a value that is longer than its bound",
                    attribute -> attribute.type().equals(COMMON_NAME) || isWithinBound(attribute)),
            rule(
                    "common-name-length",
                    "RFC 5280 §A.1",
                    "a common name of more than 64 characters",
                    name -> name.all(COMMON_NAME, SubjectRules::isWithinBound)),
            rule("common-name-once", "RFC 9525 §2", "more than one common name", name -> name.count(COMMON_NAME) <= 1),
            rule(
                    "country-code",
                    "RFC 5280 §A.1",
                    "a country that is not two letters",
                    name -> name.all(COUNTRY, country -> country.holds(AttributeBounds::isCountryCode))),
            rule("country-once", "RFC 4519 §2.2", "more than one country", name -> name.count(COUNTRY) <= 1),
            rule(
                    "domain-component",
                    "RFC 4519 §2.4",
                    "a domain component that is not one label",
                    name -> name.all(DOMAIN_COMPONENT, part -> part.holds(SubjectRules::isLabel))),
            new LintRule<>(
                    "common-name-among-names",
                    "RFC 9525 §2",
                    "a server's common name that is not among its subject alternative names",
                    SubjectRules::isCommonNameAmongNames));

    private SubjectRules() {}

    private static LintRule<LintedCertificate> rule(
            String name, String section, String refuses, Predicate<LintedName> holds) {
        return new LintRule<>(name, section, refuses, c -> holds.test(c.subjectName));
    }

    private static LintRule<LintedCertificate> attributes(
            String name, String section, String refuses, Predicate<Attribute> holds) {
        return rule(name, section, refuses, subject -> subject.all(holds));
    }

    private static boolean isWithinBound(Attribute attribute) {
        return attribute.holds(
                text -> text.codePointCount(0, text.length()) <= AttributeBounds.longest(attribute.type()));
    }

    private static boolean hasNoControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Of the value itself: an empty one is another rule's finding. */
    private static boolean isLabel(String text) {
        return text.isEmpty() || DnsRules.isLabel(text);
    }

    private static boolean isCommonNameAmongNames(LintedCertificate c) {
        String commonName = c.subjectName.text(COMMON_NAME);
        return commonName == null
                || commonName.startsWith(NODE)
                || !c.isServer()
                || !c.names.has(names -> !isAmong(commonName, names));
    }

    private static boolean isAmong(String commonName, List<LintedValues.Name> names) {
        for (LintedValues.Name name : names) {
            String spelled = spelled(name);
            if (spelled != null
                    && spelled.equalsIgnoreCase(commonName)
                    && commonName.chars().allMatch(c -> c < 0x80)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String spelled(LintedValues.Name name) {
        boolean address = name.content().length == 4 || name.content().length == 16;
        return switch (name.tag()) {
            case GeneralNames.DNS, GeneralNames.EMAIL, GeneralNames.URI -> name.text();
            case GeneralNames.IP ->
                address && !DnsRules.isMapped(name.content()) ? IpAddress.text(name.content()) : null;
            default -> null;
        };
    }
}
