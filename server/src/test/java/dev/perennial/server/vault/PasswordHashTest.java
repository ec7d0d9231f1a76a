package dev.perennial.server.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reliability T13: neither the name nor the nearness of a guess shows in the work that is done for it. */
class PasswordHashTest {
    private static final long ONE_HASH = 19_456L * 1_024;
    private static final int TURNS = Boolean.getBoolean("perennial.long") ? 400 : 60;
    private static final int WARM = 20;
    private static final PasswordHash HASH = new PasswordHash(new SecureRandom());
    private static final String STORED = HASH.of("correct horse battery");

    @Test
    void matches_thePasswordOnly() {
        assertThat(HASH.matches("correct horse battery", STORED)).isTrue();
        for (String wrong : List.of("", "correct horse batter", "correct horse batterY", "correct horse battery ")) {
            assertThat(HASH.matches(wrong, STORED)).as(wrong).isFalse();
        }
        assertThat(HASH.matches("correct horse battery", null)).isFalse();
        assertThat(HASH.of("correct horse battery")).isNotEqualTo(STORED);
    }

    @Test
    void anUnknownName_isHashedFor_once_asAKnownOneIs() {
        assertThat(hashes("correct horse battery", STORED)).isEqualTo(1);
        assertThat(hashes("wrong", STORED)).isEqualTo(1);
        assertThat(hashes("wrong", null)).isEqualTo(1);
        assertThat(hashes("", null)).isEqualTo(1);
    }

    /** Counted by the memory that an Argon2id takes. */
    private static long hashes(String password, String stored) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean matches = HASH.matches(password, stored);
        long after = threads.getCurrentThreadAllocatedBytes();
        assertThat(matches).isEqualTo(password.equals("correct horse battery") && stored != null);
        return Math.round((double) (after - before) / ONE_HASH);
    }

    /** Welch's t, the two kinds by turns so that what else the machine does meets both; the bound is dudect's. */
    @Test
    void anUnknownName_takesAsLong_asAWrongPassword() {
        List<Double> known = new ArrayList<>();
        List<Double> unknown = new ArrayList<>();
        IntStream.range(0, TURNS).forEach(turn -> {
            double first = nanos(STORED);
            double second = nanos(null);
            if (turn >= WARM) {
                known.add(first);
                unknown.add(second);
            }
        });
        // The slow tenth is the machine's, not ours.
        assertThat(Math.abs(t(trimmed(known), trimmed(unknown)))).isLessThan(4.5);
    }

    private static double nanos(String stored) {
        long start = System.nanoTime();
        HASH.matches("wrong wrong wrong", stored);
        return System.nanoTime() - start;
    }

    private static List<Double> trimmed(List<Double> all) {
        return all.stream().sorted().limit(all.size() * 9L / 10).toList();
    }

    private static double t(List<Double> one, List<Double> other) {
        double error = Math.sqrt(variance(one) / one.size() + variance(other) / other.size());
        return (mean(one) - mean(other)) / error;
    }

    private static double mean(List<Double> all) {
        return all.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double variance(List<Double> all) {
        double mean = mean(all);
        return all.stream().mapToDouble(one -> (one - mean) * (one - mean)).sum() / (all.size() - 1);
    }
}
