package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.problem.ProblemException;

/**
 * A pattern over names that a grant is made of (docs/configuration.md): {@code www.example.com}, {@code *.example.com} for one
 * label and that wildcard itself, {@code **.example.com} for any depth below, {@code **} for every name, {@code
 * ip:10.0.0.0/8}, {@code email:example.com}, {@code uri:PREFIX}, {@code user:NAME}, {@code group:NAME}.
 */
public sealed interface NamePattern
        permits IpPattern,
                NamePattern.Below,
                NamePattern.Email,
                NamePattern.Everything,
                NamePattern.Exact,
                NamePattern.Group,
                NamePattern.OneLabel,
                NamePattern.Uri,
                NamePattern.User {

    boolean covers(Identifier name);

    /** Whether everything this covers is covered by {@code outer}. */
    boolean isWithin(NamePattern outer);

    /** Whether it names just this one, so that a grant of it was meant for it. */
    default boolean isExactly(Identifier name) {
        return false;
    }

    /** @throws ProblemException malformed, with what a pattern may look like */
    static NamePattern parse(String text) {
        try {
            return parsed(text);
        } catch (ProblemException e) {
            // A name in it that is none is not a mistake of a PKCS#10 here.
            throw ProblemException.of(ProblemType.MALFORMED, e.detail());
        }
    }

    private static NamePattern parsed(String text) {
        if ("**".equals(text)) {
            return new Everything();
        }
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "dns" : text.substring(0, colon);
        String rest = text.substring(colon + 1);
        return switch (kind) {
            case "dns" -> dns(rest);
            case "ip" -> IpPattern.parse(rest);
            case "email" -> new Email(canonicalDns(rest));
            case "uri" -> uri(rest);
            case "user" -> new User(attribute("user:", rest));
            case "group" -> new Group(attribute("group:", rest));
            default ->
                throw ProblemException.of(
                        ProblemType.MALFORMED,
                        "\"" + kind
                                + ":\" starts no pattern of names; use a DNS name, *.NAME, **.NAME, **, ip:, email:,"
                                + " uri:, user: or group:");
        };
    }

    private static NamePattern dns(String text) {
        if (text.startsWith("**.")) {
            return new Below(canonicalDns(text.substring(3)));
        }
        if (text.startsWith("*.")) {
            return new OneLabel(canonicalDns(text.substring(2)));
        }
        return new Exact(Identifier.dns(text));
    }

    private static NamePattern uri(String prefix) {
        if (!prefix.matches("[a-z][a-z0-9+.-]*:[!-~]+")) {
            throw ProblemException.of(ProblemType.MALFORMED, "uri: must be followed by the beginning of a URI");
        }
        return new Uri(prefix);
    }

    /** The value of a subject attribute: CN and O have at most 64 characters (RFC 5280 appendix A.1). */
    private static String attribute(String kind, String name) {
        if (!name.matches("[ -~]{1,64}")) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, kind + " must be followed by 1 to 64 printable characters");
        }
        return name;
    }

    private static String canonicalDns(String text) {
        if (text.startsWith("*")) {
            throw ProblemException.of(ProblemType.MALFORMED, "a pattern of names has its one wildcard in front");
        }
        return Identifier.dns(text).value();
    }

    /** Every name of every type: what the organisation {@code default} may have. */
    record Everything() implements NamePattern {
        @Override
        public boolean covers(Identifier name) {
            return true;
        }

        @Override
        public boolean isWithin(NamePattern outer) {
            return outer instanceof Everything;
        }

        @Override
        public String toString() {
            return "**";
        }
    }

    /** One DNS name. */
    record Exact(Identifier name) implements NamePattern {
        @Override
        public boolean covers(Identifier other) {
            return name.equals(other);
        }

        @Override
        public boolean isWithin(NamePattern outer) {
            return outer.covers(name);
        }

        @Override
        public boolean isExactly(Identifier other) {
            return name.equals(other);
        }

        @Override
        public String toString() {
            return name.value();
        }
    }

    /** {@code *.base}: one label below, and the wildcard itself. */
    record OneLabel(String base) implements NamePattern {
        @Override
        public boolean covers(Identifier name) {
            return name.type() == Identifier.Type.DNS
                    && name.value().endsWith("." + base)
                    && name.value().indexOf('.') == name.value().length() - base.length() - 1;
        }

        @Override
        public boolean isWithin(NamePattern outer) {
            return outer instanceof Everything || equals(outer) || outer instanceof Below below && below.spans(base);
        }

        @Override
        public String toString() {
            return "*." + base;
        }
    }

    /** {@code **.base}: any depth below, not the base itself. */
    record Below(String base) implements NamePattern {
        @Override
        public boolean covers(Identifier name) {
            return name.type() == Identifier.Type.DNS && name.value().endsWith("." + base);
        }

        /** Whether all that is below {@code other} is below the base too. */
        boolean spans(String other) {
            return other.equals(base) || other.endsWith("." + base);
        }

        @Override
        public boolean isWithin(NamePattern outer) {
            return outer instanceof Everything || outer instanceof Below below && below.spans(base);
        }

        @Override
        public String toString() {
            return "**." + base;
        }
    }

    /** Every mailbox of one domain. */
    record Email(String domain) implements NamePattern {
        @Override
        public boolean covers(Identifier name) {
            return name.type() == Identifier.Type.EMAIL && name.value().endsWith("@" + domain);
        }

        @Override
        public boolean isWithin(NamePattern outer) {
            return outer instanceof Everything || equals(outer);
        }

        @Override
        public String toString() {
            return "email:" + domain;
        }
    }

    /** Every URI that begins so. */
    record Uri(String prefix) implements NamePattern {
        @Override
        public boolean covers(Identifier name) {
            return name.type() == Identifier.Type.URI && name.value().startsWith(prefix);
        }

        @Override
        public boolean isWithin(NamePattern outer) {
            return outer instanceof Everything || outer instanceof Uri uri && prefix.startsWith(uri.prefix);
        }

        @Override
        public String toString() {
            return "uri:" + prefix;
        }
    }

    /** The common name of a client certificate that is no name of a host. */
    record User(String name) implements NamePattern {
        @Override
        public boolean covers(Identifier other) {
            return false;
        }

        @Override
        public boolean isWithin(NamePattern outer) {
            return outer instanceof Everything || equals(outer);
        }

        @Override
        public String toString() {
            return "user:" + name;
        }
    }

    /** The organisation of a client certificate: a group of users, as Kubernetes takes it. */
    record Group(String name) implements NamePattern {
        @Override
        public boolean covers(Identifier other) {
            return false;
        }

        @Override
        public boolean isWithin(NamePattern outer) {
            return outer instanceof Everything || equals(outer);
        }

        @Override
        public String toString() {
            return "group:" + name;
        }
    }
}
