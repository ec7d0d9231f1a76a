package dev.perennial.server.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The one pool. Every call ends: statements and locks are bounded by the server, waiting by us, and what passes by itself
 * fails as {@code UNAVAILABLE}. Safe for use from any thread.
 */
public final class Database {
    /** What a server that does not say otherwise uses, connections. */
    public static final int DEFAULT_POOL_SIZE = 16;

    private static final int TRIES = 5;
    private static final int QUERY_SECONDS = 10;
    private static final int TRANSACTION_SECONDS = 20;
    private static final int WAIT_SECONDS = 5;

    /** Above the longest statement, below {@link #SILENCE_SECONDS}: no connection is cut just as it is handed out. */
    private static final int IDLE_SECONDS = 30;

    /** A connection on which nothing arrives for so long is dead: a peer that vanished sends no reset. */
    private static final int SILENCE_SECONDS = 40;

    private static final Map<String, String> SESSION = Map.of(
            "application_name", "perennial",
            "statement_timeout", "8s",
            "lock_timeout", "5s",
            "idle_in_transaction_session_timeout", "30s",
            "TimeZone", "UTC");

    /** For the few connections that wait on purpose: migrations, and the listener. */
    private static final Map<String, String> PATIENT_SESSION =
            Map.of("application_name", "perennial", "TimeZone", "UTC");

    private static final String SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    private final Vertx vertx;
    private final DatabaseUri uri;
    private final Pool pool;

    private Database(Vertx vertx, DatabaseUri uri, Pool pool) {
        this.vertx = vertx;
        this.uri = uri;
        this.pool = pool;
    }

    /** Makes the pool; nothing is connected yet, see {@link #verify}. */
    public static Database open(Vertx vertx, DatabaseUri uri, int poolSize) {
        Pool pool = PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(poolSize)
                        .setMaxWaitQueueSize(2_000)
                        .setConnectionTimeout(WAIT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS)
                        .setPoolCleanerPeriod(1_000))
                .with(new NetClientOptions()
                        .setConnectTimeout(WAIT_SECONDS * 1_000)
                        .setTcpKeepAlive(true)
                        .setReadIdleTimeout(SILENCE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .connectingTo(uri.connectOptions(SESSION))
                .using(vertx)
                .build();
        return new Database(vertx, uri, pool);
    }

    /** The pool itself, for what the methods here do not offer; its failures are not translated. */
    public Pool pool() {
        return pool;
    }

    public DatabaseUri uri() {
        return uri;
    }

    /**
     * Runs one statement outside a transaction.
     *
     * @return fails with {@code UNAVAILABLE} where a retry may help; whether a statement that writes took effect is then
     *     unknown
     */
    public Future<RowSet<Row>> query(String sql, Tuple values) {
        return attempt(() -> execute(sql, values), Failures::wasNeverSent, 1)
                .recover(failure -> Future.failedFuture(Failures.translate(failure)));
    }

    private Future<RowSet<Row>> execute(String sql, Tuple values) {
        return connection()
                .compose(connection ->
                        connection.preparedQuery(sql).execute(values).onComplete(done -> connection.close()))
                .timeout(QUERY_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Runs one statement that is a whole transaction, and again after a deadlock or a serialization failure.
     *
     * @return as {@link #inTransaction}
     */
    public Future<RowSet<Row>> inOneStatement(String sql, Tuple values) {
        return attempt(
                        () -> execute(sql, values),
                        failure -> Failures.isGivenUp(failure) || Failures.wasNeverSent(failure),
                        1)
                .recover(failure -> Future.failedFuture(Failures.translate(failure)));
    }

    /**
     * Runs the work in one transaction (READ COMMITTED), committed when its future succeeds, else rolled back. After a
     * deadlock, a serialization failure or on a connection found closed, the work is run <em>again</em>, at most five times: it must be idempotent,
     * touching nothing but the connection it is given.
     *
     * @return fails with what the work failed with; with {@code UNAVAILABLE} where a retry may help. A commit whose
     *     answer was lost fails so too: whether it happened is unknown, and a retry finds out by its unique index
     */
    public <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return attempt(
                        () -> transaction(work),
                        failure -> Failures.isGivenUp(failure) || Failures.wasNeverSent(failure),
                        1)
                .recover(failure -> Future.failedFuture(Failures.translate(failure)));
    }

    private <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return connection()
                .compose(connection -> Transactions.run(connection, work).onComplete(done -> connection.close()))
                .timeout(TRANSACTION_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Runs the work in one transaction that only reads and sees one moment throughout, however long it takes altogether;
     * each of its statements has the time that every statement has. On a connection found closed it begins again.
     *
     * @return fails as {@link #inTransaction}
     */
    public <T> Future<T> inSnapshot(Function<SqlConnection, Future<T>> work) {
        return attempt(() -> snapshot(work), Failures::wasNeverSent, 1)
                .recover(failure -> Future.failedFuture(Failures.translate(failure)));
    }

    private <T> Future<T> snapshot(Function<SqlConnection, Future<T>> work) {
        return connection().compose(connection -> Transactions.run(
                        connection, tx -> tx.query(SNAPSHOT).execute().compose(done -> work.apply(tx)))
                .onComplete(done -> connection.close()));
    }

    private <T> Future<T> attempt(Supplier<Future<T>> call, Predicate<Throwable> worthRetrying, int number) {
        return call.get().recover(failure -> {
            if (number >= TRIES || !worthRetrying.test(failure)) {
                return Future.failedFuture(failure);
            }
            // Chance, so that those who met once do not meet again.
            long pause = ThreadLocalRandom.current().nextLong(5, 20L << number);
            return vertx.timer(pause, TimeUnit.MILLISECONDS).compose(fired -> attempt(call, worthRetrying, number + 1));
        });
    }

    /** Whatever the reason: a call that got no connection has done nothing, and may be tried again. */
    private Future<SqlConnection> connection() {
        return pool.getConnection().recover(failure -> Future.failedFuture(Failures.unavailable()));
    }

    /**
     * Checks at start that this is a PostgreSQL that keeps what it was told: version 15 or later, durable settings.
     *
     * @return fails with {@link DatabaseSetupException} saying what is wrong, also when it cannot be reached at all
     */
    public Future<Void> verify() {
        return Suitability.check(this);
    }

    /** Whether statements that write would be taken now; fails with {@code UNAVAILABLE} and the reason, within 2 s. */
    public Future<Void> isReady() {
        return Suitability.isWritable(pool);
    }

    /** A connection of its own, without any limit in time; who asks for it closes it. */
    Future<PgConnection> dedicatedConnection() {
        return PgConnection.connect(vertx, uri.connectOptions(PATIENT_SESSION));
    }

    Vertx vertx() {
        return vertx;
    }

    public Future<Void> close() {
        return pool.close();
    }
}
