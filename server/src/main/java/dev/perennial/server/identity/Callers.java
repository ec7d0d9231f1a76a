package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.CallerStore.AccountCredential;
import dev.perennial.server.identity.CallerStore.AgentCertificate;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The entry to who asks. A credential is judged by what is registered under its own SHA-256: neither a subject nor an
 * issuer opens anything. What was found is remembered until {@link #forget}, which every change of callers calls for on
 * every server; validity is judged at each use. Thread-safe.
 */
public final class Callers {
    private static final String AGENT = "agent:";
    private static final String ACCOUNT = "account:";

    private final Database database;
    private final CallerStore store;
    private final Events events;
    private final Passwords passwords;
    private final InstantSource clock;
    private final Memory<ByteBuffer, AgentCertificate> agentCertificates;
    private final Memory<ByteBuffer, AccountCredential> accountCertificates;
    private final Memory<ByteBuffer, AccountCredential> tokens;
    private final Memory<ByteBuffer, Boolean> bootstrap;

    /** @param hearsOfChanges whether changes made by other servers are heard of now: else nothing is remembered */
    public Callers(
            Database database,
            Events events,
            Passwords passwords,
            InstantSource clock,
            BooleanSupplier hearsOfChanges) {
        this.database = database;
        this.store = new CallerStore(database);
        this.events = events;
        this.passwords = passwords;
        this.clock = clock;
        this.agentCertificates = new Memory<>(hearsOfChanges);
        this.accountCertificates = new Memory<>(hearsOfChanges);
        this.tokens = new Memory<>(hearsOfChanges);
        this.bootstrap = new Memory<>(hearsOfChanges);
    }

    /** Makes that token the bootstrap administrator's, in the transaction of the schema. */
    public static Future<Void> setBootstrap(Database database, SqlConnection tx, String token) {
        return new CallerStore(database).setBootstrap(tx, digest(token));
    }

    /** Who presents that bearer token; unauthenticated where it is nobody's, or over. */
    public Future<Caller> byToken(String token) {
        byte[] sha256 = digest(token);
        AccountCredential known = tokens.get(ByteBuffer.wrap(sha256));
        if (known != null) {
            return Future.succeededFuture(judged(known, "access token"));
        }
        if (bootstrap.get(ByteBuffer.wrap(sha256)) != null) {
            return Future.succeededFuture(Caller.bootstrap());
        }
        long before = tokens.epoch();
        return store.token(sha256).compose(found -> {
            if (found.isPresent()) {
                tokens.put(ByteBuffer.wrap(sha256), found.get(), before);
                return Future.succeededFuture(judged(found.get(), "access token"));
            }
            return byBootstrapToken(sha256);
        });
    }

    private Future<Caller> byBootstrapToken(byte[] sha256) {
        long before = bootstrap.epoch();
        return store.isBootstrap(sha256).map(known -> {
            if (!known) {
                throw unauthenticated(
                        "the bearer token is not known here: it may have been taken back, or never was good");
            }
            bootstrap.put(ByteBuffer.wrap(sha256), Boolean.TRUE, before);
            return Caller.bootstrap();
        });
    }

    /**
     * Who has that name and password; the same answer, after the same work, for a wrong name and a wrong password.
     *
     * @param user {@code NAME} in the organisation {@code default}, or {@code ORGANISATION/NAME}
     * @param source where the call comes from, which is limited as the name is
     */
    public Future<Caller> byPassword(String user, String password, String source) {
        return passwords.verify(user, password, source);
    }

    /**
     * Who presents the client certificate of that SHA-256; unauthenticated unless it itself is registered and good.
     *
     * @param source where the call comes from, for the audit record, with its id: the first use of a new identity is a
     *     change
     */
    public Future<Caller> byCertificate(byte[] sha256, String source, String httpRequest) {
        AgentCertificate agent = agentCertificates.get(ByteBuffer.wrap(sha256));
        if (agent != null) {
            return Future.succeededFuture(judged(agent));
        }
        AccountCredential account = accountCertificates.get(ByteBuffer.wrap(sha256));
        if (account != null) {
            return Future.succeededFuture(judged(account, "client certificate"));
        }
        long before = agentCertificates.epoch();
        return store.agentCertificate(sha256)
                .compose(found -> found.isPresent()
                        ? byIdentity(found.get(), sha256, before, source, httpRequest)
                        : byAccountCertificate(sha256));
    }

    private Future<Caller> byIdentity(
            AgentCertificate found, byte[] sha256, long before, String source, String httpRequest) {
        Caller caller = judged(found);
        if ("next".equals(found.state())) {
            return promote(caller, sha256, caller.cause(source, httpRequest)).map(caller);
        }
        agentCertificates.put(ByteBuffer.wrap(sha256), found, before);
        return Future.succeededFuture(caller);
    }

    private Future<Caller> byAccountCertificate(byte[] sha256) {
        long before = accountCertificates.epoch();
        return store.accountCertificate(sha256).map(found -> {
            AccountCredential credential = found.orElseThrow(() -> unauthenticated(
                    "the client certificate is not registered here; enrol, register it, or send a bearer token"));
            accountCertificates.put(ByteBuffer.wrap(sha256), credential, before);
            return judged(credential, "client certificate");
        });
    }

    /** The callers of those names who are in service, with the grants of now: who is disabled is not in the answer. */
    public Future<Map<String, Caller>> named(SqlConnection tx, Collection<String> names) {
        Map<String, Caller> callers = new HashMap<>();
        Caller administrator = Caller.bootstrap();
        callers.put(administrator.name(), administrator);
        return store.agents(tx, ids(names, AGENT))
                .compose(agents -> {
                    callers.putAll(agents);
                    return store.accounts(tx, ids(names, ACCOUNT));
                })
                .map(accounts -> {
                    callers.putAll(accounts);
                    return callers;
                });
    }

    private static String[] ids(Collection<String> names, String kind) {
        return names.stream()
                .filter(name -> name.startsWith(kind))
                .map(name -> name.substring(kind.length()))
                .distinct()
                .toArray(String[]::new);
    }

    /** Drops everything remembered: what is registered may have changed. */
    public void forget() {
        agentCertificates.forget();
        accountCertificates.forget();
        tokens.forget();
        bootstrap.forget();
        passwords.forget();
    }

    /** Told as an event, so that every server forgets the identity before. */
    private Future<Void> promote(Caller agent, byte[] sha256, Cause cause) {
        String orgId = String.valueOf(agent.orgId());
        Instant now = clock.instant();
        return database.inTransaction(tx -> store.promote(tx, agent.id(), sha256)
                        .compose(done -> events.done(
                                tx,
                                now,
                                orgId,
                                cause,
                                "use-identity",
                                agent.id(),
                                "the first use of a new identity: the one before is over"))
                        .compose(done -> events.append(
                                tx,
                                now,
                                orgId,
                                Event.Kind.AGENT_CONNECTOR,
                                agent.id(),
                                Event.Change.MODIFIED,
                                "active")))
                .map(position -> {
                    forget();
                    return null;
                });
    }

    private Caller judged(AgentCertificate found) {
        if (found.retired()) {
            throw ProblemException.of(ProblemType.RETIRED, "the agent was retired; enrol it anew if that was wrong")
                    .to(found.caller().name(), found.caller().orgId());
        }
        if ("superseded".equals(found.state())) {
            throw unauthenticated("the client certificate was replaced by a newer one of the same agent");
        }
        requireInTime(found.notBefore(), found.notAfter(), "client certificate");
        return found.caller();
    }

    private Caller judged(AccountCredential found, String what) {
        if (!found.account().enabled()) {
            throw unauthenticated("the account is disabled; ask an administrator");
        }
        if (found.revoked()) {
            throw unauthenticated("the client certificate is revoked");
        }
        requireInTime(found.notBefore(), found.notAfter(), what);
        return found.caller();
    }

    private void requireInTime(Instant notBefore, Instant notAfter, String what) {
        if (clock.instant().isBefore(notBefore) || clock.instant().isAfter(notAfter)) {
            throw unauthenticated("the " + what + " is not in its time of validity");
        }
    }

    private static ProblemException unauthenticated(String detail) {
        return ProblemException.of(ProblemType.UNAUTHENTICATED, detail);
    }

    private static byte[] digest(String token) {
        return Digests.sha256(token.getBytes(StandardCharsets.UTF_8));
    }
}
