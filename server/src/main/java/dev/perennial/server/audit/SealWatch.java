package dev.perennial.server.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How sealing gets on, for alarms: a chain that stands still without a word would be none. */
final class SealWatch {
    private static final Logger log = LoggerFactory.getLogger(SealWatch.class);

    /** Rows that wait for longer are worth a warning: a long transaction is over by then. */
    private static final Duration LATE = Duration.ofMinutes(5);

    /** There is a look every second; where none was made for so long, nothing is known of what was written since. */
    private static final Duration BLIND = Duration.ofMinutes(1);

    /** The log has what is wrong as often, while it is. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final InstantSource clock;
    private volatile Instant looked;
    private volatile @Nullable Instant oldestUnsealed;
    private volatile boolean astray;
    private volatile @Nullable String broken;
    private volatile Instant toldOfAstray = Instant.MIN;
    private volatile Instant toldOfBroken = Instant.MIN;

    SealWatch(InstantSource clock) {
        this.clock = clock;
        this.looked = clock.instant();
    }

    void saw(SealStore.Look look) {
        looked = clock.instant();
        oldestUnsealed = look.newest() > look.sealed() ? look.oldestUnsealed() : null;
        astray = look.astray();
        if (astray && isAgo(toldOfAstray)) {
            toldOfAstray = clock.instant();
            log.error("Rows or seals of the audit record reach beyond the ids that were drawn: run audit log");
        }
    }

    void holds() {
        broken = null;
    }

    boolean isBroken() {
        return broken != null;
    }

    void broke(BrokenChainException failure) {
        broken = failure.getMessage();
        if (isAgo(toldOfBroken)) {
            toldOfBroken = clock.instant();
            log.error(
                    "The audit record is not sealed: {}. Run audit log; docs/audit.md says what to do",
                    failure.getMessage());
        }
    }

    /** Or it is of the future: then the clock was set back meanwhile. */
    private boolean isAgo(Instant told) {
        Instant now = clock.instant();
        return now.isBefore(told) || !now.isBefore(told.plus(AGAIN));
    }

    /** The age of the oldest row that no seal holds. */
    long unsealedSeconds() {
        Instant now = clock.instant();
        Instant oldest = oldestUnsealed;
        long age = oldest == null ? 0 : Duration.between(oldest, now).toSeconds();
        Duration blind = Duration.between(looked, now);
        return Math.max(0, blind.compareTo(BLIND) > 0 ? Math.max(age, blind.toSeconds()) : age);
    }

    /** For everybody to read: what exactly is wrong stands in the log. */
    @Nullable
    String warning() {
        if (broken != null) {
            return "the audit record is not sealed, since it is not what it was; the log says more";
        }
        if (astray) {
            return "the audit record has rows or seals beyond the ids that were drawn; run audit log";
        }
        long seconds = unsealedSeconds();
        return seconds > LATE.toSeconds()
                ? "rows of the audit record have not been sealed for " + seconds + " seconds"
                : null;
    }
}
