package dev.perennial.server.keys;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.csr.Generation;
import dev.perennial.server.csr.SigningRequest;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Submission;
import dev.perennial.server.csr.ViewOptions;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.keys.KeyKeeping.Fresh;
import dev.perennial.server.pkix.Pkcs10;
import io.vertx.core.Future;
import java.util.List;

/** Has the requests that hold a key ask anew with another one. */
final class Rekeying {
    private static final int MOST_HOLDERS = 100;

    private final SigningRequests requests;
    private final KeyRequests asking;
    private final ServerKeyStore store;

    Rekeying(SigningRequests requests, KeyRequests asking, ServerKeyStore store) {
        this.requests = requests;
        this.asking = asking;
        this.store = store;
    }

    /** The requests that are to ask anew; fails with conflict where they do, or are too many for one call. */
    Future<List<String>> holders(ServerKey key) {
        return store.holders(key, MOST_HOLDERS + 1).map(holders -> {
            if (holders.size() > MOST_HOLDERS) {
                throw KeyRefusals.tooManyHolders(MOST_HOLDERS);
            }
            if (holders.isEmpty() && key.used()) {
                throw KeyRefusals.replaced();
            }
            return holders;
        });
    }

    /** Fails with the first refusal; those before it have moved. */
    Future<Void> move(Caller caller, Cause cause, List<String> holders, Fresh fresh) {
        Future<Void> moved = Future.succeededFuture();
        for (String id : holders) {
            moved = moved.compose(done -> move(caller, cause, id, fresh));
        }
        return moved;
    }

    private Future<Void> move(Caller caller, Cause cause, String id, Fresh fresh) {
        return requests.get(caller, id, ViewOptions.standard()).compose(view -> {
            SigningRequest request = view.request();
            Generation newest = request.newest();
            Pkcs10 before = Pkcs10.parse(newest.pkcs10());
            return asking.pem(before.subject(), before.identifiers(), newest.usages(), fresh.opened())
                    .compose(pem -> requests.replace(
                            id,
                            // All that it says beside its PKCS#10 stays as it is.
                            new Submission(
                                    caller,
                                    cause,
                                    request.orgId(),
                                    request.agentId(),
                                    pem,
                                    request.targetIssuer(),
                                    newest.usages(),
                                    request.autoRenew(),
                                    fresh.key().id(),
                                    request.uid(),
                                    null,
                                    newest.lifetime(),
                                    false,
                                    null),
                            request.position(),
                            ViewOptions.standard()))
                    .<Void>mapEmpty();
        });
    }
}
