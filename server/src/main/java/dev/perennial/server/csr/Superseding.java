package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The end of certificates that a rotation took out of use: revoked as superseded once the agent reports the new one in
 * use, or at the deadline.
 */
final class Superseding {
    private final Changing changing;
    private final RequestStore requests;
    private final CertificateStore certificates;
    private final Database database;
    private final InstantSource clock;

    Superseding(
            Changing changing,
            RequestStore requests,
            CertificateStore certificates,
            Database database,
            InstantSource clock) {
        this.changing = changing;
        this.requests = requests;
        this.certificates = certificates;
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
                                        ? certificates.revokeSuperseded(tx, request.id(), certificate.generation(), now)
                                        : Future.succeededFuture(0))
                                .compose(revoked -> told(tx, request, cause, revoked, now))));
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
                    .revokeOverdue(tx, id, now)
                    .compose(revoked -> found.isEmpty()
                            ? Future.succeededFuture()
                            : told(tx, found.get(), Cause.clock(), revoked, now));
        }));
    }

    private Future<Void> told(SqlConnection tx, SigningRequest request, Cause cause, int revoked, Instant now) {
        if (revoked == 0) {
            return Future.succeededFuture();
        }
        String state = request.current().state().name();
        return changing.revoked(tx)
                .compose(forgotten -> changing.tell(
                        tx,
                        request,
                        cause,
                        "revoke",
                        "superseded, " + revoked + " of earlier generations",
                        Event.Change.MODIFIED,
                        state,
                        now))
                .compose(position -> requests.touch(tx, request.id(), now, position));
    }
}
