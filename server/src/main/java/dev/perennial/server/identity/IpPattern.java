package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;

/**
 * A range of addresses in CIDR notation (RFC 4632, RFC 4291 §2.3), or one address.
 *
 * @param width in bits, of an address of its sort
 * @param head the first {@code prefix} bits of the network: kept, so that comparing reads no text
 */
record IpPattern(Identifier network, int prefix, int width, BigInteger head) implements NamePattern {

    static IpPattern parse(String text) {
        int slash = text.indexOf('/');
        Identifier network = Identifier.ip(slash < 0 ? text : text.substring(0, slash));
        byte[] address = network.address();
        int width = address.length * 8;
        int prefix = slash < 0 ? width : length(text.substring(slash + 1));
        if (prefix < 0 || prefix > width) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "ip:" + text + ": the prefix length must be 0 to " + width);
        }
        return new IpPattern(network, prefix, width, new BigInteger(1, address).shiftRight(width - prefix));
    }

    private static int length(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    @Override
    public boolean covers(Identifier name) {
        if (name.type() != Identifier.Type.IP) {
            return false;
        }
        byte[] address = name.address();
        return address.length * 8 == width
                && new BigInteger(1, address).shiftRight(width - prefix).equals(head);
    }

    @Override
    public boolean isWithin(NamePattern outer) {
        return outer instanceof Everything
                || outer instanceof IpPattern range
                        && range.prefix <= prefix
                        && range.width == width
                        && head.shiftRight(prefix - range.prefix).equals(range.head);
    }

    @Override
    public boolean isExactly(Identifier name) {
        return prefix == width && network.equals(name);
    }

    @Override
    public String toString() {
        return "ip:" + network.value() + "/" + prefix;
    }
}
