package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * The end of certificates that a rotation took out of use, or that are to be replaced: revoked once the agent reports the
 * new one in use, or at the deadline.
 */
final class Superseding {
    private final Changing changing;
    private final RequestStore requests;
    private final CertificateStore certificates;
    private final Enacting enacting;
    private final Database database;
    private final InstantSource clock;

    Superseding(
            Changing changing,
            RequestStore requests,
            CertificateStore certificates,
            Enacting enacting,
            Database database,
            InstantSource clock) {
        this.changing = changing;
        this.requests = requests;
        this.certificates = certificates;
        this.enacting = enacting;
        this.database = database;
        this.clock = clock;
    }

    /** An agent's word on a certificate of one of its requests. Idempotent. */
    Future<Void> reported(Caller caller, Cause cause, byte[] sha256, boolean installed, boolean served) {
        return database.inTransaction(tx -> certificates.bySha256(tx, sha256).map(found -> found.filter(
                                one -> one.ownership() != null && caller.owns(one.ownership()))
                        .orElseThrow(() -> ProblemException.of(
                                ProblemType.NOT_FOUND, "spec.certificate_sha256: there is no such certificate"))))
                .compose(certificate -> changing.change(
                        caller, String.valueOf(certificate.requestId()), null, (tx, request, now) -> certificates
                                .reported(tx, certificate.id(), installed, served, now)
                                .compose(done -> installed
                                                && certificate.generation()
                                                        == request.current().number()
                                        ? certificates
                                                .replaced(tx, certificate, now)
                                                .compose(ids -> revoke(tx, request.orgId(), ids, cause, now))
                                        : Future.succeededFuture())));
    }

    /** Revokes what has reached its deadline without such a word; returns how many requests that concerned. */
    Future<Integer> revokeOverdue() {
        return certificates.overdue(clock.instant()).compose(ids -> {
            Future<Void> revoked = Future.succeededFuture();
            for (String id : ids) {
                revoked = revoked.compose(done -> revokeOverdue(id));
            }
            return revoked.map(done -> ids.size());
        });
    }

    private Future<Void> revokeOverdue(String id) {
        return database.inTransaction(tx -> requests.lock(tx, id).compose(found -> {
            Instant now = clock.instant();
            return certificates
                    .overdue(tx, id, now)
                    .compose(ids -> found.isEmpty()
                            ? Future.succeededFuture()
                            : revoke(tx, found.get().orgId(), ids, Cause.clock(), now));
        }));
    }

    private Future<Void> revoke(
            SqlConnection tx, String orgId, Map<RevocationReason, List<String>> ids, Cause cause, Instant now) {
        Future<Void> revoked = Future.succeededFuture();
        for (Map.Entry<RevocationReason, List<String>> one : ids.entrySet()) {
            RevocationReason reason = one.getKey();
            revoked = revoked.compose(done -> enacting.revoke(tx, orgId, one.getValue(), reason, cause, now))
                    .mapEmpty();
        }
        return revoked;
    }
}
