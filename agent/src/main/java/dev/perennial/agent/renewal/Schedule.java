package dev.perennial.agent.renewal;

import dev.perennial.agent.install.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When to look at the request again, and from when on a renewal is late. All of it scales with the lifetime. */
final class Schedule {
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration LONGEST_FOR_PERSON = Duration.ofSeconds(30);
    private static final Duration LONGEST_SPREAD = Duration.ofMinutes(5);
    private static final int PARTS = 20;

    private final Work work;

    Schedule(Work work) {
        this.work = work;
    }

    Instant nextPoll() {
        return nextPoll(work.now(), interval(), work.random);
    }

    /** The next look, with a tenth of jitter either way. */
    static Instant nextPoll(Instant now, Duration interval, RandomGenerator random) {
        long millis = interval.toMillis();
        return now.plusMillis(millis * 9 / 10 + random.nextLong(millis / 5 + 1));
    }

    /** Over how long what is late is spread when a server is back that was away for everybody. */
    Duration spread() {
        return work.live()
                .map(manifest -> spread(work.now(), manifest.notBefore(), manifest.notAfter()))
                .orElse(Duration.ZERO);
    }

    /** Five minutes, less for certificates that live shortly, and none in the last twentieth of a lifetime. */
    static Duration spread(Instant now, Instant notBefore, Instant notAfter) {
        Duration last = Duration.between(notBefore, notAfter).dividedBy(PARTS);
        Duration remaining = Duration.between(now, notAfter);
        return remaining.compareTo(last) < 0 ? Duration.ZERO : Work.smaller(LONGEST_SPREAD, remaining.dividedBy(PARTS));
    }

    Duration interval() {
        Optional<Manifest> live = work.live();
        Duration steady = live.map(manifest -> Duration.between(manifest.notBefore(), manifest.notAfter())
                        .dividedBy(PARTS))
                .orElse(LONGEST);
        Duration interval = Work.larger(SHORTEST, Work.smaller(LONGEST, steady));
        Instant submitted = work.state.submittedAt;
        if (work.state.needsKey() && submitted != null) {
            // Soon after the submission often, for a person who takes days seldom.
            Duration age = Duration.between(submitted, work.now()).abs().dividedBy(10);
            interval = Work.smaller(interval, Work.larger(SHORTEST, Work.smaller(LONGEST_FOR_PERSON, age)));
        }
        return interval;
    }

    /** Whether the server should have renewed the live certificate by now and has not. */
    boolean isLate() {
        if (work.clockIsOff()) {
            return false;
        }
        return work.live()
                .map(manifest -> {
                    Instant due = renewalTime(manifest, work.state.renewalTime);
                    Duration margin = Duration.between(due, manifest.notAfter()).dividedBy(4);
                    return !work.now().isBefore(due.plus(margin));
                })
                .orElse(false);
    }

    private static Instant renewalTime(Manifest manifest, @Nullable Instant told) {
        if (told != null) {
            return told;
        }
        Duration lifetime = Duration.between(manifest.notBefore(), manifest.notAfter());
        return manifest.notBefore().plus(lifetime.multipliedBy(2).dividedBy(3));
    }
}
