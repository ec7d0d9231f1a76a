package dev.perennial.server.enrolment;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.enrolment.RecoveryStore.Bound;
import dev.perennial.server.fleet.Agent;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.KeyPairs;
import dev.perennial.server.vault.MacKey;
import dev.perennial.server.vault.Nonces;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry to how agents come back whose identity has expired: by their bound key, over a nonce of ours and the PKCS#10
 * of the new identity. Who cannot prove to be the agent learns nothing about it, not even whether it exists.
 */
public final class Recoveries {
    /** What {@link Events} calls it. */
    private static final String ACTION = "recover-identity";

    private static final Logger LOG = LoggerFactory.getLogger(Recoveries.class);

    /** So long a recovery is news that somebody should look at. */
    private static final Duration NEWS = Duration.ofDays(1);

    /** Used nonces are kept past their end by more than the clocks of two servers may differ. */
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    private final Database database;
    private final RecoveryStore store;
    private final RecoveryAttempts attempts;
    private final Nonces nonces;
    private final Identities identities;
    private final Fleet fleet;
    private final Events events;
    private final InstantSource clock;
    private final AtomicLong recovered = new AtomicLong();

    /** Stands in for the key of an agent that has none: a signature is verified in any case. */
    private final byte[] nobodysKey;

    Recoveries(
            Database database,
            RecoveryStore store,
            Identities identities,
            Fleet fleet,
            Events events,
            MacKey nonceKey,
            SecureRandom random,
            InstantSource clock) {
        this.database = database;
        this.store = store;
        this.attempts = new RecoveryAttempts(store);
        this.nonces = new Nonces(nonceKey, random);
        this.identities = identities;
        this.fleet = fleet;
        this.events = events;
        this.clock = clock;
        this.nobodysKey = KeyPairs.generate(KeyKind.EC_P256, random).getPublic().getEncoded();
    }

    /** What an agent's bound key has to sign; given to anybody who asks, for any id. */
    public Nonces.Nonce nonce(String agentId) {
        return nonces.next(agentId, clock.instant());
    }

    /**
     * Asked by whoever says to be that agent, and where and in which HTTP request.
     *
     * @param request the PKCS#10 of the new identity, in PEM
     * @param signature of the bound key, in Base64
     */
    public record Asked(
            String agentId, String nonce, String request, String signature, String source, String httpRequest) {}

    /** A new identity for an agent that has no living one; it counts as renewed once it is first used. */
    public Future<Identity> recover(Asked asked) {
        Instant now = clock.instant();
        return attempts.count(asked.source(), asked.agentId())
                .compose(counted -> recover(Claim.read(asked), now))
                .onSuccess(identity -> LOG.atWarn()
                        .addKeyValue("agent", asked.agentId())
                        .addKeyValue("source", asked.source())
                        .log("an agent whose identity had expired came back by its bound key"));
    }

    private Future<Identity> recover(Claim claim, Instant now) {
        Optional<Instant> nonceEnds = nonces.end(claim.nonce(), claim.agentId(), now);
        return database.inTransaction(tx -> store.lock(tx, claim.agentId())
                        .compose(bound -> isProven(claim, bound, nonceEnds)
                                ? unlessUsed(tx, claim, nonceEnds.orElseThrow(), now)
                                : strange()))
                .map(Verdict::identity);
    }

    /** What was asked, read: that costs, so it is done after the try was counted. */
    private record Claim(
            String agentId, String nonce, Pkcs10 pkcs10, byte[] signature, String source, String httpRequest) {
        static Claim read(Asked asked) {
            return new Claim(
                    asked.agentId(),
                    asked.nonce(),
                    // Anybody gets so far: what strangers send is not to fill the memory of known keys.
                    Pkcs10.parsePem(asked.request()),
                    BoundKey.octets("spec.signature", asked.signature()),
                    asked.source(),
                    asked.httpRequest());
        }
    }

    /** How many agents came back in the last day, as of the last {@link #tidy}: for alarms. */
    public long recovered() {
        return recovered.get();
    }

    /** Null where nobody came back, else how many did. */
    public @Nullable String warning() {
        long count = recovered();
        return count == 0
                ? null
                : count
                        + " agents came back within a day after their identity had expired; the audit record says which";
    }

    /** Deletes what is over, and counts. */
    public Future<Void> tidy() {
        Instant now = clock.instant();
        return store.forget(now.minus(CLOCKS_DIFFER))
                .compose(done -> store.countRecovered(now.minus(NEWS)))
                .onSuccess(recovered::set)
                .mapEmpty();
    }

