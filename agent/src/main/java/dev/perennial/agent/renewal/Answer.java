package dev.perennial.agent.renewal;

import dev.perennial.agent.renewal.CertificateState.InstallPhase;
import dev.perennial.agent.renewal.CertificateState.PlannedRotation;
import dev.perennial.agent.renewal.PendingKeys.PendingKey;
import dev.perennial.agent.renewal.Verification.Candidate;
import dev.perennial.agent.server.ServerApi.Tagged;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.model.CertificateJson;
import dev.perennial.model.RequestState;
import dev.perennial.model.SigningRequestJson;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an answer about our request means for this host: a certificate to take, a signal to rotate, or waiting. */
final class Answer {
    /** A PKCS#10 that the server has lost is sent once more; after that it was taken away on purpose. */
    private static final int SUBMISSIONS = 2;

    private final Work work;
    private final CertificateState state;
    private final SigningRequestJson.Status status;
    private final Tagged tagged;
    private final @Nullable PendingKey pending;
    private @Nullable String foreign;

    Answer(Work work, Tagged tagged) throws IOException {
        this.work = work;
        this.state = work.state;
        this.tagged = tagged;
        this.status = Objects.requireNonNull(tagged.request().status());
        this.pending = work.files
                .pending()
                .newest()
                .filter(key -> state.needsKey()
                        && key.facts().keyOrder() == state.keyOrder
                        && key.facts().submitted())
                .orElse(null);
    }

    /** Notes what it says and gives the certificate that should be installed, if there is a new one. */
    Optional<Candidate> note(Duration rotationSpread) throws IOException {
        noteRotation(rotationSpread);
        state.autoRenew = status.autoRenew();
        CertificateJson newest = newest();
        Optional<Candidate> candidate = newest == null ? Optional.empty() : candidate(newest);
        boolean isForPending = candidate.isPresent() && candidate.get().pending() != 0;
        if (pending != null && !isForPending && !isTarget(pending)) {
            noteProgress(pending);
        }
        if (isForPending) {
            work.clear(Activity.SUBMISSION);
        }
        return candidate;
    }

    /**
     * The newest certificate where it is for a key that this host does not have, by its SHA-256: the server has gone back
     * behind our last rotation.
     */
    @Nullable
    String foreign() {
        return foreign;
    }

    private boolean isTarget(PendingKey key) {
        return state.install != InstallPhase.NONE && state.targetPending == key.number();
    }

    private void noteRotation(Duration spread) throws IOException {
        SigningRequestJson.Rotation signal = status.rotation();
        if (signal == null) {
            state.rotation = null;
            return;
        }
        long known = state.rotation == null ? state.epoch : Math.max(state.epoch, state.rotation.epoch());
        if (signal.epoch() <= known) {
            return;
        }
        Instant now = work.now();
        Duration window = spread;
        if (signal.deadline() != null) {
            window = Work.smaller(window, Work.larger(Duration.ZERO, Duration.between(now, signal.deadline())));
        }
        Instant at = now.plusMillis(work.random.nextLong(window.toMillis() + 1));
        String reason = signal.reason() == null ? "" : ": " + signal.reason();
        state.rotation = new PlannedRotation(signal.epoch(), at, "rotation " + signal.epoch() + reason);
        work.save();
    }

    /** The last certificate, unless it is revoked: that one is never installed. */
    private @Nullable CertificateJson newest() {
        List<CertificateJson> all = status.certificates() == null ? List.of() : status.certificates();
        if (all.isEmpty()) {
            return null;
        }
        CertificateJson last = all.get(all.size() - 1);
        boolean revoked = last.status() != null && last.status().revoked() != null;
        return revoked || last.spec() == null || last.spec().certificate() == null ? null : last;
    }

    private Optional<Candidate> candidate(CertificateJson newest) throws IOException {
        CertificateJson.Spec spec = Objects.requireNonNull(newest.spec());
        String text = Objects.requireNonNull(spec.certificate());
        X509Certificate leaf = parse(text);
        String sha256 = leaf == null ? "" : digest(leaf);
        if (sha256.equals(state.liveSha256)) {
            state.renewalTime = newest.status() == null ? null : newest.status().renewalTime();
            return Optional.empty();
        }
        if (isTarget(sha256)) {
            return Optional.empty();
        }
        String key = leaf == null ? "" : Certificates.spkiSha256(leaf);
        String issuers = spec.ca() == null ? "" : spec.ca();
        if (pending != null && key.equals(pending.facts().publicKeySha256())) {
            String keyPem = work.files.pending().keyPem(pending.number());
            return Optional.of(new Candidate(text, issuers, keyPem, pending.number(), state.keyReason));
        }
        if (state.live != 0 && (pending == null || key.equals(state.livePublicKey))) {
            foreign = key.isEmpty() || key.equals(state.livePublicKey) ? null : sha256;
            String keyPem = work.published.keyPem(state.live);
            return Optional.of(new Candidate(text, issuers, keyPem, 0, "renewal"));
        }
        // Not ours at all: offered for the pending key, so that it is rejected in the one place that does that.
        if (pending != null && !isUnderWay()) {
            String keyPem = work.files.pending().keyPem(pending.number());
            return Optional.of(new Candidate(text, issuers, keyPem, pending.number(), state.keyReason));
        }
        return Optional.empty();
    }

    private boolean isTarget(String sha256) {
        return state.target != 0
                && work.published
                        .manifest(state.target)
                        .filter(manifest -> manifest.certificateSha256().equals(sha256))
                        .isPresent();
    }

    private RequestState deciding() {
        SigningRequestJson.Next next = status.next();
        return next == null ? status.state() : next.state();
    }

    private boolean isUnderWay() {
        return status.next() != null || status.state().isUnderWay();
    }

    private void noteProgress(PendingKey key) throws IOException {
        String reason = status.next() == null ? status.reason() : status.next().reason();
        String why = reason == null ? "" : ": " + reason;
        switch (deciding()) {
            case PENDING -> waitFor("a person to approve request " + tagged.id() + why, true);
            case APPROVED, ISSUING -> waitFor("the signer of request " + tagged.id() + why, false);
            case DENIED -> work.trouble(Activity.SUBMISSION, "request " + tagged.id() + " was denied" + why, null);
            case FAILED -> {
                work.files.pending().markSubmitted(key, false);
                work.trouble(Activity.SUBMISSION, "signing of request " + tagged.id() + " failed" + why, null);
            }
            case ISSUED -> {
                if (key.facts().submissions() < SUBMISSIONS) {
                    work.files.pending().markSubmitted(key, false);
                    work.trouble(Activity.SUBMISSION, "the server does not hold the new PKCS#10; sent again", null);
                } else {
                    work.trouble(
                            Activity.SUBMISSION,
                            "the server dropped the new PKCS#10" + why + "; 'perennial rotate' makes another",
                            null);
                }
            }
            case WITHDRAWN -> {
                state.withdraw();
                work.save();
            }
        }
    }

    private void waitFor(String what, boolean person) throws IOException {
        work.clear(Activity.SUBMISSION);
        String waiting = "waiting for " + what;
        if (!waiting.equals(state.waiting)) {
            state.waiting = waiting;
            state.waitingForPerson = person;
            work.save();
            work.log(java.util.logging.Level.INFO, waiting);
        }
    }

    private static @Nullable X509Certificate parse(String text) {
        try {
            return Certificates.parse(text).get(0);
        } catch (CertificateException e) {
            return null;
        }
    }

    private static String digest(X509Certificate certificate) throws IOException {
        try {
            return Certificates.sha256(certificate);
        } catch (CertificateException e) {
            throw new IOException(e);
        }
    }
}
