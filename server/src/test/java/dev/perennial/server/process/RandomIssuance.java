package dev.perennial.server.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One certificate that is to be issued, with what becomes of it; its text is what is needed to repeat it by hand.
 *
 * @param authority a line of {@link RandomAuthorities}
 * @param usages of the request; empty for none
 * @param revocation the reason for which it is revoked; empty for none
 * @param released whether it is revoked for a time only
 */
record RandomIssuance(
        int number,
        String authority,
        String profile,
        String key,
        boolean pointers,
        boolean policies,
        RandomNames names,
        List<String> usages,
        String revocation,
        boolean released) {

    private static final List<String> KEYS = List.of("rsa-2048", "rsa-3072", "ec-p256", "ec-p384", "ed25519");

    private static final List<String> PROFILES =
            List.of("server", "client", "server+client", "signing+encryption", "requested", "kubernetes-client");
    private static final List<String> PURPOSES = List.of(
            "server auth",
            "client auth",
            "code signing",
            "email protection",
            "timestamping",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user");
    private static final List<String> SECOND =
            List.of("", "", "server auth", "client auth", "email protection", "microsoft sgc", "netscape sgc");
    private static final List<String> BITS = List.of(
            "digital signature", "content commitment", "key encipherment", "key agreement", "data encipherment");
    private static final List<String> ONE_WAY = List.of("", "encipher only", "decipher only");
    private static final List<String> REASONS = List.of(
            "unspecified",
            "keyCompromise",
            "cACompromise",
            "affiliationChanged",
            "superseded",
            "cessationOfOperation",
            "certificateHold",
            "privilegeWithdrawn",
            "aACompromise");

    /** The same for the same seed. Of every list that matters each comes in turn, in an order of its own. */
    static List<RandomIssuance> draw(long seed, int count) {
        Random random = new Random(seed);
        List<String> authorities = inTurn(RandomAuthorities.LINES, count, random);
        List<String> profiles = inTurn(PROFILES, count, random);
        List<String> keys = inTurn(KEYS, count, random);
        List<String> signers = inTurn(List.of("plain", "plain", "no pointers", "policies"), count, random);
        List<String> purposes = inTurn(PURPOSES, count, random);
        List<String> reasons = inTurn(REASONS, count, random);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    String profile = profiles.get(i);
                    List<String> usages = profile.equals("requested") ? usages(random, purposes.get(i)) : List.of();
                    boolean servers = profile.startsWith("server") || usages.contains("server auth");
                    String revocation = random.nextBoolean() ? reason(reasons.get(i), keys.get(i)) : "";
                    return new RandomIssuance(
                            i,
                            authorities.get(i),
                            profile,
                            keys.get(i),
                            !signers.get(i).equals("no pointers"),
                            signers.get(i).equals("policies"),
                            RandomNames.draw(random, i, profile, servers),
                            usages,
                            revocation,
                            revocation.equals("certificateHold") && random.nextBoolean());
                })
                .toList();
    }

    private static List<String> inTurn(List<String> all, int count, Random random) {
        List<String> turns = new ArrayList<>(
                IntStream.range(0, count).mapToObj(i -> all.get(i % all.size())).toList());
        Collections.shuffle(turns, random);
        return turns;
    }

    private static List<String> usages(Random random, String purpose) {
        List<String> usages = new ArrayList<>(List.of(purpose));
        String second = SECOND.get(random.nextInt(SECOND.size()));
        if (!purpose.equals("timestamping") && !second.isEmpty() && !second.equals(purpose)) {
            usages.add(second);
        }
        BITS.stream().filter(bit -> random.nextInt(3) == 0).forEach(usages::add);
        if (usages.contains("key agreement")) {
            Stream.of(ONE_WAY.get(random.nextInt(ONE_WAY.size())))
                    .filter(bit -> !bit.isEmpty())
                    .forEach(usages::add);
        }
        return List.copyOf(usages);
    }

    /** The RSA keys are in many certificates of a run: compromised, they would be blocked. */
    private static String reason(String reason, String key) {
        return key.startsWith("rsa") && reason.equals("keyCompromise") ? "superseded" : reason;
    }

    boolean isRevoked() {
        return !revocation.isEmpty() && !released;
    }
}
