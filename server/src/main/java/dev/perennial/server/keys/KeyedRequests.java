package dev.perennial.server.keys;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.ViewOptions;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Requests by their numbers, each with the name of the key that it holds: also those that hold none of the server's. */
public final class KeyedRequests {
    private final SigningRequests requests;
    private final ServerKeys keys;
    private final KeyedRequestStore store;

    KeyedRequests(SigningRequests requests, ServerKeys keys, KeyedRequestStore store) {
        this.requests = requests;
        this.keys = keys;
        this.store = store;
    }

    /**
     * One request.
     *
     * @param name of its key; empty where the server keeps none for it
     */
    public record Named(long number, String name, Instant created) {}

    /** The newest of an organisation that have a smaller number, newest first; for whoever sees all of it. */
    public Future<List<Named>> list(Caller caller, String orgId, long below, int most) {
        caller.require(Permission.READ, orgId, "to list its requests");
        return store.list(orgId, below, most);
    }

    /** One that the caller may see; fails as {@link SigningRequests#get}. */
    public Future<RequestView> get(Caller caller, String orgId, long number) {
        return requests.numbers()
                .request(orgId, number)
                .compose(id -> requests.get(caller, id, ViewOptions.standard()));
    }

    public Future<Long> numberOf(RequestView view) {
        return requests.numbers().ofRequest(view.request().id());
    }

    /** Withdraws it, and deletes its key where nothing else holds that and no certificate ever came of it. */
    public Future<Void> withdraw(Caller caller, Cause cause, String orgId, long number) {
        return get(caller, orgId, number).compose(view -> requests.withdraw(
                        caller, cause, view.request().id(), null, null)
                .compose(done -> keys.deleteSpare(
                                caller, cause, orgId, view.request().newest().spkiSha256())
                        .otherwiseEmpty()));
    }
}
