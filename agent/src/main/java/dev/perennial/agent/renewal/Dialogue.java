package dev.perennial.agent.renewal;

import dev.perennial.agent.install.Manifest;
import dev.perennial.agent.renewal.CertificateState.InstallPhase;
import dev.perennial.agent.renewal.Verification.Candidate;
import dev.perennial.agent.server.ServerApi.Tagged;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.Step;
import dev.perennial.model.ReissueJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/** What is said to the server about one request, and what its answers lead to. */
final class Dialogue {
    private static final int POLLS_PER_ROTATION = 3;

    private final Work work;
    private final CertificateState state;
    private final Attempts attempts;
    private final Installation installation;
    private final Submission submission;
    private final Schedule schedule;
    private Instant nextPoll = Instant.MIN;
    /** Until when the server asked not to be looked at; kept in a hurry too. */
    private Instant asked = Instant.MIN;
    /** From when on a late renewal may be asked for: after an outage not by all hosts at once. */
    private Instant reissueFrom = Instant.MIN;

    Dialogue(Work work, Attempts attempts, Installation installation) {
        this.work = work;
        this.state = work.state;
        this.attempts = attempts;
        this.installation = installation;
        this.submission = new Submission(work, installation);
        this.schedule = new Schedule(work);
    }

    /** The next look at the request. */
    Instant nextPoll() {
        return nextPoll;
    }

    void pollSoon() {
        nextPoll = Instant.MIN;
    }

    void converse() throws ServerException {
        if (work.clockIsOff()) {
            // Nothing is decided by a clock that is wrong; the look at the server tells when it is right again.
            pollIfDue();
            return;
        }
        boolean installing = state.install == InstallPhase.READY || state.install == InstallPhase.FLIPPING;
        if (!installing && state.needsKey() && !isSubmitted()) {
            attempts.attempt(Activity.SUBMISSION, true, () -> digest(submission.submitNewKey()));
        }
        String pkcs10 = state.pkcs10;
        if (state.requestId == null && !state.needsKey() && pkcs10 != null) {
            attempts.attempt(Activity.SUBMISSION, true, () -> {
                digest(submission.submitLive(pkcs10));
                work.clear(Activity.SUBMISSION);
            });
        }
        pollIfDue();
        boolean late =
                !state.needsKey() && state.install == InstallPhase.NONE && state.requestId != null && schedule.isLate();
        attempts.attempt(Activity.REISSUE, true, () -> {
            // What a person asked for before it was late is theirs to ask again: it ends with its back-off.
            if (late && !state.autoRenew) {
                throw new IOException("the server does not renew this certificate, which ends soon");
            }
            if (late) {
                reissue();
            }
        });
    }

    private void pollIfDue() throws ServerException {
        if (state.requestId != null && attempts.isTime(nextPoll) && attempts.isOver(asked)) {
            poll();
        }
    }

    private void poll() throws ServerException {
        attempts.attempt(Activity.POLL, true, () -> {
            String id = state.requestId;
            if (id == null) {
                return;
            }
            boolean wasAway = state.troubles.containsKey(Activity.POLL);
            Duration wait = patience();
            try {
                Optional<Tagged> answer = work.access.call(api -> api.fetch(id, state.etag, wait));
                Step.S5.done();
                if (wasAway) {
                    reissueFrom = work.now().plus(drawn(schedule.spread()));
                }
                if (answer.isPresent()) {
                    digest(answer.get());
                }
            } catch (ServerException e) {
                gone(e);
            }
            planNextPoll();
        });
    }

    /** Waits at the server for a verdict; a person's verdict is waited for by the daemon alone. */
    private Duration patience() {
        boolean waits = state.needsKey() && state.waiting != null;
        return waits && !(attempts.isEager() && state.waitingForPerson) ? work.access.spendPatience() : Duration.ZERO;
    }

    private void planNextPoll() {
        nextPoll = schedule.nextPoll();
        Duration retryAfter = work.access.retryAfter();
        asked = Instant.MIN;
        if (retryAfter != null) {
            asked = work.now().plus(retryAfter).plus(drawn(retryAfter.dividedBy(5)));
            nextPoll = asked.isAfter(nextPoll) ? asked : nextPoll;
        }
    }

    private Duration drawn(Duration longest) {
        return Duration.ofMillis(work.random.nextLong(longest.toMillis() + 1));
    }

    /** A request that is unknown is submitted again; one that was withdrawn never is. */
    private void gone(ServerException problem) throws ServerException, IOException {
        if (problem.is("withdrawn")) {
            state.withdraw();
            work.log(Level.SEVERE, "the request was withdrawn; the files stay, nothing is asked for any more");
        } else if (problem.is("unknown")) {
            work.log(Level.WARNING, "the server does not know the request; it is submitted again");
            state.requestId = null;
            Optional<PendingKeys.PendingKey> pending = work.files.pending().newest();
            if (pending.isPresent()) {
                work.files.pending().markSubmitted(pending.get(), false);
            }
        } else {
            throw problem;
        }
        state.etag = null;
        work.save();
    }

    private void digest(Tagged tagged) throws IOException, ServerException {
        Duration spread =
                attempts.isEager() ? Duration.ZERO : schedule.interval().multipliedBy(POLLS_PER_ROTATION);
        Answer answer = new Answer(work, tagged);
        Optional<Candidate> candidate = answer.note(spread);
        if (answersForeign(answer.foreign())) {
            return;
        }
        planNextPoll();
        boolean dealtWith = candidate.isEmpty();
        if (candidate.isPresent() && state.drift == null && !work.clockIsOff()) {
            attempts.attempt(Activity.INSTALL, true, () -> installation.take(candidate.get()));
        }
        String etag = dealtWith && state.install == InstallPhase.NONE && !state.needsKey() ? tagged.etag() : null;
        if (!Objects.equals(etag, state.etag)) {
            state.etag = etag;
            work.save();
        }
    }

    /** Once for each such certificate: a server that keeps to it has its reasons, and the certificate is rejected. */
    private boolean answersForeign(@Nullable String foreign) throws IOException, ServerException {
        String pkcs10 = state.pkcs10;
        boolean known = foreign == null || foreign.equals(state.answeredForeign);
        if (known || pkcs10 == null || state.drift != null || work.clockIsOff()) {
            return false;
        }
        work.log(Level.WARNING, "the server's newest certificate is for a key that is not here; ours is sent again");
        Tagged again = submission.submitLive(pkcs10);
        state.answeredForeign = foreign;
        work.save();
        digest(again);
        return true;
    }

    /** Asks for the renewal of the live certificate now; whether the server renews it unasked is the server's matter. */
    void reissue() throws ServerException, IOException {
        installation.preflight().check();
        Manifest live = work.live().orElseThrow(() -> new IOException("no certificate is live"));
        String id = state.requestId;
        String organisation = work.access.identity().record().orgId();
        try {
            work.access.call(api -> {
                api.reissue(new ReissueJson.Spec(organisation, id, live.notAfter()));
                return live;
            });
        } catch (ServerException e) {
            // Somebody else asked first, and the look below finds what they got.
            if (!e.is("conflict")) {
                throw e;
            }
        }
        poll();
    }

    /** Whether the server has the PKCS#10 of the key that is wanted. */
    boolean isSubmitted() {
        try {
            return work.files
                    .pending()
                    .newest()
                    .filter(key -> key.facts().keyOrder() == state.keyOrder)
                    .filter(key -> key.facts().submitted() && state.requestId != null)
                    .isPresent();
        } catch (IOException e) {
            return false;
        }
    }
}
