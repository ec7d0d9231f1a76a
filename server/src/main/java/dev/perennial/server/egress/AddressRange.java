package dev.perennial.server.egress;

import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;

/** A range of addresses in CIDR notation (RFC 4632, RFC 4291 §2.3). */
public record AddressRange(Identifier network, int prefix) {
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    /** @throws IllegalArgumentException saying what a range looks like */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        try {
            Identifier network = Identifier.ip(slash < 0 ? text : text.substring(0, slash));
            int width = network.address().length * 8;
            int prefix = slash < 0 ? width : length(text.substring(slash + 1));
            if (prefix >= 0 && prefix <= width) {
                return new AddressRange(network, prefix);
            }
        } catch (ProblemException e) {
            // Said below, as for a length that is none.
        }
        throw new IllegalArgumentException("must be a range of addresses like 10.0.0.0/8 or fd00::/8");
    }

    private static int length(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** IPv4 in IPv6 clothes is judged as what it is: a range of 127.0.0.0/8 contains ::ffff:127.0.0.1. */
    boolean contains(InetAddress address) {
        byte[] octets = octets(address);
        byte[] own = network.address();
        return octets.length == own.length && head(octets).equals(head(own));
    }

    private BigInteger head(byte[] octets) {
        return new BigInteger(1, octets).shiftRight(octets.length * 8 - prefix);
    }

    private static byte[] octets(InetAddress address) {
        byte[] octets = address.getAddress();
        boolean mapped = octets.length == 16 && Arrays.equals(octets, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
        return mapped ? Arrays.copyOfRange(octets, MAPPED.length, octets.length) : octets;
    }

    @Override
    public String toString() {
        return network.value() + "/" + prefix;
    }
}
