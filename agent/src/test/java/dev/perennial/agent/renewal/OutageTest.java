package dev.perennial.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OutageTest {
    private static final int HOSTS = 500;
    private static final Duration POLL = Duration.ofSeconds(60);
    private static final Trouble.Bounds BOUNDS = new Trouble.Bounds(Duration.ofSeconds(30), Duration.ofHours(1));
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant BACK = START.plus(Duration.ofHours(2));
    private static final Instant END = BACK.plus(Duration.ofHours(2));

    private final Random random = new Random(1);
    private final int[] arrivals =
            new int[Math.toIntExact(Duration.between(BACK, END).toSeconds())];

    /** What one host does next: it looks, or it asks for a renewal that came late in the outage. */
    private record Call(
            Instant at, boolean reissue, @Nullable Trouble trouble) implements Comparable<Call> {
        @Override
        public int compareTo(Call other) {
            return at.compareTo(other.at);
        }
    }

    /** F32: hosts whose server was away come back one by one, with what became late in the meantime too. */
    @Test
    void hostsThatComeBackAfterAnOutage_areSpread() {
        PriorityQueue<Call> calls = new PriorityQueue<>();
        for (int host = 0; host < HOSTS; host++) {
            // All were started together, by a power cut.
            calls.add(new Call(Schedule.nextPoll(START, POLL, random), false, null));
        }
        for (Call call = calls.remove(); call.at().isBefore(END); call = calls.remove()) {
            if (call.at().isBefore(BACK)) {
                Trouble trouble = Trouble.after(call.trouble(), "away", call.at(), BOUNDS, null, random);
                calls.add(new Call(trouble.next(), false, trouble));
                continue;
            }
            arrivals[Math.toIntExact(Duration.between(BACK, call.at()).toSeconds())]++;
            if (call.reissue()) {
                continue;
            }
            calls.add(new Call(Schedule.nextPoll(call.at(), POLL, random), false, null));
            if (call.trouble() != null) {
                Duration spread =
                        Schedule.spread(call.at(), START.minus(Duration.ofDays(60)), START.plus(Duration.ofDays(30)));
                calls.add(new Call(call.at().plusMillis(random.nextLong(spread.toMillis() + 1)), true, null));
            }
        }
        assertThat(Arrays.stream(arrivals).max().orElseThrow()).isLessThan(HOSTS / 15);
        assertThat(Arrays.stream(arrivals).sum()).as("all are back").isGreaterThan(HOSTS * 60);
    }

    @Test
    void spread_scalesWithWhatRemainsAndEndsInTheLastTwentieth() {
        Instant notAfter = START.plus(Duration.ofMinutes(100));
        assertThat(Schedule.spread(START.plus(Duration.ofMinutes(80)), START, notAfter))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(Schedule.spread(START.plus(Duration.ofMinutes(96)), START, notAfter))
                .isZero();
        assertThat(Schedule.spread(START, START, START.plus(Duration.ofDays(90))))
                .isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void retryAfterOfNothing_waitsAsLongAsTheShortestBackOff() {
        Trouble trouble = Trouble.after(null, "busy", START, BOUNDS, Duration.ZERO, random);
        assertThat(trouble.next()).isAfterOrEqualTo(START.plus(BOUNDS.shortest()));
        assertThat(trouble.asked()).isTrue();
    }
}
