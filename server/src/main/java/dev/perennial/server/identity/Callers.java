package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Event;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.CallerStore.Registered;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The entry to who asks. A credential is judged by what is registered under its own SHA-256: neither a subject nor an
 * issuer opens anything. What was found is remembered until {@link #forget}, which every change of agents calls for on
 * every server; validity is judged at each use. Thread-safe.
 */
public final class Callers {
    /** More than this many different credentials in memory: the memory is emptied, not grown. */
    private static final int REMEMBERED = 20_000;

    private final Database database;
    private final CallerStore store;
    private final Events events;
    private final InstantSource clock;
    private final BooleanSupplier hearsOfChanges;
    private final Map<ByteBuffer, Registered> certificates = new ConcurrentHashMap<>();
    private final Map<ByteBuffer, Boolean> tokens = new ConcurrentHashMap<>();

    /** Counts {@link #forget}: what was read before one may be old and is not remembered after it. */
    private final AtomicLong epoch = new AtomicLong();

    /** @param hearsOfChanges whether changes made by other servers are heard of now: else nothing is remembered */
    public Callers(Database database, Events events, InstantSource clock, BooleanSupplier hearsOfChanges) {
        this.database = database;
        this.store = new CallerStore(database);
        this.events = events;
        this.clock = clock;
        this.hearsOfChanges = hearsOfChanges;
    }

    /** Makes that token the bootstrap administrator's, in the transaction of the schema. */
    public static Future<Void> setBootstrap(Database database, SqlConnection tx, String token) {
        return new CallerStore(database).setBootstrap(tx, digest(token));
    }

    /** Who presents that bearer token; unauthenticated where it is nobody's. */
    public Future<Caller> byToken(String token) {
        byte[] sha256 = digest(token);
        if (tokens.containsKey(ByteBuffer.wrap(sha256))) {
            return Future.succeededFuture(Caller.administrator());
        }
        long before = epoch.get();
        return store.isBootstrap(sha256).map(known -> {
            if (!known) {
                throw ProblemException.of(ProblemType.UNAUTHENTICATED, "the bearer token is not known here");
            }
            remember(tokens, sha256, Boolean.TRUE, before);
            return Caller.administrator();
        });
    }

    /** Who presents the client certificate of that SHA-256; unauthenticated unless it itself is registered and good. */
    public Future<Caller> byCertificate(byte[] sha256) {
        Registered known = certificates.get(ByteBuffer.wrap(sha256));
        if (known != null) {
            return Future.succeededFuture(judged(known));
        }
        long before = epoch.get();
        return store.certificate(sha256).compose(found -> {
            Registered registered = found.orElseThrow(() -> ProblemException.of(
                    ProblemType.UNAUTHENTICATED,
                    "the client certificate is not registered here; enrol, or send a bearer token"));
            Caller caller = judged(registered);
            if ("next".equals(registered.state())) {
                return promote(registered, sha256).map(caller);
            }
            remember(certificates, sha256, registered, before);
            return Future.succeededFuture(caller);
        });
    }

    /** The agents in service among those ids, with the grants of now: who is retired is not in the answer. */
    public Future<Map<String, Caller>> agents(SqlConnection tx, Collection<String> ids) {
        return store.agents(tx, ids.toArray(String[]::new))
                .map(callers -> callers.stream().collect(Collectors.toMap(Caller::id, Function.identity())));
    }

    /** Drops everything remembered: what is registered may have changed. */
    public void forget() {
        epoch.incrementAndGet();
        certificates.clear();
        tokens.clear();
    }

    /** Told as an event, so that every server forgets the identity before. */
    private Future<Void> promote(Registered registered, byte[] sha256) {
        String agentId = registered.agentId();
        return database.inTransaction(tx -> store.promote(tx, agentId, sha256)
                        .compose(done -> events.append(
                                tx,
                                clock.instant(),
                                registered.orgId(),
                                Event.Kind.AGENT_CONNECTOR,
                                agentId,
                                Event.Change.MODIFIED,
                                "active")))
                .map(position -> {
                    forget();
                    return null;
                });
    }

    private Caller judged(Registered registered) {
        if (registered.retired()) {
            throw ProblemException.of(ProblemType.RETIRED, "the agent was retired; enrol it anew if that was wrong");
        }
        if ("superseded".equals(registered.state())) {
            throw ProblemException.of(
                    ProblemType.UNAUTHENTICATED,
                    "the client certificate was replaced by a newer one of the same agent");
        }
        if (clock.instant().isBefore(registered.notBefore()) || clock.instant().isAfter(registered.notAfter())) {
            throw ProblemException.of(
                    ProblemType.UNAUTHENTICATED, "the client certificate is not in its time of validity; enrol again");
        }
        return Caller.agent(registered.agentId(), registered.orgId(), registered.grants());
    }

    private <V> void remember(Map<ByteBuffer, V> memory, byte[] sha256, V value, long before) {
        if (epoch.get() != before || !hearsOfChanges.getAsBoolean()) {
            return;
        }
        if (memory.size() >= REMEMBERED) {
            memory.clear();
        }
        memory.put(ByteBuffer.wrap(sha256), value);
        if (epoch.get() != before) {
            // Forgotten between the question and the answer, on another event loop.
            memory.remove(ByteBuffer.wrap(sha256));
        }
    }

    private static byte[] digest(String token) {
        return Digests.sha256(token.getBytes(StandardCharsets.UTF_8));
    }
}