    /** What is to be answered once the transaction is committed: a refusal is on record too. */
    private record Verdict(
            @Nullable Identity given, @Nullable ProblemException refusal) {

        Identity identity() {
            if (refusal != null) {
                throw refusal;
            }
            if (given == null) {
                throw new IllegalStateException("a verdict without an identity");
            }
            return given;
        }
    }

    /** The signature is looked at whether the rest is right or not. */
    private boolean isProven(Claim claim, Optional<Bound> bound, Optional<Instant> nonceEnds) {
        SubjectPublicKey key = SubjectPublicKey.parse(bound.map(Bound::spki).orElse(nobodysKey));
        boolean signed = new BoundKey(key).asks(claim.agentId(), claim.nonce(), claim.pkcs10(), claim.signature());
        return signed && bound.isPresent() && nonceEnds.isPresent();
    }

    private Future<Verdict> unlessUsed(SqlConnection tx, Claim claim, Instant nonceEnds, Instant now) {
        byte[] sha256 = Digests.sha256(claim.nonce().getBytes(StandardCharsets.US_ASCII));
        return store.useNonce(tx, sha256, nonceEnds)
                .compose(first -> first
                        ? fleet.find(tx, claim.agentId()).compose(agent -> proven(tx, claim, agent, now))
                        : strange());
    }

    private Future<Verdict> proven(SqlConnection tx, Claim claim, Agent agent, Instant now) {
        Cause cause = new Cause("agent:" + agent.id(), claim.source(), claim.httpRequest());
        if (agent.retired()) {
            return refuse(
                    tx,
                    agent.orgId(),
                    cause,
                    claim,
                    ProblemException.of(ProblemType.RETIRED, "the agent was retired; enrol it anew if that was wrong"),
                    now);
        }
        return store.hasLivingIdentity(tx, agent.id(), now).compose(living -> {
            if (living) {
                return refuse(
                        tx,
                        agent.orgId(),
                        cause,
                        claim,
                        ProblemException.of(
                                ProblemType.CONFLICT,
                                "the agent has an identity that is in its time: renew with that, or enrol anew where it"
                                        + " is lost"),
                        now);
            }
            return identities
                    .again(tx, agent, claim.pkcs10(), now)
                    .compose(again -> again.isPresent()
                            ? given(tx, claim, agent, cause, again.get(), "answered again", now)
                            : unlessTooOften(tx, claim, agent, cause, now));
        });
    }

    private Future<Verdict> unlessTooOften(SqlConnection tx, Claim claim, Agent agent, Cause cause, Instant now) {
        return attempts.takeSuccess(tx, agent.id()).compose(delay -> {
            if (delay.isPresent()) {
                return refuse(tx, agent.orgId(), cause, claim, RecoveryAttempts.limited(delay.get()), now);
            }
            var issued = identities.sign(agent.id(), claim.pkcs10(), now);
            return identities
                    .next(tx, agent, issued, claim.pkcs10(), now)
                    .compose(identity -> given(tx, claim, agent, cause, identity, issued.serial(), now));
        });
    }

    private Future<Verdict> given(
            SqlConnection tx, Claim claim, Agent agent, Cause cause, Identity identity, String what, Instant now) {
        return store.recovered(tx, agent.id(), now)
                .compose(done -> events.done(tx, now, agent.orgId(), cause, ACTION, agent.id(), what))
                .compose(done -> attempts.giveBack(tx, claim.source(), agent.id()))
                .map(done -> new Verdict(identity, null));
    }

    /** One answer for all who have proven nothing. They are counted at the door, as all whom nobody knows. */
    private static Future<Verdict> strange() {
        return Future.succeededFuture(new Verdict(
                null,
                ProblemException.of(
                        ProblemType.UNAUTHENTICATED,
                        "no agent of this id with a bound key has signed this PKCS#10 and a nonce that is good and not"
                                + " yet used; ask for a new nonce, or enrol anew")));
    }

    private Future<Verdict> refuse(
            SqlConnection tx, @Nullable String orgId, Cause cause, Claim claim, ProblemException problem, Instant now) {
        return events.refused(
                        tx,
                        now,
                        orgId,
                        cause,
                        ACTION,
                        claim.agentId(),
                        problem.type().slug())
                .map(done -> new Verdict(null, problem));
    }
}
