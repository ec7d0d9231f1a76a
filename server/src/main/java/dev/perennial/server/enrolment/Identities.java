package dev.perennial.server.enrolment;

import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.enrolment.EnrolmentStore.StoredIdentity;
import dev.perennial.server.fleet.Agent;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.X509;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The making and remembering of client certificates for agents. */
final class Identities {
    private final EnrolmentStore store;
    private final Authorities authorities;
    private final Issuance issuance;
    private final Duration validity;

    Identities(EnrolmentStore store, Authorities authorities, Issuance issuance, Duration validity) {
        this.store = store;
        this.authorities = authorities;
        this.issuance = issuance;
        this.validity = validity;
    }

    /** Signed, and in nobody's hands before it is stored. */
    Issued sign(String agentId, Pkcs10 pkcs10, Instant now) {
        return issuance.issueIdentity(agentId, pkcs10.key(), validity, now);
    }

    /** Stores an agent's first identity. */
    Future<Identity> first(SqlConnection tx, Agent agent, Issued issued, Pkcs10 pkcs10, Instant now) {
        return store.insertIdentity(tx, agent.id(), issued, pkcs10.spkiSha256(), "current", now)
                .map(done -> identity(agent, issued));
    }

    /** Stores the next one, which takes the place of one that waits for its first use. */
    Future<Identity> next(SqlConnection tx, Agent agent, Issued issued, Pkcs10 pkcs10, Instant now) {
        return store.dropWaiting(tx, agent.id())
                .compose(done -> store.insertIdentity(tx, agent.id(), issued, pkcs10.spkiSha256(), "next", now))
                .map(done -> identity(agent, issued));
    }

    /** What was answered to the same key before, where that still is the newest and in its time. */
    Future<Optional<Identity>> again(SqlConnection tx, Agent agent, Pkcs10 pkcs10, Instant now) {
        return store.newestIdentity(tx, agent.id(), pkcs10.spkiSha256(), now)
                .map(found -> found.map(stored -> identity(agent, stored)));
    }

    private Identity identity(Agent agent, Issued issued) {
        return identity(
                agent, new StoredIdentity(issued.der(), issued.issuerId(), issued.notAfter(), issued.renewalTime()));
    }

    private Identity identity(Agent agent, StoredIdentity stored) {
        return new Identity(agent, chain(stored), stored.notAfter(), stored.renewalTime());
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
}
