package dev.perennial.server.pkix;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Rules of DNS names and IP addresses among the subject alternative names (RFC 5280 §4.2.1.6, RFC 1034 §3.5). */
final class DnsRules {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            dns(
                    "dns-length",
                    "RFC 1035 §2.3.4",
                    "a DNS name of more than 253 characters",
                    name -> name.length() <= LONGEST_NAME),
            labels(
                    "dns-label-empty",
                    "RFC 1034 §3.5",
                    "a DNS name with an empty label, or a dot in front or behind",
                    label -> !label.isEmpty()),
            labels(
                    "dns-label-length",
                    "RFC 1035 §2.3.4",
                    "a DNS name with a label of more than 63 characters",
                    label -> label.length() <= LONGEST_LABEL),
            dns(
                    "dns-characters",
                    "RFC 1034 §3.5",
                    "a DNS name with a character that is no letter, digit or hyphen",
                    name -> !hasVisible(name) || hasLdh(name)),
            labels(
                    "dns-hyphen",
                    "RFC 1034 §3.5",
                    "a DNS name with a label that begins or ends with a hyphen",
                    label -> !label.startsWith("-") && !label.endsWith("-")),
            labels(
                    "dns-reserved",
                    "RFC 5890 §2.3.1",
                    "a DNS name with hyphens in places 3 and 4 that is no A-label",
                    label -> !label.startsWith("--", 2)
                            || label.startsWith("-")
                            || label.regionMatches(true, 0, "xn", 0, 2)),
            dns(
                    "dns-wildcard",
                    "RFC 9525 §6.3",
                    "a wildcard that is not the whole first label",
                    name -> name.lastIndexOf('*') <= 0 && (!name.startsWith("*") || name.startsWith("*."))),
            dns(
                    "dns-wildcard-parent",
                    "RFC 9525 §7.1",
                    "a wildcard over all of a top-level domain",
                    name -> !name.startsWith("*.") || name.indexOf('.', 2) >= 0),
            dns(
                    "dns-number",
                    "RFC 1123 §2.1",
                    "a DNS name that ends in a number",
                    name -> !isNumber(name.substring(name.lastIndexOf('.') + 1))),
            addresses(
                    "ip-length",
                    "RFC 5280 §4.2.1.6",
                    "an IP address that has neither 4 nor 16 octets",
                    address -> address.length == 0 || address.length == 4 || address.length == 16),
            addresses(
                    "ip-mapped",
                    "RFC 4291 §2.5.5.2",
                    "an IPv4 address that is mapped into IPv6",
                    address -> !isMapped(address)));

    private DnsRules() {}

    /** Names without a character are one finding, and not of these. */
    private static LintRule<LintedCertificate> dns(
            String name, String section, String refuses, Predicate<String> holds) {
        return GeneralNameRules.texts(GeneralNames.DNS, name, section, refuses, holds);
    }

    private static LintRule<LintedCertificate> labels(
            String name, String section, String refuses, Predicate<String> holds) {
        return dns(name, section, refuses, text -> areLabels(text, holds));
    }

    private static LintRule<LintedCertificate> addresses(
            String name, String section, String refuses, Predicate<byte[]> holds) {
        return new LintRule<>(
                name,
                section,
                refuses,
                c -> c.names.holds(names ->
                        LintedValues.all(names, one -> one.tag() != GeneralNames.IP || holds.test(one.content()))));
    }

    /** Whether it may be a DNS name without a wildcard: what stands behind an @ for example. */
    static boolean isDns(String text) {
        return text.length() <= LONGEST_NAME && areLabels(text, DnsRules::isLabel);
    }

    /** Whether it is one label of letters, digits and inner hyphens. */
    static boolean isLabel(String label) {
        return !label.isEmpty()
                && label.length() <= LONGEST_LABEL
                && !label.startsWith("-")
                && !label.endsWith("-")
                && label.indexOf('*') < 0
                && label.indexOf('.') < 0
                && hasLdh(label);
    }

    private static boolean areLabels(String name, Predicate<String> rule) {
        int start = 0;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', start)) {
            if (!rule.test(name.substring(start, dot))) {
                return false;
            }
            start = dot + 1;
        }
        return rule.test(name.substring(start));
    }

    static boolean hasVisible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= 0x20 || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** Letters, digits, hyphens; dots between labels, and asterisks, which another rule is about. */
    private static boolean hasLdh(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '.' && c != '*') {
                return false;
            }
        }
        return true;
    }

    /** Also in the hexadecimal that resolvers take. */
    private static boolean isNumber(String label) {
        String lower = label.toLowerCase(Locale.ROOT);
        boolean hex = lower.startsWith("0x");
        for (int i = hex ? 2 : 0; i < lower.length(); i++) {
            if (Character.digit(lower.charAt(i), hex ? 16 : 10) < 0) {
                return false;
            }
        }
        return !label.isEmpty();
    }

    static boolean isMapped(byte[] address) {
        if (address.length != 16 || address[10] != -1 || address[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
