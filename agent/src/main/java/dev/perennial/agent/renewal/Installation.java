package dev.perennial.agent.renewal;

import dev.perennial.agent.install.DamagedGenerationException;
import dev.perennial.agent.install.Manifest;
import dev.perennial.agent.install.Preflight;
import dev.perennial.agent.renewal.CertificateState.InstallPhase;
import dev.perennial.agent.renewal.Verification.Candidate;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.Step;
import dev.perennial.agent.x509.IssuedChain;
import dev.perennial.model.ReportJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;

/** Steps S6 to S17: from a certificate in memory to a live pair that the server knows of. */
final class Installation {
    private final Work work;
    private final CertificateState state;
    private final Verification verification;

    Installation(Work work) {
        this.work = work;
        this.state = work.state;
        this.verification = new Verification(work);
    }

    Preflight preflight() {
        return new Preflight(work.published, work.files.directory(), work.config.deploy());
    }

    /** Verifies, writes a whole generation, and remembers it as the next to go live. */
    void take(Candidate candidate) throws IOException {
        preflight().check();
        Step.S2.done();
        IssuedChain chain = verification.of(candidate);
        Step.S6.done();
        int number = 1 + work.published.generations().stream().findFirst().orElse(0);
        work.published.write(Math.max(number, state.live + 1), candidate.keyPem(), chain, candidate.reason());
        state.target = Math.max(number, state.live + 1);
        state.targetPending = candidate.pending();
        state.install = InstallPhase.READY;
        state.rejected = null;
        work.save();
        Step.S9.done();
    }

    /** Goes on with what is on disk, as far as it goes now; repeated, it does nothing twice that matters. */
    void flip() throws IOException {
        if (state.install == InstallPhase.READY) {
            try {
                Manifest manifest = work.published.verify(state.target);
                if (work.now().isBefore(manifest.notBefore())) {
                    return;
                }
            } catch (DamagedGenerationException e) {
                work.log(Level.WARNING, "generation " + state.target + " was not whole and is made again");
                work.published.delete(state.target);
                dropTarget();
                return;
            }
            state.previous = state.live;
            state.install = InstallPhase.FLIPPING;
            work.save();
            Step.S11.done();
        }
        if (state.install == InstallPhase.FLIPPING) {
            Manifest manifest;
            try {
                manifest = work.published.verify(state.target);
            } catch (DamagedGenerationException e) {
                // Whatever the link says now, recovery finds a generation that is whole.
                dropTarget();
                return;
            }
            work.published.flip(state.target);
            Step.S12.done();
            nowLive(manifest);
            work.save();
            Step.S13.done();
            work.log(Level.INFO, "generation " + state.live + " is live, valid until " + manifest.notAfter());
        }
    }

    private void dropTarget() throws IOException {
        state.target = 0;
        // The commands of the live generation may not all have succeeded when the next was made ready.
        state.install = state.live == 0 ? InstallPhase.NONE : InstallPhase.DEPLOY_PENDING;
        state.etag = null;
        work.save();
    }

    /** Runs the commands that have not yet succeeded for the live generation; one that fails does not stop the next. */
    void deploy() throws IOException {
        Manifest manifest =
                work.published.manifest(state.live).orElseThrow(() -> new IOException("no live generation"));
        IOException failure = null;
        List<List<String>> hooks = work.config.deploy();
        for (int place = 0; place < hooks.size(); place++) {
            String id = place + ":" + String.join("\u0000", hooks.get(place));
            if (state.hooksDone.contains(id)) {
                continue;
            }
            try {
                work.hooks.run(hooks.get(place), environment(manifest), work.files.hookOutput(place));
                state.hooksDone.add(id);
                work.save();
                Step.S14_FIRST.done();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        state.install = InstallPhase.NONE;
        work.save();
        Step.S14.done();
    }

    /** Tells the server that the live certificate is in place. */
    void report() throws IOException, ServerException {
        String sha256 = state.liveSha256;
        if (sha256 == null) {
            return;
        }
        String connector = work.access.identity().record().connectorId();
        work.access.call(api -> {
            api.report(connector, new ReportJson.Spec(sha256, true, null));
            return sha256;
        });
        state.reported = sha256;
        work.save();
        Step.S16.done();
    }

    /** Lets go of what is no longer needed once the server knows of the live certificate. */
    void tidy() throws IOException {
        if (!state.needsKey()) {
            work.files.pending().discardAll();
        }
        work.published.prune(state.live, state.previous, state.dropOlder);
        if (state.dropOlder) {
            state.dropOlder = false;
            work.save();
        }
        Step.S17.done();
    }

    private void nowLive(Manifest manifest) throws IOException {
        if (state.targetPending != 0) {
            PendingKeys pending = work.files.pending();
            state.pkcs10 = pending.pkcs10(state.targetPending);
            state.keyOrderDone =
                    pending.newest().map(newest -> newest.facts().keyOrder()).orElse(state.keyOrderDone);
            state.dropOlder = state.keyReason.contains("keyCompromise");
        }
        state.live = state.target;
        state.liveSha256 = manifest.certificateSha256();
        state.livePublicKey = manifest.publicKeySha256();
        state.target = 0;
        state.targetPending = 0;
        state.hooksDone = new ArrayList<>();
        state.renewalTime = null;
        state.etag = null;
        state.waiting = null;
        state.waitingForPerson = false;
        state.drift = null;
        // What failed for the generation before says nothing about this one.
        state.troubles.remove(Activity.HOOKS);
        state.troubles.remove(Activity.REISSUE);
        state.install = InstallPhase.DEPLOY_PENDING;
    }

    private Map<String, String> environment(Manifest manifest) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CERT_DIR", work.published.path().toString());
        environment.put("CERT_GEN", work.published.generation(state.live).toString());
        environment.put("CERT_NAME", work.config.name());
        environment.put("CERT_SERIAL", manifest.serial());
        environment.put("CERT_SPKI", manifest.publicKeySha256());
        environment.put("CERT_REASON", manifest.reason());
        return environment;
    }
}
