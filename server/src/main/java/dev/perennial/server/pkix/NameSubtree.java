package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One base of name constraints (RFC 5280 §4.2.1.10) and what lies below it. Where verifiers read a base differently, it
 * permits what all of them permit and excludes what any of them excludes. Equal if its text is.
 */
final class NameSubtree {
    /** The kinds of GeneralName that can be in certificates of ours; others are kept and never met. */
    enum Kind {
        EMAIL(0x81),
        DNS(0x82),
        URI(0x86),
        IP(0x87),
        DIRECTORY(0xa4),
        OTHER(-1);

        private final int tag;

        Kind(int tag) {
            this.tag = tag;
        }

        private static Kind of(int tag) {
            for (Kind kind : values()) {
                if (kind.tag == tag) {
                    return kind;
                }
            }
            return OTHER;
        }

        private static Kind of(Identifier.Type type) {
            return switch (type) {
                case DNS -> DNS;
                case IP -> IP;
                case EMAIL -> EMAIL;
                case URI -> URI;
            };
        }
    }

    private final Kind kind;
    private final String value;
    /** Of an address the octets and then those of the mask, as they stand in the extension. */
    private final byte[] octets;

    private final List<Set<String>> relativeNames;

    private NameSubtree(Kind kind, String value, byte[] octets, List<Set<String>> relativeNames) {
        this.kind = kind;
        this.value = value;
        this.octets = octets;
        this.relativeNames = relativeNames;
    }

    private static NameSubtree ofText(Kind kind, String value) {
        return new NameSubtree(kind, value, value.getBytes(StandardCharsets.US_ASCII), List.of());
    }

    /**
     * Reads {@code dns:example.com}, {@code ip:10.0.0.0/8}, {@code email:} with a mailbox, a host or a domain with a leading
     * dot, {@code uri:} with a host or such a domain.
     *
     * @throws ProblemException malformed, saying what may stand there
     */
    static NameSubtree parse(String text) {
        int colon = text.indexOf(':');
        String value = text.substring(colon + 1);
        try {
            return switch (text.substring(0, Math.max(0, colon))) {
                case "dns" -> ofText(Kind.DNS, host(value, false));
                case "email" -> ofText(Kind.EMAIL, value.contains("@") ? NameSyntax.email(value) : host(value, true));
                case "uri" -> ofText(Kind.URI, host(value, true));
                case "ip" -> ofRange(value);
                default -> throw malformed(NameSyntax.quote(text) + " does not start with dns:, ip:, email: or uri:");
            };
        } catch (ProblemException e) {
            throw e.type() == ProblemType.MALFORMED ? e : malformed(e.detail());
        }
    }

    private static String host(String value, boolean dotLeads) {
        boolean dotted = value.startsWith(".");
        if (value.startsWith("*") || dotted && !dotLeads) {
            throw malformed(NameSyntax.quote(value)
                    + " is no base of names: write the domain alone, names below it are meant with it");
        }
        return dotted ? "." + NameSyntax.dns(value.substring(1)) : NameSyntax.dns(value);
    }

