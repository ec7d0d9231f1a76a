package dev.perennial.server.csr;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** What a door writes in the transaction in which a request changes: it stands if, and only if, the change does. */
public interface Alongside {
    /** Nothing: the door keeps nothing of its own. */
    Alongside NOTHING = (tx, request) -> Future.succeededFuture();

    /** @param request as it was before, locked */
    Future<Void> in(SqlConnection tx, SigningRequest request);
}
