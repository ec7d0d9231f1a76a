package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.identity.Caller;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** DELETE: no more renewal. Certificates stay valid unless a reason to revoke them is given. */
final class Withdrawing {
    private final Changing changing;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final CertificateStore certificates;

    Withdrawing(Changing changing, RequestStore requests, GenerationStore generations, CertificateStore certificates) {
        this.changing = changing;
        this.requests = requests;
        this.generations = generations;
        this.certificates = certificates;
    }

    Future<Void> withdraw(
            Caller caller, Cause cause, String id, @Nullable RevocationReason revoke, @Nullable Long seenPosition) {
        return changing.change(caller, id, seenPosition, (tx, request, now) -> generations
                .withdraw(tx, id)
                .compose(done -> revoke == null
                        ? Future.<Void>succeededFuture()
                        : certificates.revokeAll(tx, id, revoke, now).compose(count -> changing.revoked(tx)))
                .compose(done -> revoke == RevocationReason.KEY_COMPROMISE
                        ? generations.blockKeys(tx, id, null, now)
                        : Future.succeededFuture(false))
                .compose(done -> changing.tell(
                        tx,
                        request,
                        cause,
                        "withdraw",
                        revoke == null ? null : "revoke " + revoke.word(),
                        Event.Change.DELETED,
                        "WITHDRAWN",
                        now))
                .compose(position -> requests.withdraw(tx, id, now, position)));
    }
}
