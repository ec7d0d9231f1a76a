package dev.perennial.server.identity;

import java.util.Arrays;

/** What counts as one source where attempts are limited: an IPv4 address, or an IPv6 /64, which is one site's. */
public final class Sources {
    private static final int GROUPS_OF_A_SITE = 4;

    private Sources() {}

    /** @param address as Java writes it: all eight groups of an IPv6 address */
    public static String site(String address) {
        String[] groups = address.split(":", -1);
        return groups.length < 2 * GROUPS_OF_A_SITE
                ? address
                : String.join(":", Arrays.copyOf(groups, GROUPS_OF_A_SITE));
    }
}
