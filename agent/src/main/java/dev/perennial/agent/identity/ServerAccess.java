package dev.perennial.agent.identity;

import dev.perennial.agent.server.ServerApi;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.server.TlsIdentity;
import dev.perennial.agent.state.Step;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Calls to the server as the agent's identity. An answer confirms the identity in use; a refusal of one that is not yet
 * confirmed falls back to the one before. Used by the one thread that does the agent's work.
 */
public final class ServerAccess {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    /** One thread does all the work, so this is also how long a person may have to wait for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final IdentitySlots slots;
    private final TrustedRoots trust;
    private final @Nullable URI configured;
    private final Executor executor;
    private final ServerClock serverClock;
    private Duration patience = Duration.ZERO;
    private boolean accepted;
    private @Nullable Session session;

    /** @param configured the server of the configuration; null for the one of the enrolment */
    public ServerAccess(
            IdentitySlots slots, TrustedRoots trust, @Nullable URI configured, Executor executor, InstantSource clock) {
        this.slots = slots;
        this.trust = trust;
        this.configured = configured;
        this.executor = executor;
        this.serverClock = new ServerClock(clock);
    }

    /** One call to the server. */
    public interface Call<T> {
        T on(ServerApi api) throws ServerException;
    }

    private record Session(Identity identity, List<X509Certificate> roots, ServerApi api, boolean alone) {}

    /** Makes the call; where the server does not know an unconfirmed identity, once more as the one before. */
    public <T> T call(Call<T> call) throws ServerException, IOException {
        try {
            T answer = call.on(session().api());
            confirm();
            accepted = true;
            return answer;
        } catch (ServerException e) {
            if (e.is("unauthenticated") && fallBack()) {
                return call.on(session().api());
            }
            throw e;
        }
    }

    public Identity identity() throws IOException {
        return session().identity();
    }

    public List<X509Certificate> roots() throws IOException {
        return session().roots();
    }

    /** The server's clock, by which ours is judged. */
    public ServerClock serverClock() {
        return serverClock;
    }

    /** Whether the server has taken any call of ours since this process began. */
    public boolean isAccepted() {
        return accepted;
    }

    /** What the last answer asked us to wait before we look again; null where it did not. */
    public @Nullable Duration retryAfter() {
        return session == null ? null : session.api().retryAfter();
    }

    /** From here on another pass may wait for verdicts. */
    public void beginPass() {
        patience = PATIENCE;
    }

    /** How long this pass may still wait for verdicts; who asks is taken to wait for that long. */
    public Duration spendPatience() {
        Duration left = patience;
        patience = Duration.ZERO;
        return left;
    }

    /** Asks for the published roots; a newer set is trusted from the next call on. */
    public void refreshRoots() throws ServerException, IOException {
        if (trust.update(session().api().rootCertificates())) {
            forget();
        }
    }

    /** Calls to the same server without a client certificate. */
    ServerApi anonymous() throws IOException {
        Session known = session();
        return api(known.identity(), known.roots(), null);
    }

    /** Identity or roots on disk have changed: the next call reads them again. */
    void forget() {
        session = null;
    }

    private Session session() throws IOException {
        Session known = session;
        if (known == null) {
            Identity identity = slots.current().orElseThrow(NotEnrolledException::new);
            List<X509Certificate> roots = trust.read();
            known = new Session(
                    identity,
                    roots,
                    api(identity, roots, identity.tls()),
                    slots.other().isEmpty());
            session = known;
        }
        return known;
    }

    private ServerApi api(Identity identity, List<X509Certificate> roots, @Nullable TlsIdentity shown) {
        URI server = configured == null ? identity.record().server() : configured;
        return new ServerApi(server, roots, shown, executor, DEADLINE, serverClock);
    }

    private void confirm() throws IOException {
        Session known = session();
        if (!known.alone()) {
            slots.dropOther();
            session = new Session(known.identity(), known.roots(), known.api(), true);
            Step.I4.done();
        }
    }

    private boolean fallBack() throws IOException {
        Optional<Identity> other = slots.other();
        String refused = session().identity().slot();
        if (other.isEmpty() || slots.isRefused(other.get().slot())) {
            return false;
        }
        slots.markRefused(refused);
        slots.use(other.get().slot());
        forget();
        return true;
    }
}
