package dev.perennial.agent.identity;

import dev.perennial.agent.identity.IdentitySlots.Pending;
import dev.perennial.agent.key.BoundKey;
import dev.perennial.agent.key.KeyMaker;
import dev.perennial.agent.server.ServerApi;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.Step;
import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.RecoveryJson;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * Gets an identity in the place of one that has expired, by the bound key and without a client certificate. Only by a
 * clock that the server has just told: one that has jumped here must not give an identity up.
 */
final class IdentityRecovery {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final String ENROL = "; enrol this host anew (perennial enroll)";

    private final IdentitySlots slots;
    private final BoundKeys boundKeys;
    private final ServerAccess access;
    private final SecureRandom random;

    IdentityRecovery(IdentitySlots slots, BoundKeys boundKeys, ServerAccess access, SecureRandom random) {
        this.slots = slots;
        this.boundKeys = boundKeys;
        this.access = access;
        this.random = random;
    }

    /** Whether the identity in use has expired; where either clock says so the server's is asked for anew. */
    boolean isDue(Instant now) throws ServerException, IOException {
        Instant end = access.identity().notAfter();
        if (now.isBefore(end) && access.serverClock().now().isBefore(end)) {
            return false;
        }
        try {
            // Any answer will do: it tells the time.
            access.refreshRoots();
        } catch (ServerException e) {
            throw e.saying("by a clock it expired " + end + ", and the server cannot be asked: " + e.getMessage());
        }
        return access.serverClock().isKnown() && !access.serverClock().now().isBefore(end);
    }

    /** Puts a good identity in the place of the expired one. */
    void recover() throws ServerException, IOException {
        Identity expired = access.identity();
        Optional<Identity> other = slots.other();
        if (other.isPresent() && isGood(other.get())) {
            // What a crash left, or the one before, which the server still knows: the other way leads nowhere.
            slots.markRefused(expired.slot());
            use(other.get().slot());
            return;
        }
        BoundKey key = boundKeys
                .existing()
                .orElseThrow(() -> new IOException(
                        "the identity expired " + expired.notAfter() + " and there is no bound key" + ENROL));
        Pending pending = slots.prepare(new KeyMaker(random), expired.record().name());
        Step.R1.done();
        AgentConnectorJson answer = ask(expired, pending, key);
        Step.R2_ANSWERED.done();
        AgentConnectorJson.Status status = answer.status();
        if (status == null || status.identity() == null) {
            throw new IOException("the server answered without an identity");
        }
        Instant now = access.serverClock().now();
        slots.complete(pending, status.identity(), expired.record().recovered(status.renewalTime(), now));
        Step.R2.done();
        use(pending.slot());
        Step.R3.done();
        LOG.warning("the agent's identity had expired " + expired.notAfter() + " and was recovered by the bound key");
    }

    private AgentConnectorJson ask(Identity expired, Pending pending, BoundKey key)
            throws ServerException, IOException {
        String agentId = expired.record().connectorId();
        try {
            ServerApi api = access.anonymous();
            RecoveryJson.Status nonce = api.recoveryNonce(agentId);
            return api.recover(agentId, BoundKeys.recovery(agentId, nonce.nonce(), pending.pkcs10(), key));
        } catch (ServerException e) {
            throw expired(expired.notAfter(), e);
        }
    }

    /** With what the failure means for the agent, since nothing else of it works meanwhile. */
    private static ServerException expired(Instant end, ServerException e) {
        String what = "it expired " + end + " and is not recovered: ";
        if (e.is("unauthenticated") || e.is("notFound") || e.is("methodNotAllowed")) {
            return e.saying(what + "the server does not take the bound key" + ENROL + ": " + e.getMessage());
        }
        if (e.is("conflict")) {
            return e.saying(what + "the server knows another identity of this agent that is in its time. If it is on"
                    + " no other host, wait until it ends, or" + ENROL.substring(1) + ": " + e.getMessage());
        }
        return e.saying(what + e.getMessage());
    }

    private boolean isGood(Identity other) {
        return !slots.isRefused(other.slot()) && access.serverClock().now().isBefore(other.notAfter());
    }

    private void use(String slot) throws IOException {
        slots.use(slot);
        access.forget();
    }
}
