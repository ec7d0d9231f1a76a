package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that requests and certificates have beside their ids, in the order in which they came and never used
 * again: for doors whose clients know nothing but whole numbers.
 */
public final class Numbers {
    private final NumberStore store;

    Numbers(Database database) {
        this.store = new NumberStore(database);
    }

    /**
     * The id of the request of that number, whether the caller may see it or not; fails with unknown where the caller's
     * organisation has none, or it is withdrawn.
     */
    public Future<String> request(Caller caller, long number) {
        return request(caller.orgId(), number);
    }

    /** The same in an organisation; in any, where it is null. */
    public Future<String> request(@Nullable String orgId, long number) {
        return store.request(orgId, number).map(found -> found.orElseThrow(Refusals::unknown));
    }

    /** The number of the request of that id; fails with unknown where there is none. */
    public Future<Long> ofRequest(String id) {
        return store.ofRequest(id).map(found -> found.orElseThrow(Refusals::unknown));
    }

    /** The number of the certificate of that id; fails with notFound where there is none. */
    public Future<Long> ofCertificate(String id) {
        return store.ofCertificate(id).map(found -> found.orElseThrow(Refusals::noSuchCertificate));
    }
}
