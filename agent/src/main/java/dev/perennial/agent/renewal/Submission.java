package dev.perennial.agent.renewal;

import dev.perennial.agent.key.KeyMaker;
import dev.perennial.agent.renewal.PendingKeys.PendingKey;
import dev.perennial.agent.server.ServerApi.Tagged;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.Step;
import dev.perennial.model.SigningRequestJson;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/** Steps S2 to S4: a key that is safe on disk, and its PKCS#10 at the server, whose answer may get lost. */
final class Submission {
    private static final SigningRequestJson.Spec NEW =
            new SigningRequestJson.Spec(null, null, true, null, null, null, null, null, null);

    private final Work work;
    private final CertificateState state;
    private final PendingKeys pending;
    private final Installation installation;

    Submission(Work work, Installation installation) {
        this.work = work;
        this.state = work.state;
        this.pending = work.files.pending();
        this.installation = installation;
    }

    /** Makes the key that is wanted, where there is none yet, and sends its PKCS#10 until the server has it. */
    Tagged submitNewKey() throws ServerException, IOException {
        installation.preflight().check();
        if (!work.access.serverClock().isKnown()) {
            work.access.refreshRoots();
        }
        if (work.clockIsOff()) {
            throw new IOException(
                    "the clock is off by " + work.access.serverClock().skew().negated() + " against the server's");
        }
        Step.S2.done();
        PendingKey key = wantedKey();
        Tagged answer;
        try {
            answer = send(pending.pkcs10(key.number()), key.facts().publicKeyMd5());
        } catch (ServerException e) {
            if (!e.is("keyNotRotated")) {
                throw e;
            }
            work.log(Level.WARNING, "the server wants another key");
            pending.discardAll();
            key = wantedKey();
            answer = send(pending.pkcs10(key.number()), key.facts().publicKeyMd5());
        }
        Step.S4_ANSWERED.done();
        pending.markSubmitted(key, true);
        accepted(answer);
        return answer;
    }

    /** Sends the live certificate's PKCS#10 once more, to a server that has forgotten the request or our last key. */
    Tagged submitLive(String pkcs10) throws ServerException, IOException {
        installation.preflight().check();
        Tagged answer = send(pkcs10, null);
        accepted(answer);
        return answer;
    }

    /** The pending key that answers the newest order; one for an older order is superseded here. */
    private PendingKey wantedKey() throws IOException {
        Optional<PendingKey> newest = pending.newest();
        if (newest.isPresent() && newest.get().facts().keyOrder() == state.keyOrder) {
            return newest.get();
        }
        pending.discardAll();
        KeyMaker keys = new KeyMaker(work.random);
        PendingKey made = pending.store(keys.forServer(work.config.keyType(), work.config.dnsNames()), state.keyOrder);
        Step.S3.done();
        return made;
    }

    private void accepted(Tagged answer) throws IOException {
        state.requestId = answer.id();
        state.etag = null;
        state.submittedAt = work.now();
        work.save();
        Step.S4.done();
    }

    /** PUT where the server has our request, else POST; an answer that was lost is found again by the duplicate. */
    private Tagged send(String pkcs10, @Nullable String publicKeyMd5) throws ServerException, IOException {
        String id = state.requestId;
        try {
            if (id == null) {
                SigningRequestJson.Spec spec = spec(pkcs10, publicKeyMd5, null);
                return work.access.call(api -> api.submit(spec));
            }
            SigningRequestJson.Spec spec =
                    spec(pkcs10, publicKeyMd5, fetch(id).request().spec());
            return work.access.call(api -> api.replace(id, spec));
        } catch (ServerException e) {
            String existing = e.existingId();
            if (e.is("duplicate") && existing != null) {
                return fetch(existing);
            }
            if (e.is("unknown") && id != null) {
                state.requestId = null;
                work.save();
                return send(pkcs10, publicKeyMd5);
            }
            throw e;
        }
    }

    /** What an administrator has set on the request stays as it is. */
    private SigningRequestJson.Spec spec(
            String pkcs10, @Nullable String publicKeyMd5, SigningRequestJson.@Nullable Spec before) throws IOException {
        SigningRequestJson.Spec kept = before == null ? NEW : before;
        return new SigningRequestJson.Spec(
                work.access.identity().record().orgId(),
                pkcs10,
                kept.autoRenew(),
                null,
                null,
                publicKeyMd5,
                kept.targetIssuer(),
                kept.uid(),
                kept.usages());
    }

    private Tagged fetch(String id) throws ServerException, IOException {
        return work.access
                .call(api -> api.fetch(id, null, Duration.ZERO))
                .orElseThrow(() -> new IOException("the server answered 304 without being asked"));
    }
}
