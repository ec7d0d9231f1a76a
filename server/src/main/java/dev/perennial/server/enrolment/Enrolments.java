package dev.perennial.server.enrolment;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.enrolment.RecoveryStore.Limit;
import dev.perennial.server.fleet.Agent;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.pkix.KnownModuli;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.MacKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The entry to how agents come in and stay known. */
public final class Enrolments {
    /** For so long a spent token answers the same key again: the answer may have been lost on its way. */
    private static final Duration ANSWERS_AGAIN = Duration.ofMinutes(15);

    /** Of one agent in an hour, or in the time that an identity lasts where that is less. */
    private static final int MOST_RENEWALS = 20;

    private static final Duration HOUR = Duration.ofHours(1);

    /** For so long who comes with an identity that was replaced is told so. */
    private static final Duration TOLD = Duration.ofDays(1);

    private final Database database;
    private final EnrolmentStore store;
    private final RecoveryStore boundKeys;
    private final Identities identities;
    private final Recoveries recoveries;
    private final KnownModuli moduli;
    private final Fleet fleet;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;
    private final Duration per;

    /** @param nonceKey what the nonces of recoveries are known by, on every server of the database */
    public Enrolments(
            Database database,
            Fleet fleet,
            Authorities authorities,
            Issuance issuance,
            KnownModuli moduli,
            Events events,
            Ids ids,
            InstantSource clock,
            Duration identityValidity,
            MacKey nonceKey,
            SecureRandom random) {
        this.database = database;
        this.store = new EnrolmentStore(database);
        this.boundKeys = new RecoveryStore(database);
        this.identities = new Identities(store, authorities, issuance, identityValidity);
        this.recoveries = new Recoveries(database, boundKeys, identities, fleet, events, nonceKey, random, clock);
        this.moduli = moduli;
        this.fleet = fleet;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
        this.per = identityValidity.compareTo(HOUR) < 0 ? identityValidity : HOUR;
    }

    /** How agents come back whose identity has expired. */
    public Recoveries recoveries() {
        return recoveries;
    }

    /**
     * Who asks to be let in, and where and in which HTTP request.
     *
     * @param request the PKCS#10 of its identity, in PEM
     */
    public record Newcomer(
            String name, String request, BoundKey.@Nullable Sent boundKey, String source, String httpRequest) {}

    /**
     * Lets an agent in for a token: the token is spent, the agent and its identity are stored, all at once. What was sent
     * is read once the token is known: reading it costs.
     */
    public Future<Identity> enrol(String secret, Newcomer newcomer) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> store.lockToken(tx, EnrolmentTokens.digest(secret))
                .map(found -> found.orElseThrow(Enrolments::tokenIsNotGood))
                .compose(token -> {
                    Pkcs10 pkcs10 = Pkcs10.parsePem(newcomer.request(), moduli);
                    return store.enrolled(tx, token.id(), pkcs10.spkiSha256(), now.minus(ANSWERS_AGAIN))
                            .compose(again -> again.isPresent()
                                    ? answerAgain(tx, again.get(), pkcs10, now)
                                    : letIn(tx, token, newcomer, pkcs10, now));
                }));
    }

    /**
     * A new identity for an agent; it and the one before are both good until the new one is first used, which has every
     * server ask anew who its callers are. So there is a limit.
     *
     * @param request the PKCS#10, in PEM
     * @param boundKey the key to recover with, from now on; null: as before
     */
    public Future<Identity> renewIdentity(
            Caller caller, Cause cause, String agentId, String request, BoundKey.@Nullable Sent boundKey) {
        Instant now = clock.instant();
        return fleet.get(caller, agentId).compose(agent -> {
            // Who may see an agent, or manage it, may not become it.
            if (caller.kind() != Caller.Kind.AGENT || !caller.id().equals(agentId)) {
                throw ProblemException.of(ProblemType.UNAUTHORIZED, "only the agent itself renews its identity");
            }
            if (agent.retired()) {
                throw ProblemException.of(ProblemType.RETIRED, "the agent was retired");
            }
            Pkcs10 pkcs10 = Pkcs10.parsePem(request, moduli);
            BoundKey bound = boundKey == null ? null : BoundKey.registered(boundKey, pkcs10);
            Issued issued = identities.sign(agentId, pkcs10, now);
            return database.inTransaction(tx -> takeRenewal(tx, agentId)
                    .compose(granted -> bind(tx, agent, cause, bound, now))
                    .compose(done -> identities.next(tx, agent, issued, pkcs10, now))
                    .compose(identity -> events.done(
                                    tx, now, agent.orgId(), cause, "renew-identity", agentId, issued.serial())
                            .map(identity)));
        });
    }

    private Future<Void> takeRenewal(SqlConnection tx, String agentId) {
        return boundKeys
                .take(tx, new Limit("renewal " + agentId, MOST_RENEWALS, per))
                .map(wait -> {
                    if (wait.isPresent()) {
                        throw ProblemException.of(
                                        ProblemType.RATE_LIMITED,
                                        "the agent has renewed its identity too often; try again later")
                                .after(wait.get());
                    }
                    return null;
                });
    }

    /** Deletes identities that were replaced and have been over for a day; how many, of at most so many. */
    public Future<Integer> dropOver(int most) {
        return store.dropOver(clock.instant().minus(TOLD), most);
    }

    private Future<Identity> letIn(
            SqlConnection tx, EnrolmentToken token, Newcomer newcomer, Pkcs10 pkcs10, Instant now) {
        if (token.usesLeft() == 0 || !now.isBefore(token.expires())) {
            throw tokenIsNotGood();
        }
        String agentId = ids.next();
        BoundKey boundKey = newcomer.boundKey() == null ? null : BoundKey.registered(newcomer.boundKey(), pkcs10);
        Cause cause = new Cause("agent:" + agentId, newcomer.source(), newcomer.httpRequest());
        Issued issued = identities.sign(agentId, pkcs10, now);
        return store.spend(tx, token.id())
                .compose(done -> fleet.add(
                        tx,
                        cause,
                        agentId,
                        token.orgId(),
                        newcomer.name(),
                        token.names(),
                        "enrolment token " + token.id(),
                        now))
                .compose(agent -> store.insertEnrolment(tx, token.id(), pkcs10.spkiSha256(), agentId, now)
                        .compose(done -> bind(tx, agent, cause, boundKey, now))
                        .compose(done -> identities.first(tx, agent, issued, pkcs10, now)));
    }

    private Future<Void> bind(SqlConnection tx, Agent agent, Cause cause, @Nullable BoundKey boundKey, Instant now) {
        if (boundKey == null) {
            return Future.succeededFuture();
        }
        return boundKeys
                .bind(tx, agent.id(), boundKey.key().der(), now)
                .compose(isNew -> isNew
                        ? events.done(
                                tx,
                                now,
                                agent.orgId(),
                                cause,
                                "register-bound-key",
                                agent.id(),
                                boundKey.key().toString())
                        : Future.succeededFuture());
    }

    private Future<Identity> answerAgain(SqlConnection tx, String agentId, Pkcs10 pkcs10, Instant now) {
        return fleet.find(tx, agentId)
                .compose(agent -> identities.again(tx, agent, pkcs10, now))
                .map(found -> found.orElseThrow(Enrolments::tokenIsNotGood));
    }

    private static ProblemException tokenIsNotGood() {
        return ProblemException.of(
                ProblemType.UNAUTHENTICATED,
                "the enrolment token is unknown, spent or expired; ask an administrator for a new one");
    }
}