    private static NameSubtree ofRange(String value) {
        int slash = value.indexOf('/');
        byte[] address = IpAddress.parse(slash < 0 ? value : value.substring(0, slash));
        String length = slash < 0 ? String.valueOf(8 * address.length) : value.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > 8 * address.length) {
            throw malformed(NameSyntax.quote(value) + " is no range of addresses like 10.0.0.0/8");
        }
        int bits = Integer.parseInt(length);
        byte[] octets = Arrays.copyOf(address, 2 * address.length);
        for (int bit = 0; bit < bits; bit++) {
            octets[address.length + bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        for (int i = 0; i < address.length; i++) {
            if ((address[i] & ~octets[address.length + i]) != 0) {
                throw malformed(NameSyntax.quote(value) + " has bits set behind its length");
            }
        }
        return new NameSubtree(Kind.IP, IpAddress.text(address) + "/" + bits, octets, List.of());
    }

    /** A GeneralSubtree; fails with {@link DerException} where it is none that can be enforced. */
    static NameSubtree read(DerReader list) {
        DerReader subtree = list.enter(DerReader.SEQUENCE);
        int tag = subtree.nextTag();
        Kind kind = Kind.of(tag);
        byte[] content = subtree.content(tag);
        if (subtree.hasMore()) {
            throw new DerException("name constraints with a minimum or maximum, which RFC 5280 does not have");
        }
        return switch (kind) {
            case EMAIL, DNS, URI -> readText(kind, content);
            case IP -> readRange(content);
            case DIRECTORY -> readName(content);
            case OTHER -> new NameSubtree(kind, String.format("%02x", tag), content, List.of());
        };
    }

    private static NameSubtree readText(Kind kind, byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        try {
            String value = text.isEmpty()
                    ? ""
                    : kind == Kind.EMAIL && text.contains("@") ? NameSyntax.email(text) : host(text, true);
            return ofText(kind, value);
        } catch (ProblemException e) {
            throw new DerException("a name constraint that cannot be enforced: " + e.detail());
        }
    }

    private static NameSubtree readName(byte[] content) {
        try {
            DistinguishedName name = DistinguishedName.parse(content);
            return new NameSubtree(Kind.DIRECTORY, name.toString(), content, name.relativeNames());
        } catch (ProblemException e) {
            throw new DerException("a name constraint that cannot be enforced: " + e.detail());
        }
    }

    private static NameSubtree readRange(byte[] content) {
        if (content.length != 8 && content.length != 32) {
            throw new DerException("a range of addresses that has neither 8 nor 32 octets");
        }
        int half = content.length / 2;
        int bits = 0;
        while (bits < 8 * half && (content[half + bits / 8] & 0x80 >> bits % 8) != 0) {
            bits++;
        }
        try {
            return ofRange(IpAddress.text(Arrays.copyOf(content, half)) + "/" + bits)
                    .like(content);
        } catch (ProblemException e) {
            throw new DerException("a range of addresses that is none");
        }
    }

    private NameSubtree like(byte[] content) {
        if (!Arrays.equals(octets, content)) {
            throw new DerException("a range of addresses with gaps in its mask");
        }
        return this;
    }

    byte[] der() {
        return DerWriter.sequence(DerWriter.element(kind.tag, octets));
    }

    boolean isOf(Identifier.Type type) {
        return kind == Kind.of(type);
    }

    boolean isOfDirectory() {
        return kind == Kind.DIRECTORY;
    }

    /** Whether every verifier takes the name for one below this base. */
    boolean permits(Identifier name) {
        return switch (name.type()) {
            case DNS -> isBelow(name.value());
            case IP -> contains(name.address());
            case EMAIL -> isMailbox(name.value(), false);
            case URI -> isHost(hostOf(name.value()));
        };
    }

    /** Whether any verifier might: the wildcard over a name that is excluded is excluded too. */
    boolean excludes(Identifier name) {
        return switch (name.type()) {
            case DNS -> excludesHost(name.value());
            case IP -> contains(name.address());
            case EMAIL -> isMailbox(name.value(), true);
            case URI -> {
                String host = hostOf(name.value());
                yield host == null || isHost(host);
            }
        };
    }

    /** Whether this base is the beginning of that subject. */
    boolean holds(DistinguishedName subject) {
        List<Set<String>> names = subject.relativeNames();
        return names.size() >= relativeNames.size()
                && names.subList(0, relativeNames.size()).equals(relativeNames);
    }

    /** A leading dot is not in RFC 5280 for DNS names; those who know it mean at least one label more. */
    private boolean isBelow(String host) {
        return value.isEmpty()
                || (value.startsWith(".") ? host.endsWith(value) : host.equals(value) || host.endsWith("." + value));
    }

    private boolean excludesHost(String host) {
        String base = value.startsWith(".") ? value.substring(1) : value;
        if (isBelow(host) || host.equals(base)) {
            return true;
        }
        String above = host.startsWith("*.") ? host.substring(1) : null;
        return above != null && base.endsWith(above) && base.indexOf('.') == base.length() - above.length();
    }

    private boolean contains(byte[] address) {
        if (octets.length != 2 * address.length) {
            return false;
        }
        for (int i = 0; i < address.length; i++) {
            if ((address[i] & octets[address.length + i]) != octets[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isMailbox(String address, boolean anyCase) {
        if (value.contains("@")) {
            return anyCase ? address.equalsIgnoreCase(value) : address.equals(value);
        }
        return isHost(address.substring(address.lastIndexOf('@') + 1));
    }

    private boolean isHost(@Nullable String host) {
        return host != null && (value.isEmpty() || (value.startsWith(".") ? host.endsWith(value) : host.equals(value)));
    }

    /** The host of the URI as a name; null where it has none, or an address, which no constraint can be asked about. */
    private static @Nullable String hostOf(String uri) {
        String host = URI.create(uri).getHost();
        if (host == null) {
            return null;
        }
        try {
            return NameSyntax.dns(host.toLowerCase(Locale.ROOT));
        } catch (ProblemException e) {
            return null;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NameSubtree that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** As {@link #parse} reads it; {@code directory:} and {@code other:} only ever come from certificates. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + ":" + value;
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
