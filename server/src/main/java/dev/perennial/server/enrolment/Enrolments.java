package dev.perennial.server.enrolment;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.enrolment.EnrolmentStore.StoredIdentity;
import dev.perennial.server.fleet.Agent;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The entry to how agents come in and stay known. */
public final class Enrolments {
    /** For so long a spent token answers the same key again: the answer may have been lost on its way. */
    private static final Duration ANSWERS_AGAIN = Duration.ofMinutes(15);

    private final Database database;
    private final EnrolmentStore store;
    private final Fleet fleet;
    private final Authorities authorities;
    private final Issuance issuance;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;
    private final Duration identityValidity;

    public Enrolments(
            Database database,
            Fleet fleet,
            Authorities authorities,
            Issuance issuance,
            Events events,
            Ids ids,
            InstantSource clock,
            Duration identityValidity) {
        this.database = database;
        this.store = new EnrolmentStore(database);
        this.fleet = fleet;
        this.authorities = authorities;
        this.issuance = issuance;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
        this.identityValidity = identityValidity;
    }

    /** Lets an agent in for a token: the token is spent, the agent and its identity are stored, all at once. */
    public Future<Identity> enrol(String secret, Pkcs10 pkcs10, String name, String source, String httpRequest) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> store.lockToken(tx, EnrolmentTokens.digest(secret))
                .map(found -> found.orElseThrow(Enrolments::tokenIsNotGood))
                .compose(token -> store.enrolled(tx, token.id(), pkcs10.spkiSha256(), now.minus(ANSWERS_AGAIN))
                        .compose(again -> again.isPresent()
                                ? answerAgain(tx, again.get(), pkcs10, now)
                                : letIn(tx, token, pkcs10, name, source, httpRequest, now))));
    }

    /** A new identity for an agent; it and the one before are both good until the new one is first used. */
    public Future<Identity> renewIdentity(Caller caller, Cause cause, String agentId, Pkcs10 pkcs10) {
        Instant now = clock.instant();
        return fleet.get(caller, agentId).compose(agent -> {
            if (caller.kind() != Caller.Kind.AGENT) {
                caller.require(Permission.MANAGE_CALLERS, agent.orgId(), "to make an identity for an agent");
            }
            if (agent.retired()) {
                throw ProblemException.of(ProblemType.RETIRED, "the agent was retired");
            }
            Issued issued = issuance.issueIdentity(agentId, pkcs10.key(), identityValidity, now);
            return database.inTransaction(tx -> store.dropWaiting(tx, agentId)
                            .compose(
                                    done -> store.insertIdentity(tx, agentId, issued, pkcs10.spkiSha256(), "next", now))
                            .compose(done -> events.done(
                                    tx, now, agent.orgId(), cause, "renew-identity", agentId, issued.serial())))
                    .map(done -> identity(agent, issued));
        });
    }

    private Future<Identity> letIn(
            SqlConnection tx,
            EnrolmentToken token,
            Pkcs10 pkcs10,
            String name,
            String source,
            String httpRequest,
            Instant now) {
        if (token.usesLeft() == 0 || !now.isBefore(token.expires())) {
            throw tokenIsNotGood();
        }
        String agentId = ids.next();
        Cause cause = new Cause("agent:" + agentId, source, httpRequest);
        Issued issued = issuance.issueIdentity(agentId, pkcs10.key(), identityValidity, now);
        return store.spend(tx, token.id())
                .compose(done -> fleet.add(tx, cause, agentId, token.orgId(), name, token.names(), now))
                .compose(agent -> store.insertEnrolment(tx, token.id(), pkcs10.spkiSha256(), agentId, now)
                        .compose(done -> store.insertIdentity(tx, agentId, issued, pkcs10.spkiSha256(), "current", now))
                        .map(done -> identity(agent, issued)));
    }

    private Future<Identity> answerAgain(SqlConnection tx, String agentId, Pkcs10 pkcs10, Instant now) {
        return store.newestIdentity(tx, agentId, pkcs10.spkiSha256(), now)
                .map(found -> found.orElseThrow(Enrolments::tokenIsNotGood))
                .compose(stored -> fleet.find(tx, agentId)
                        .map(agent -> new Identity(agent, chain(stored), stored.notAfter(), stored.renewalTime())));
    }

    private Identity identity(Agent agent, Issued issued) {
        StoredIdentity stored =
                new StoredIdentity(issued.der(), issued.issuerId(), issued.notAfter(), issued.renewalTime());
        return new Identity(agent, chain(stored), issued.notAfter(), issued.renewalTime());
    }

    private String chain(StoredIdentity identity) {
        List<X509> issuers = authorities
                .find(identity.issuerId())
                .map(authorities::chain)
                .orElseThrow(() -> new IllegalStateException("no authority " + identity.issuerId()));
        StringBuilder pem = new StringBuilder(Pem.encode(Pem.CERTIFICATE, identity.der()));
        issuers.subList(0, issuers.size() - 1).forEach(issuer -> pem.append(issuer.pem()));
        return pem.toString();
    }

    private static ProblemException tokenIsNotGood() {
        return ProblemException.of(
                ProblemType.UNAUTHENTICATED,
                "the enrolment token is unknown, spent or expired; ask an administrator for a new one");
    }
}
