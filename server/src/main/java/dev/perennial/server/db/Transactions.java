package dev.perennial.server.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.function.Function;

/** Begin, work, commit or roll back, on a connection that the caller closes. */
final class Transactions {
    private Transactions() {}

    static <T> Future<T> run(SqlConnection connection, Function<SqlConnection, Future<T>> work) {
        return connection.begin().compose(transaction -> started(connection, work)
                .compose(result -> transaction.commit().map(result), failure -> rolledBack(transaction, failure)));
    }

    /** Work that throws has failed like work whose future fails: the transaction must not stay open. */
    private static <T> Future<T> started(SqlConnection connection, Function<SqlConnection, Future<T>> work) {
        try {
            return work.apply(connection);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** Why the work failed matters; a rollback that fails too says only that the connection is gone. */
    private static <T> Future<T> rolledBack(Transaction transaction, Throwable failure) {
        return transaction.rollback().transform(done -> Future.failedFuture(failure));
    }
}
