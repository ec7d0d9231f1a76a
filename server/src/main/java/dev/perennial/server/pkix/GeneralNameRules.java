package dev.perennial.server.pkix;

import dev.perennial.server.pkix.LintedValues.Name;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Rules of the subject alternative names as a list, and of the e-mail addresses and URIs in it (RFC 5280 §4.2.1.6). */
final class GeneralNameRules {
    private static final int LONGEST_LOCAL_PART = 64;
    private static final String ATEXT = "!#$%&'*+-/=?^_`{|}~";
    private static final String URI_CHARACTERS = "-._~:/?#[]@!$&'()*+,;=%";

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            new LintRule<>(
                    "names-form",
                    "RFC 5280 §4.2.1.6",
                    "subject alternative names that are no GeneralNames",
                    c -> c.names.isReadable()),
            list("names-empty", "subject alternative names without a name", names -> !names.isEmpty()),
            list(
                    "names-type",
                    "a name that is neither dns, IP, e-mail nor URI",
                    names -> LintedValues.all(names, GeneralNameRules::isOfType)),
            list(
                    "name-empty",
                    "a name without a character",
                    names -> LintedValues.all(names, name -> name.content().length > 0)),
            list(
                    "name-characters",
                    "a name with a character that is not visible ASCII",
                    names -> LintedValues.all(
                            names,
                            name -> name.tag() == GeneralNames.IP
                                    || !isOfType(name)
                                    || DnsRules.hasVisible(name.text()))),
            new LintRule<>(
                    "names-missing",
                    "RFC 5280 §4.1.2.6",
                    "neither a subject nor subject alternative names",
                    c -> c.hasSubject() || c.names.isThere()),
            new LintRule<>(
                    "names-critical",
                    "RFC 5280 §4.2.1.6",
                    "names that are not critical though there is no subject",
                    c -> c.hasSubject() || c.names.isNeverUncritical()),
            new LintRule<>(
                    "names-not-critical",
                    "RFC 5280 §4.2.1.6",
                    "names that are critical though there is a subject",
                    c -> !c.hasSubject() || !c.names.isCritical()),
            texts(
                    GeneralNames.EMAIL,
                    "email-form",
                    "RFC 5321 §4.1.2",
                    "an e-mail address that is not local@domain",
                    text -> !DnsRules.hasVisible(text) || isMailbox(text)),
            texts(
                    GeneralNames.EMAIL,
                    "email-local-length",
                    "RFC 5321 §4.5.3.1.1",
                    "an e-mail address with more than 64 characters before the @",
                    text -> text.lastIndexOf('@') <= LONGEST_LOCAL_PART),
            texts(
                    GeneralNames.EMAIL,
                    "email-domain",
                    "RFC 5280 §4.2.1.6",
                    "an e-mail address whose domain is no DNS name",
                    text -> !isMailbox(text) || DnsRules.isDns(text.substring(text.lastIndexOf('@') + 1))),
            texts(
                    GeneralNames.URI,
                    "uri-absolute",
                    "RFC 5280 §4.2.1.6",
                    "a URI without a scheme, or with nothing behind it",
                    text -> schemeEnd(text) > 0),
            texts(
                    GeneralNames.URI,
                    "uri-characters",
                    "RFC 3986 §2",
                    "a URI with a character that is none of a URI's",
                    text -> !DnsRules.hasVisible(text) || hasUriCharacters(text)),
            texts(
                    GeneralNames.URI,
                    "uri-host",
                    "RFC 5280 §4.2.1.6",
                    "a URI whose authority has no host",
                    GeneralNameRules::hasHostIfAuthority));

    private GeneralNameRules() {}

    private static LintRule<LintedCertificate> list(String name, String refuses, Predicate<List<Name>> holds) {
        return new LintRule<>(name, "RFC 5280 §4.2.1.6", refuses, c -> c.names.holds(holds));
    }

    private static boolean isOfType(Name name) {
        return switch (name.tag()) {
            case GeneralNames.DNS, GeneralNames.EMAIL, GeneralNames.URI, GeneralNames.IP -> true;
            default -> false;
        };
    }

    /** A rule of the names of one type that have a character. */
    static LintRule<LintedCertificate> texts(
            int tag, String name, String section, String refuses, Predicate<String> holds) {
        Predicate<Name> keeps = one -> one.tag() != tag || one.text().isEmpty() || holds.test(one.text());
        return new LintRule<>(name, section, refuses, c -> c.names.holds(names -> LintedValues.all(names, keeps)));
    }

    /** Dot-string@domain, whatever the domain is: quoted local parts are legal and only ever used to confuse. */
    private static boolean isMailbox(String text) {
        int at = text.lastIndexOf('@');
        if (at < 1 || at == text.length() - 1 || text.charAt(0) == '.' || text.charAt(at - 1) == '.') {
            return false;
        }
        for (int i = 0; i < at; i++) {
            char c = text.charAt(i);
            boolean dot = c == '.' && text.charAt(i + 1) != '.';
            if (!dot && !isAlphanumeric(c) && ATEXT.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Where the colon behind the scheme is; -1 where there is none, or nothing follows. */
    private static int schemeEnd(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1 || !Character.isLetter(text.charAt(0))) {
            return -1;
        }
        for (int i = 0; i < colon; i++) {
            if (!isAlphanumeric(text.charAt(i)) && "+-.".indexOf(text.charAt(i)) < 0) {
                return -1;
            }
        }
        return colon;
    }

    private static boolean hasUriCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escape = c == '%' && !(isHex(text, i + 1) && isHex(text, i + 2));
            if (escape || (!isAlphanumeric(c) && URI_CHARACTERS.indexOf(c) < 0)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasHostIfAuthority(String text) {
        int colon = schemeEnd(text);
        if (colon < 0 || !text.startsWith("//", colon + 1)) {
            return true;
        }
        int start = colon + 3;
        int end = start;
        while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return NameSyntax.isHostAndPort(text.substring(start, end).toLowerCase(Locale.ROOT));
    }

    private static boolean isHex(String text, int at) {
        return at < text.length() && text.charAt(at) < 0x80 && Character.digit(text.charAt(at), 16) >= 0;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
