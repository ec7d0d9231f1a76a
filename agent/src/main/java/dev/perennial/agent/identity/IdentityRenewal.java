package dev.perennial.agent.identity;

import dev.perennial.agent.identity.IdentitySlots.Pending;
import dev.perennial.agent.key.KeyMaker;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.Step;
import dev.perennial.model.AgentConnectorJson;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/** Replaces the agent's identity in two phases: both are usable until the server has accepted the new one. */
public final class IdentityRenewal {
    private final IdentitySlots slots;
    private final ServerAccess access;
    private final SecureRandom random;

    public IdentityRenewal(IdentitySlots slots, ServerAccess access, SecureRandom random) {
        this.slots = slots;
        this.access = access;
        this.random = random;
    }

    /** Renews where it is time; says whether there is a new identity. */
    public boolean advance(Instant now) throws ServerException, IOException {
        Identity current = access.identity();
        Optional<Identity> other = slots.other();
        if (other.isPresent()) {
            return resume(current, other.get());
        }
        if (now.isBefore(current.renewalTime())) {
            return false;
        }
        Pending pending = slots.prepare(new KeyMaker(random), current.record().name());
        Step.I1.done();
        AgentConnectorJson answer = access.call(api -> api.renewIdentity(
                current.record().connectorId(), new AgentConnectorJson.Spec(null, null, pending.pkcs10(), null)));
        Step.I2_ANSWERED.done();
        AgentConnectorJson.Status status = answer.status();
        if (status == null || status.identity() == null) {
            throw new IOException("the server answered without an identity");
        }
        slots.complete(pending, status.identity(), current.record().next(status.renewalTime()));
        Step.I2.done();
        use(pending.slot());
        return true;
    }

    /** A newer identity that is whole but not in use is what a crash left between the two. */
    private boolean resume(Identity current, Identity other) throws IOException {
        boolean newer = other.record().sequence() > current.record().sequence();
        if (!newer || slots.isRefused(other.slot())) {
            return false;
        }
        use(other.slot());
        return true;
    }

    private void use(String slot) throws IOException {
        slots.use(slot);
        access.forget();
        Step.I3.done();
    }
}
