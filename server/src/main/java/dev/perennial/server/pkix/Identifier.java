package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.Comparator;
import java.util.Locale;

/**
 * A name that a certificate can carry, always in canonical form, so that equal names are equal values. Ordered by type,
 * then by value.
 *
 * @param value dns: lower-case A-labels, no trailing dot, at most one leading {@code *.} (RFC 5890, RFC 6125); IP: dotted
 *     IPv4, or IPv6 as RFC 5952 writes it; e-mail: {@code local@domain}, domain in lower case; URI: absolute, ASCII
 */
public record Identifier(Type type, String value) implements Comparable<Identifier> {
    private static final Comparator<Identifier> ORDER =
            Comparator.comparing(Identifier::type).thenComparing(Identifier::value);

    /** The kinds of names that we certify; of GeneralName (RFC 5280 §4.2.1.6) no others. */
    public enum Type {
        DNS,
        IP,
        EMAIL,
        URI;

        /** The type's word in texts and patterns: {@code dns}, {@code ip}, {@code email}, {@code uri}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Brings the value into canonical form.
     *
     * @throws ProblemException {@code badCSR} if it is not such a name, saying what is wrong with it
     */
    public Identifier {
        value = switch (type) {
            case DNS -> NameSyntax.dns(value);
            case IP -> IpAddress.text(IpAddress.parse(value));
            case EMAIL -> NameSyntax.email(value);
            case URI -> NameSyntax.uri(value);
        };
    }

    public static Identifier dns(String value) {
        return new Identifier(Type.DNS, value);
    }

    public static Identifier ip(String value) {
        return new Identifier(Type.IP, value);
    }

    public static Identifier email(String value) {
        return new Identifier(Type.EMAIL, value);
    }

    public static Identifier uri(String value) {
        return new Identifier(Type.URI, value);
    }

    /** Reads what {@link #toString()} writes, {@code dns:www.example.com}; in other spelling it is brought into form. */
    public static Identifier parse(String text) {
        for (Type type : Type.values()) {
            String prefix = type.word() + ":";
            if (text.startsWith(prefix)) {
                return new Identifier(type, text.substring(prefix.length()));
            }
        }
        throw ProblemException.of(
                ProblemType.BAD_CSR, NameSyntax.quote(text) + " does not start with dns:, ip:, email: or uri:.");
    }

    /**
     * Whether the text is this name, however its letters are capitalised. Of ASCII letters only: what Unicode folds to
     * one, such as the Kelvin sign, is another name.
     */
    public boolean isSpelled(String text) {
        return text.chars().allMatch(c -> c < 0x80) && value.equalsIgnoreCase(text);
    }

    /** Whether this is the wildcard that stands for the other name (RFC 9525 §6.3: for its whole first label). */
    public boolean isWildcardOver(Identifier name) {
        return type == Type.DNS
                && name.type == Type.DNS
                && value.startsWith("*.")
                && value.substring(1).equals(name.value.substring(Math.max(0, name.value.indexOf('.'))));
    }

    /** The 4 or 16 octets of an IP address. */
    public byte[] address() {
        if (type != Type.IP) {
            throw new IllegalStateException(this + " is not an IP address");
        }
        return IpAddress.parse(value);
    }

    @Override
    public int compareTo(Identifier other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return type.word() + ":" + value;
    }
}
