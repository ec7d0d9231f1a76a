package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;

/** A range of addresses in CIDR notation (RFC 4632, RFC 4291 §2.3), or one address. */
record IpPattern(Identifier network, int prefix) implements NamePattern {

    static IpPattern parse(String text) {
        int slash = text.indexOf('/');
        Identifier network = Identifier.ip(slash < 0 ? text : text.substring(0, slash));
        int width = bits(network);
        int prefix = slash < 0 ? width : length(text.substring(slash + 1));
        if (prefix < 0 || prefix > width) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "ip:" + text + ": the prefix length must be 0 to " + width);
        }
        return new IpPattern(network, prefix);
    }

    private static int length(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    private static int bits(Identifier address) {
        return address.address().length * 8;
    }

    @Override
    public boolean covers(Identifier name) {
        return name.type() == Identifier.Type.IP
                && bits(name) == bits(network)
                && head(name).equals(head(network));
    }

    private BigInteger head(Identifier address) {
        return new BigInteger(1, address.address()).shiftRight(bits(address) - prefix);
    }

    @Override
    public boolean isWithin(NamePattern outer) {
        return outer instanceof Everything
                || outer instanceof IpPattern range && range.prefix <= prefix && range.covers(network);
    }

    @Override
    public boolean isExactly(Identifier name) {
        return prefix == bits(network) && network.equals(name);
    }

    @Override
    public String toString() {
        return "ip:" + network.value() + "/" + prefix;
    }
}
