package dev.perennial.agent.identity;

import dev.perennial.agent.identity.IdentitySlots.Pending;
import dev.perennial.agent.key.KeyMaker;
import dev.perennial.agent.server.PinnedRoot;
import dev.perennial.agent.server.ServerApi;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.SchemaException;
import dev.perennial.agent.state.StateDirectory;
import dev.perennial.agent.state.Step;
import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.RootCertificatesJson;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The first contact. The key is on disk before the token is sent, and the token is sent only to a server that was
 * verified with the pinned root. Interrupted anywhere, the same command goes on: the server answers a spent token again
 * to the same key.
 */
public final class Enrolment {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final StateDirectory state;
    private final IdentitySlots slots;
    private final TrustedRoots trust;
    private final BoundKeys boundKeys;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Executor executor;

    public Enrolment(StateDirectory state, SecureRandom random, InstantSource clock, Executor executor) {
        this.state = state;
        this.slots = new IdentitySlots(state.identity());
        this.trust = new TrustedRoots(state.trust());
        this.boundKeys = new BoundKeys(state.identity(), random);
        this.random = random;
        this.clock = clock;
        this.executor = executor;
    }

    /** The identity that is in use already and still good for this server. */
    public Optional<Identity> existing(URI server) throws IOException {
        if (state.read().retired()) {
            return Optional.empty();
        }
        return slots.current()
                .filter(identity -> identity.record().server().equals(server))
                .filter(identity -> identity.notAfter().isAfter(clock.instant()));
    }

    /** @param pin hex of the SHA-256 of a root's DER */
    public Identity enrol(URI server, String token, String pin, String name) throws ServerException, IOException {
        X509Certificate root = PinnedRoot.fetch(server, pin);
        ServerApi api = new ServerApi(server, List.of(root), null, executor, DEADLINE, new ServerClock(clock));
        RootCertificatesJson published = api.rootCertificates();
        Optional<Identity> grown = slots.other().filter(other -> isUnused(other, server));
        String slot = grown.isPresent() ? grown.get().slot() : ask(api, server, token, name);
        // Only now: an enrolment elsewhere that this one would replace works until here.
        trust.begin(root, published);
        trust.pin(pin);
        return use(slot);
    }

    /** Gets a new identity into its slot. */
    private String ask(ServerApi api, URI server, String token, String name) throws ServerException, IOException {
        Pending pending = slots.prepare(new KeyMaker(random), name);
        Step.E1.done();
        AgentConnectorJson answer = api.enrol(token, BoundKeys.order(name, pending.pkcs10(), boundKeys.ofEnrolment()));
        Step.E2_ANSWERED.done();
        AgentConnectorJson.Status status = answer.status();
        if (answer.metadata() == null
                || answer.metadata().id() == null
                || answer.spec() == null
                || status == null
                || status.identity() == null) {
            throw new IOException("the server answered without id or identity");
        }
        slots.complete(pending, status.identity(), record(server, name, answer, status));
        Step.E2.done();
        return pending.slot();
    }

    /** Whether it is what a run that was interrupted before its last step has got. */
    private boolean isUnused(Identity other, URI server) {
        try {
            long inUse =
                    slots.current().map(current -> current.record().sequence()).orElse(0L);
            return other.record().server().equals(server)
                    && other.record().sequence() > inUse
                    && other.notAfter().isAfter(clock.instant());
        } catch (IOException e) {
            return false;
        }
    }

    private Identity use(String slot) throws IOException {
        // Before the flip: interrupted in between, the same command comes here again.
        boundKeys.adopt();
        slots.use(slot);
        slots.dropOther();
        state.write(state.read().withRetired(false));
        Step.E3.done();
        return slots.current().orElseThrow(NotEnrolledException::new);
    }

    private IdentityRecord record(URI server, String name, AgentConnectorJson answer, AgentConnectorJson.Status status)
            throws IOException {
        AgentConnectorJson.Spec spec = Objects.requireNonNull(answer.spec());
        return new IdentityRecord(
                SchemaException.CURRENT,
                slots.current().map(old -> old.record().sequence()).orElse(0L) + 1,
                server,
                Objects.requireNonNull(Objects.requireNonNull(answer.metadata()).id()),
                Objects.requireNonNullElse(spec.orgId(), ""),
                Objects.requireNonNullElse(spec.name(), name),
                status.renewalTime(),
                null);
    }
}
