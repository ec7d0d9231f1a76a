package dev.perennial.server.csr;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/**
 * What a room above keeps of a new request that waits for a person, written in the transaction in which the request is:
 * it is there if, and only if, the request is. Run again where the transaction is, and touching nothing but its connection.
 */
public interface Companion {
    /** Nothing is kept of it. */
    Companion NONE = tx -> Future.succeededFuture();

    Future<Void> in(SqlConnection tx);

    /** Whether the key was made here just now: then it needs not be held against the keys that others sent. */
    default boolean hasMadeTheKey() {
        return false;
    }
}
