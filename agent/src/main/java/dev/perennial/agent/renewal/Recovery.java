package dev.perennial.agent.renewal;

import dev.perennial.agent.install.DamagedGenerationException;
import dev.perennial.agent.install.Manifest;
import dev.perennial.agent.renewal.CertificateState.InstallPhase;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;

/**
 * Brings state and published directory together: after a crash, after power loss, after somebody's hand. It decides only
 * what the installation then does, so that recovery is the same code as progress.
 */
final class Recovery {
    private final Work work;
    private final CertificateState state;

    Recovery(Work work) {
        this.work = work;
        this.state = work.state;
    }

    void run() throws IOException {
        if (state.install == InstallPhase.READY || state.install == InstallPhase.FLIPPING) {
            return;
        }
        int live = work.published.live();
        if (live == 0 && state.live == 0) {
            adopt(0);
            return;
        }
        try {
            Manifest manifest = work.published.verify(live == 0 ? state.live : live);
            if (live == 0 || live != state.live) {
                // The link is gone, or was flipped by a run whose state is lost: consumers may not know.
                plan(manifest);
                return;
            }
            noteDrift(foreign());
            adopt(live);
        } catch (DamagedGenerationException e) {
            if (live != 0 && live == state.live && work.published.isPair(live)) {
                noteDrift(String.valueOf(e.getMessage()));
            } else {
                fallBack(live == 0 ? state.live : live, String.valueOf(e.getMessage()));
            }
        }
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
        state.alarm = "generation " + damaged + " is damaged: " + what;
        state.etag = null;
        work.log(Level.SEVERE, state.alarm);
        for (int number : work.published.generations()) {
            Optional<Manifest> whole = number == damaged ? Optional.empty() : whole(number);
            if (whole.isPresent()) {
                if (!whole.get().publicKeySha256().equals(state.livePublicKey)) {
                    state.orderKey("the live key was damaged on disk");
                }
                state.alarm += "; generation " + number + " is live again";
                plan(whole.get());
                return;
            }
        }
        if (state.live != 0) {
            state.live = 0;
            state.liveSha256 = null;
            state.livePublicKey = null;
            state.install = InstallPhase.NONE;
            state.orderKey("the live key was damaged on disk");
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

    private String foreign() {
        List<String> foreign = work.published.foreign();
        return foreign.isEmpty() ? "" : "in " + work.published.path() + " somebody replaced " + foreign;
    }

    private void noteDrift(String found) throws IOException {
        String drift = found.isEmpty() ? null : found;
        if (drift == null ? state.drift == null : drift.equals(state.drift)) {
            return;
        }
        state.drift = drift;
        if (drift != null) {
            work.log(Level.WARNING, "drift: " + drift + "; nothing is replaced until 'perennial renew' says so");
        }
        work.save();
    }
}
