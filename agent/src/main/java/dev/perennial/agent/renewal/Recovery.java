package dev.perennial.agent.renewal;

import dev.perennial.agent.install.DamagedGenerationException;
import dev.perennial.agent.install.Manifest;
import dev.perennial.agent.renewal.CertificateState.InstallPhase;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;

/**
 * Brings state and published directory together: after a crash, after power loss, after somebody's hand. It decides only
 * what the installation then does, so that recovery is the same code as progress.
 */
final class Recovery {
    private final Work work;
    private final CertificateState state;
    private final Drift drift;

    Recovery(Work work) {
        this.work = work;
        this.state = work.state;
        this.drift = new Drift(work);
    }

    void run() throws IOException {
        String directory = work.published.path().toString();
        if (!directory.equals(state.directory)) {
            state.moveTo(directory);
            work.save();
        }
        int live = work.published.live();
        if (state.install == InstallPhase.FLIPPING && live == state.target && !work.published.isIntact(live)) {
            // Flipped, and damaged by what ended the run then: it is live all the same, as any other that is damaged.
            state.live = live;
            state.liveSha256 = null;
            state.target = 0;
            state.install = InstallPhase.NONE;
            work.save();
        }
        noteDrift(drift.find(live));
        if (state.drift != null || state.install == InstallPhase.READY || state.install == InstallPhase.FLIPPING) {
            return;
        }
        if (live == 0 && state.live == 0) {
            adopt(0);
            return;
        }
        try {
            Manifest manifest = work.published.verify(live == 0 ? state.live : live);
            if (live != state.live) {
                // The link is gone, or was flipped by a run whose state is lost: consumers may not know.
                plan(manifest);
                return;
            }
            noteAlarm(work.published.changedModes(manifest));
            adopt(live);
        } catch (DamagedGenerationException e) {
            fallBack(live == 0 ? state.live : live, String.valueOf(e.getMessage()));
        }
    }

    /** A person says that what was found in place of ours may be replaced. */
    void takeOver() throws IOException {
        if (state.drift == null) {
            return;
        }
        int whole = work.published.isPair(state.live) ? state.live : work.published.live();
        if (whole != 0) {
            work.published.reclaim(whole);
        }
        if (state.live != 0 && !work.published.isIntact(state.live)) {
            state.orderKey("another pair was found in place of ours");
        }
        state.drift = null;
        work.save();
    }

    /** A whole generation that is newer than the live one was finished by a run that could not say so. */
    private void adopt(int live) throws IOException {
        if (state.install != InstallPhase.NONE) {
            return;
        }
        List<Integer> generations = work.published.generations();
        if (generations.isEmpty() || generations.get(0) <= live) {
            return;
        }
        int newest = generations.get(0);
        try {
            Manifest manifest = work.published.verify(newest);
            state.target = newest;
            state.targetPending = pendingFor(manifest);
            state.install = InstallPhase.READY;
            work.save();
        } catch (DamagedGenerationException e) {
            work.published.delete(newest);
        }
    }

    private void plan(Manifest manifest) throws IOException {
        state.target = manifest.generation();
        state.targetPending = pendingFor(manifest);
        state.install = InstallPhase.FLIPPING;
        work.save();
    }

    private void fallBack(int damaged, String what) throws IOException {
        String found = "generation " + damaged + " is damaged: " + what;
        state.etag = null;
        for (int number : work.published.generations()) {
            Optional<Manifest> whole = number == damaged ? Optional.empty() : whole(number);
            if (whole.isPresent()) {
                if (!whole.get().publicKeySha256().equals(state.livePublicKey)) {
                    state.orderKey("the live key was damaged on disk");
                }
                alarm(found + "; generation " + number + " is live again");
                plan(whole.get());
                return;
            }
        }
        alarm(found);
        if (state.live != 0) {
            state.liveSha256 = null;
            state.install = InstallPhase.NONE;
            if (!work.published.hasKey(damaged)) {
                state.live = 0;
                state.livePublicKey = null;
                state.orderKey("the live key was damaged on disk");
            }
        }
        work.save();
    }

    private Optional<Manifest> whole(int number) {
        try {
            return Optional.of(work.published.verify(number));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private int pendingFor(Manifest manifest) throws IOException {
        return work.files
                .pending()
                .newest()
                .filter(pending -> pending.facts().publicKeySha256().equals(manifest.publicKeySha256()))
                .map(PendingKeys.PendingKey::number)
                .orElse(0);
    }

    private void noteDrift(String found) throws IOException {
        String now = found.isEmpty() ? null : found;
        if (Objects.equals(now, state.drift)) {
            return;
        }
        state.drift = now;
        if (now != null) {
            work.log(Level.WARNING, "drift: " + now + "; nothing is replaced until 'perennial renew' says so");
        }
        work.save();
    }

    /** Modes that somebody changed stop nothing: the next generation has the right ones. */
    private void noteAlarm(List<String> modes) throws IOException {
        if (!modes.isEmpty()) {
            alarm("drift: " + String.join(", ", modes));
        } else if (state.alarm != null && isWell()) {
            state.alarm = null;
            work.save();
        }
    }

    private void alarm(String what) throws IOException {
        if (!what.equals(state.alarm)) {
            state.alarm = what;
            work.log(Level.SEVERE, what);
            work.save();
        }
    }

    private boolean isWell() {
        return state.install == InstallPhase.NONE
                && state.troubles.isEmpty()
                && !state.needsKey()
                && state.liveSha256 != null
                && state.liveSha256.equals(state.reported);
    }
}
