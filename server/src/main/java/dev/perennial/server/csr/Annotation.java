package dev.perennial.server.csr;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** What a door alone keeps of a request, written in the transaction that tells of the change. */
public interface Annotation {
    /**
     * @param request as it was before, locked; it may be withdrawn
     * @param position of the change: of rows of its own, only ones that are made here or hang on the request
     */
    Future<Void> write(SqlConnection tx, SigningRequest request, long position);
}
