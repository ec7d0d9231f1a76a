package dev.perennial.agent.renewal;

import dev.perennial.agent.config.CertificateConfig;
import dev.perennial.agent.identity.ServerAccess;
import dev.perennial.agent.install.HookRunner;
import dev.perennial.agent.install.Manifest;
import dev.perennial.agent.renewal.CertificateState.InstallPhase;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.StateDirectory;
import dev.perennial.agent.state.Step;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * One certificate's work, done by one thread: each {@link #advance} does all that can be done now and says when to look
 * again. Whatever fails is noted and tried again later; only the agent's retirement is thrown.
 */
public final class CertificateWork {
    private static final int ROTATIONS_PER_DAY = 24;
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(60);
    private static final Duration SHORTEST_SLEEP = Duration.ofMillis(100);

    private final Work work;
    private final CertificateState state;
    private final Recovery recovery;
    private final Installation installation;
    private final Attempts attempts;
    private final Dialogue dialogue;
    private final StatusView view;

    public CertificateWork(
            CertificateConfig config,
            StateDirectory directory,
            ServerAccess access,
            HookRunner hooks,
            InstantSource clock,
            SecureRandom random)
            throws IOException {
        this.work = new Work(config, directory, access, hooks, clock, random);
        this.state = work.state;
        this.recovery = new Recovery(work);
        this.installation = new Installation(work);
        this.attempts = new Attempts(work);
        this.dialogue = new Dialogue(work, attempts, installation);
        this.view = new StatusView(work);
    }

    public CertificateConfig config() {
        return work.config;
    }

    /** From now on own back-off and drawn moments are not waited for; a wait that the server asked for still is. */
    public void hurry() {
        attempts.hurry();
        dialogue.pollSoon();
    }

    /** Has the next pass look at the request, due or not. */
    public void lookSoon() {
        dialogue.pollSoon();
    }

    /** Ends {@link #hurry}. */
    public void calm() {
        attempts.calm();
    }

    /** Does what can be done now. */
    public void advance() throws ServerException {
        attempts.beginPass();
        pass();
    }

    private void pass() throws ServerException {
        attempts.attempt(Activity.RECOVERY, true, () -> {
            work.published.prepare();
            recovery.run();
        });
        Step.S0.done();
        install();
        if (!state.withdrawn) {
            decide();
            Step.S1.done();
            dialogue.converse();
            if (state.rotation != null && attempts.isTime(state.rotation.at())) {
                decide();
                dialogue.converse();
            }
        }
        install();
        if (state.install == InstallPhase.NONE && state.live != 0) {
            if (!isReported()) {
                attempts.attempt(Activity.REPORT, true, installation::report);
            }
            if (isReported()) {
                attempts.attempt(Activity.TIDY, true, installation::tidy);
            }
        }
    }

    /**
     * The next moment at which there may be something to do. What was due when the pass began has had its turn: if it
     * still stands, it waits for something else than the clock.
     */
    public Instant nextWake() {
        Instant now = work.now();
        Instant wake = earlier(now.plus(LONGEST_SLEEP), dialogue.nextPoll());
        if (state.rotation != null) {
            wake = earlier(wake, state.rotation.at());
        }
        for (Trouble trouble : state.troubles.values()) {
            wake = earlier(wake, trouble.next());
        }
        if (state.install == InstallPhase.READY) {
            Optional<Manifest> target = work.published.manifest(state.target);
            wake = target.isEmpty() ? wake : earlier(wake, target.get().notBefore());
        }
        Instant soonest = now.plus(SHORTEST_SLEEP);
        return wake.isBefore(soonest) ? soonest : wake;
    }

    private Instant earlier(Instant wake, Instant moment) {
        return attempts.isAhead(moment) && moment.isBefore(wake) ? moment : wake;
    }

    public Outcome outcome() {
        return view.outcome();
    }

    public CertificateStatus status() {
        return view.status();
    }

    /** Asks for a new certificate now, for the live key, and takes over what somebody else put in place of ours. */
    public void renew() throws ServerException {
        hurry();
        attempts.beginPass();
        attempts.attempt(Activity.RECOVERY, false, recovery::takeOver);
        if (!state.withdrawn) {
            dialogue.converse();
            // What the look has just found is a renewal too.
            if (state.live != 0 && !state.needsKey() && state.install == InstallPhase.NONE) {
                attempts.attempt(Activity.REISSUE, true, dialogue::reissue);
            }
        }
        install();
        pass();
    }

    /** Makes a new key and asks for a certificate for it. */
    public void rotate() throws ServerException {
        hurry();
        attempts.attempt(Activity.SUBMISSION, false, () -> {
            state.orderKey("rotation on this host");
            work.save();
        });
        advance();
    }

    /** Whether a new key is wanted is decided here, and remembered before it is made. */
    private void decide() throws ServerException {
        attempts.attempt(Activity.SUBMISSION, false, () -> {
            String wanted = work.config.keySpecification();
            if (!wanted.equals(state.specification)) {
                String reason = state.specification == null ? "first certificate" : "the configuration changed";
                state.specification = wanted;
                state.orderKey(reason);
                work.save();
            }
            CertificateState.PlannedRotation planned = state.rotation;
            if (planned != null && attempts.isTime(planned.at()) && hasRotationLeft()) {
                state.epoch = planned.epoch();
                state.rotation = null;
                state.orderKey(planned.reason());
                work.save();
            }
        });
    }

    private boolean hasRotationLeft() {
        long today = work.now().getEpochSecond() / Duration.ofDays(1).toSeconds();
        if (state.rotationDay != today) {
            state.rotationDay = today;
            state.rotations = 0;
        }
        if (state.rotations >= ROTATIONS_PER_DAY) {
            state.alarm =
                    "more than " + ROTATIONS_PER_DAY + " rotations were ordered today: the next waits until tomorrow";
            return false;
        }
        state.rotations++;
        return true;
    }

    private void install() throws ServerException {
        if (state.drift == null && (state.install == InstallPhase.READY || state.install == InstallPhase.FLIPPING)) {
            attempts.attempt(Activity.INSTALL, true, installation::flip);
        }
        if (state.install == InstallPhase.DEPLOY_PENDING) {
            attempts.attempt(Activity.HOOKS, true, installation::deploy);
        }
    }

    private boolean isReported() {
        return state.liveSha256 != null && state.liveSha256.equals(state.reported);
    }
}
