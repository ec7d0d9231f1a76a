package dev.perennial.agent.identity;

import dev.perennial.agent.identity.IdentitySlots.Pending;
import dev.perennial.agent.key.KeyMaker;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.Step;
import dev.perennial.model.AgentConnectorJson;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/**
 * Replaces the agent's identity in two phases: both are usable until the server has accepted the new one. One that has
 * expired all the same is recovered.
 */
public final class IdentityRenewal {
    private final IdentitySlots slots;
    private final ServerAccess access;
    private final BoundKeys boundKeys;
    private final IdentityRecovery recovery;
    private final SecureRandom random;

    /** @param identityDirectory where the slots are, and the bound key */
    public IdentityRenewal(Path identityDirectory, IdentitySlots slots, ServerAccess access, SecureRandom random) {
        this.slots = slots;
        this.access = access;
        this.boundKeys = new BoundKeys(identityDirectory, random);
        this.recovery = new IdentityRecovery(slots, boundKeys, access, random);
        this.random = random;
    }

    /** Renews where it is time by a clock that agrees with the server's. */
    public void advance(Instant now) throws ServerException, IOException {
        if (recovery.isDue(now)) {
            recovery.recover();
            return;
        }
        Identity current = access.identity();
        Optional<Identity> other = slots.other();
        if (other.isPresent()) {
            resume(current, other.get());
            return;
        }
        if (now.isBefore(current.renewalTime())) {
            return;
        }
        // Any answer will do: by a clock that has jumped every identity is old.
        access.refreshRoots();
        if (access.serverClock().isOff() || !access.serverClock().isKnown()) {
            throw new IOException("not renewed while the clock does not agree with the server's");
        }
        Pending pending = slots.prepare(new KeyMaker(random), current.record().name());
        // The server may not know the bound key, or know another that was lost: it is told each time.
        AgentConnectorJson.Spec order = BoundKeys.order(null, pending.pkcs10(), boundKeys.current());
        Step.I1.done();
        AgentConnectorJson answer =
                access.call(api -> api.renewIdentity(current.record().connectorId(), order));
        Step.I2_ANSWERED.done();
        AgentConnectorJson.Status status = answer.status();
        if (status == null || status.identity() == null) {
            throw new IOException("the server answered without an identity");
        }
        slots.complete(pending, status.identity(), current.record().next(status.renewalTime()));
        Step.I2.done();
        use(pending.slot());
    }

    /** A newer identity that is whole but not in use is what a crash left between the two. */
    private void resume(Identity current, Identity other) throws IOException {
        boolean newer = other.record().sequence() > current.record().sequence();
        if (newer && !slots.isRefused(other.slot())) {
            use(other.slot());
        }
    }

    private void use(String slot) throws IOException {
        slots.use(slot);
        access.forget();
        Step.I3.done();
    }
}
