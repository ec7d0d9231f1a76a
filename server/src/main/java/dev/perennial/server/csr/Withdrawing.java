package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.identity.Caller;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** DELETE: no more renewal. Certificates stay valid unless a reason to revoke them is given. */
final class Withdrawing {
    private final Changing changing;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final CertificateStore certificates;
    private final Revoking revoking;
    private final Enacting enacting;

    Withdrawing(
            Changing changing,
            RequestStore requests,
            GenerationStore generations,
            CertificateStore certificates,
            Revoking revoking,
            Enacting enacting) {
        this.changing = changing;
        this.requests = requests;
        this.generations = generations;
        this.certificates = certificates;
        this.revoking = revoking;
        this.enacting = enacting;
    }

    Future<Void> withdraw(
            Caller caller, Cause cause, String id, @Nullable RevocationReason revoke, @Nullable Long seenPosition) {
        return changing.change(caller, id, seenPosition, (tx, request, now) -> generations
                        .withdraw(tx, id)
                        .compose(done -> revoke == null
                                ? Future.<Void>succeededFuture()
                                : certificates.revokeAll(tx, id, revoke, now).compose(count -> changing.revoked(tx)))
                        .compose(done -> revoke == RevocationReason.KEY_COMPROMISE
                                ? compromised(tx, caller, cause, request, now)
                                : Future.succeededFuture(Optional.<String>empty()))
                        .compose(act -> changing.tell(
                                        tx,
                                        request,
                                        cause,
                                        "withdraw",
                                        revoke == null ? null : "revoke " + revoke.word(),
                                        Event.Change.DELETED,
                                        "WITHDRAWN",
                                        now)
                                .compose(position -> requests.withdraw(tx, id, now, position))
                                .map(done -> act)))
                .compose(act -> act.isEmpty() ? Future.succeededFuture() : enacting.begin(act.get()));
    }

    /** What the clock takes back, once it is over: only as it was seen. Fails with conflict where it has changed since. */
    Future<Void> takeBack(String id, long seenPosition) {
        return changing.byClock(id, seenPosition, (tx, request, now) -> generations
                .withdraw(tx, id)
                .compose(done -> changing.tell(
                        tx, request, Cause.clock(), "withdraw", "over", Event.Change.DELETED, "WITHDRAWN", now))
                .compose(position -> requests.withdraw(tx, id, now, position)));
    }

    /** Every key that it had is blocked, and what else has one of them is revoked. */
    private Future<Optional<String>> compromised(
            SqlConnection tx, Caller caller, Cause cause, SigningRequest request, Instant now) {
        String orgId = caller.isBootstrap() ? null : request.orgId();
        return revoking.blockKeys(tx, request.id(), Revoking.Blocks.in(orgId), now)
                .compose(keys -> enacting.openByKeys(tx, orgId, keys, RevocationReason.KEY_COMPROMISE, cause, now))
                .map(Optional::of);
    }
}
