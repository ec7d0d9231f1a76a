package dev.perennial.agent.renewal;

import dev.perennial.agent.server.ServerException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Runs what may fail: not before its back-off is over, and each failure is noted where it belongs. */
final class Attempts {
    /** A day and its jitter: what lies further ahead was set by a clock that has gone back. */
    private static final Duration LONGEST_ASKED = Duration.ofHours(30);

    private final Work work;
    private final CertificateState state;
    private Instant passStart = Instant.MIN;
    private boolean eager;

    Attempts(Work work) {
        this.work = work;
        this.state = work.state;
    }

    /** A piece of the work. */
    interface Action {
        void run() throws ServerException, IOException;
    }

    /** From now on own back-off and drawn moments are not waited for; a wait that the server asked for still is. */
    void hurry() {
        eager = true;
    }

    void calm() {
        eager = false;
    }

    boolean isEager() {
        return eager;
    }

    /** What fails from here on has failed in this pass, and even who is in a hurry waits for the next. */
    void beginPass() {
        passStart = work.now();
    }

    /** Whether a moment had not yet come when this pass began. */
    boolean isAhead(Instant moment) {
        return moment.isAfter(passStart);
    }

    /** Runs an action where its last failure is long enough ago, and notes how it ended. */
    void attempt(Activity activity, boolean backOff, Action action) throws ServerException {
        if (backOff && !isOpen(activity)) {
            return;
        }
        try {
            action.run();
            // A submission has succeeded when the answer says so, not when it was taken.
            if (backOff && activity != Activity.SUBMISSION) {
                work.clear(activity);
            }
        } catch (ServerException e) {
            if (e.is("retired")) {
                throw e;
            }
            work.trouble(activity, String.valueOf(e.getMessage()), e.retryAfter());
        } catch (IOException e) {
            work.trouble(activity, FailureText.of(e), null);
        }
    }

    private boolean isOpen(Activity activity) {
        Trouble before = state.troubles.get(activity);
        if (before == null) {
            return true;
        }
        // Who is in a hurry tries at once, but not twice in one pass.
        boolean tried = !before.setAt().isBefore(passStart);
        return before.isDue(work.now()) || (eager && !before.asked() && !tried);
    }

    /** Whether that moment has come; one that lies absurdly far ahead was set by a clock that has gone back. */
    boolean isTime(@Nullable Instant moment) {
        if (moment == null || eager) {
            return true;
        }
        Instant now = work.now();
        return !now.isBefore(moment) || moment.isAfter(now.plus(Duration.ofHours(1)));
    }

    /** Whether a wait that the server asked for is over; a hurry does not shorten it. */
    boolean isOver(Instant asked) {
        Instant now = work.now();
        return !now.isBefore(asked) || asked.isAfter(now.plus(LONGEST_ASKED));
    }
}
