package dev.perennial.server.egress;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses may be called: those of the public Internet that are not this machine's own, and what the operator
 * allowed. The special ranges are IANA's (RFC 6890 and its registries).
 */
final class AddressGuard {
    /** Whom these reach is not said by the address: no operator can mean them. */
    private static final List<AddressRange> NEVER =
            ranges("0.0.0.0/8", "224.0.0.0/4", "255.255.255.255", "::", "ff00::/8");

    private static final List<AddressRange> SPECIAL = ranges(
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            // An IPv4 address is hidden in it (RFC 3056); NAT64's 64:ff9b::/96 is outside of 2000::/3.
            "2002::/16",
            "3fff::/20");

    /** Of IPv6 nothing else is public: loopback, unique local, link-local and mapped addresses are all outside. */
    private static final AddressRange GLOBAL_UNICAST = AddressRange.parse("2000::/3");

    private static final AddressRange ALL_OF_IPV4 = AddressRange.parse("0.0.0.0/0");

    private final List<AddressRange> allowed;

    AddressGuard(List<AddressRange> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    private static List<AddressRange> ranges(String... texts) {
        return Stream.of(texts).map(AddressRange::parse).toList();
    }

    /** Asks the machine for its interfaces, so it is not for an event loop. */
    boolean permits(InetAddress address) {
        if (NEVER.stream().anyMatch(range -> range.contains(address))) {
            return false;
        }
        return isAllowed(address) || isPublic(address) && !isOwn(address);
    }

    /** Whether the operator named a range that it is in. */
    boolean isAllowed(InetAddress address) {
        return allowed.stream().anyMatch(range -> range.contains(address));
    }

    private static boolean isPublic(InetAddress address) {
        return (ALL_OF_IPV4.contains(address) || GLOBAL_UNICAST.contains(address))
                && SPECIAL.stream().noneMatch(range -> range.contains(address));
    }

    private static boolean isOwn(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
