package dev.perennial.server.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Names and subject of a PKCS#10 as its profile takes them.
 *
 * @param names as {@code TestCsrs} spells them
 * @param subject empty for none
 */
record RandomNames(List<String> names, String subject) {
    /** What a CA with name constraints permits, and all names keep within. */
    static final List<String> PERMITTED =
            List.of("dns:judged.test", "ip:10.0.0.0/8", "ip:2001:db8::/32", "email:judged.test", "uri:.judged.test");

    static final List<String> EXCLUDED = List.of("dns:not.judged.test", "ip:10.255.0.0/16");

    /** Enough for the number of any run. */
    private static final int BYTE = 256;

    static RandomNames draw(Random random, int number, String profile, boolean servers) {
        String user = "CN=user-" + number;
        if (profile.equals("kubernetes-client")) {
            return new RandomNames(
                    List.of(), List.of("", "O=judges,", "O=judges,O=parties,").get(random.nextInt(3)) + user);
        }
        String host = "n" + number + ".judged.test";
        List<String> names = new ArrayList<>(List.of(
                host,
                "*." + host,
                "ip:10.0." + number / BYTE + "." + number % BYTE,
                "ip:2001:db8::" + Integer.toHexString(number + 1)));
        if (!profile.equals("server")) {
            names.addAll(List.of(
                    "email:n" + number + "@judged.test", "uri:https://" + host + "/", "uri:spiffe://" + host + "/of"));
        }
        Collections.shuffle(names, random);
        int least = servers ? 1 : 0;
        names = names.subList(0, least + random.nextInt(names.size() - least + 1));
        if (names.isEmpty() || !servers && random.nextInt(3) == 0) {
            return new RandomNames(List.copyOf(names), user);
        }
        return new RandomNames(List.copyOf(names), random.nextBoolean() ? "" : "CN=" + value(names.get(0)));
    }

    private static String value(String name) {
        return name.replaceFirst("^(ip|email|uri):", "");
    }
}
