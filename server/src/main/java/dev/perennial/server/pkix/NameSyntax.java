package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Brings dns, e-mail and URI names into canonical form, or says what is wrong with them. */
final class NameSyntax {
    private static final int LONGEST_DNS = 253;
    private static final int LONGEST_LABEL = 63;
    private static final int LONGEST_LOCAL_PART = 64;
    private static final int LONGEST_URI = 2048;
    private static final int LONGEST_QUOTE = 80;

    /** dot-atom of RFC 5322 §3.2.3: quoted local parts are legal and only ever used to confuse. */
    private static final Pattern LOCAL_PART =
            Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*+");

    private static final Pattern HOST_AND_PORT = Pattern.compile("([a-z0-9._~-]+|\\[[0-9a-f:.]+])(:[0-9]*)?");

    private static final Pattern SMUGGLED = Pattern.compile("%(2e|2f|5c|[01][0-9a-f]|7f)", Pattern.CASE_INSENSITIVE);

    private NameSyntax() {}

    static String dns(String value) {
        if (value.isEmpty() || value.length() > LONGEST_DNS) {
            throw bad("The DNS name " + quote(value) + " has not 1 to 253 characters.");
        }
        // Before the letters are made small: Unicode has some that become ASCII by that.
        String name = value.chars().allMatch(c -> c < 0x80) ? value.toLowerCase(Locale.ROOT) : value;
        int start = name.startsWith("*.") ? 2 : 0;
        while (true) {
            int dot = name.indexOf('.', start);
            String label = name.substring(start, dot < 0 ? name.length() : dot);
            checkLabel(label, value);
            if (dot < 0) {
                if (isNumber(label)) {
                    throw bad(
                            "The DNS name " + quote(value) + " ends in a number; an IP address belongs in an IP name.");
                }
                return name;
            }
            start = dot + 1;
        }
    }

    /** LDH labels (RFC 5890 §2.3.1); of those with hyphens in places 3 and 4 only A-labels. */
    private static void checkLabel(String label, String name) {
        if (label.isEmpty()) {
            throw bad("The DNS name " + quote(name) + " has an empty label; write it without leading or trailing dot.");
        }
        if (label.length() > LONGEST_LABEL) {
            throw bad("The DNS name " + quote(name) + " has a label of more than 63 characters.");
        }
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            boolean hyphen = c == '-' && i > 0 && i < label.length() - 1;
            if (!hyphen && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
                throw bad("The DNS name " + quote(name) + " has a label that is not letters, digits and inner hyphens;"
                        + " write international names as A-labels (xn--…), a wildcard as the first label alone.");
            }
        }
        if (label.startsWith("--", 2) && !label.startsWith("xn--")) {
            throw bad("The DNS name " + quote(name) + " has a reserved label with hyphens in places 3 and 4.");
        }
    }

    /** What resolvers may take for the end of an IPv4 address: decimal, or hexadecimal with 0x. */
    private static boolean isNumber(String label) {
        boolean hex = label.startsWith("0x");
        for (int i = hex ? 2 : 0; i < label.length(); i++) {
            char c = label.charAt(i);
            if (!(c >= '0' && c <= '9') && !(hex && c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    static String email(String value) {
        int at = value.lastIndexOf('@');
        if (at < 1
                || at > LONGEST_LOCAL_PART
                || !LOCAL_PART.matcher(value.substring(0, at)).matches()) {
            throw bad("The e-mail address " + quote(value) + " is not local@domain.");
        }
        String domain = dns(value.substring(at + 1));
        if (domain.startsWith("*")) {
            throw bad("The e-mail address " + quote(value) + " has a wildcard.");
        }
        return value.substring(0, at + 1) + domain;
    }

    static String uri(String value) {
        if (value.length() > LONGEST_URI || !value.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw bad("The URI " + quote(value) + " is not at most 2048 visible ASCII characters.");
        }
        URI uri;
        try {
            uri = new URI(value);
        } catch (URISyntaxException e) {
            throw bad("The URI " + quote(value) + " is not a URI.");
        }
        if (!uri.isAbsolute()) {
            throw bad("The URI " + quote(value) + " is not absolute; it has no scheme.");
        }
        // Grants are prefixes: a URI that means something else than its first characters say would slip through them.
        if (!uri.normalize().toString().equals(value)
                || SMUGGLED.matcher(value).find()
                || (uri.getRawAuthority() != null && uri.getRawAuthority().indexOf('@') >= 0)) {
            throw bad("The URI " + quote(value) + " has dot segments, user information or hidden separators.");
        }
        String scheme = uri.getScheme();
        String authority = uri.getRawAuthority();
        int rest = scheme.length() + 1 + (authority == null ? 0 : 2 + authority.length());
        String head = authority == null ? scheme + ":" : scheme + "://" + authority;
        return head.toLowerCase(Locale.ROOT) + value.substring(rest);
    }

    /**
     * What no new certificate is to have though it is a name: said to whoever asks for it, and not of names that are kept
     * already.
     */
    static void checkCertifiable(Identifier name) {
        if (name.type() == Identifier.Type.DNS
                && name.value().startsWith("*.")
                && name.value().indexOf('.', 2) < 0) {
            throw bad("The wildcard " + quote(name.value()) + " stands over all of a top-level domain, which no client"
                    + " takes (RFC 9525 §7.1); name at least two labels behind it.");
        }
        if (name.type() == Identifier.Type.URI && lacksHost(name.value())) {
            throw bad("The URI " + quote(name.value()) + " has an authority without a host name or address (RFC 5280"
                    + " §4.2.1.6).");
        }
    }

    private static boolean lacksHost(String uri) {
        String authority = URI.create(uri).getRawAuthority();
        return authority == null ? uri.startsWith("//", uri.indexOf(':') + 1) : !isHostAndPort(authority);
    }

    /** Of a URI's authority in lower case, user information not among it. */
    static boolean isHostAndPort(String authority) {
        return HOST_AND_PORT.matcher(authority).matches();
    }

    /** The text in quotation marks, fit for a message: shortened, and with what is not visible ASCII escaped. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("'");
        text.codePoints().limit(LONGEST_QUOTE).forEach(c -> {
            if (c >= 0x20 && c < 0x7f) {
                quoted.append((char) c);
            } else {
                quoted.append(String.format("\\u{%x}", c));
            }
        });
        return quoted.append(text.length() > LONGEST_QUOTE ? "…'" : "'").toString();
    }

    private static ProblemException bad(String message) {
        return ProblemException.of(ProblemType.BAD_CSR, message);
    }
}
