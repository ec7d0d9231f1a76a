package dev.perennial.server.bench;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/** The embedded database of a bench server, entered as the server itself enters it. */
final class Sql implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Database database;
    private final String socket;

    Sql(BenchServer server) {
        socket = server.home().resolve("postgres/run").toAbsolutePath().toString();
        database = Database.open(vertx, DatabaseUri.parse(uri(server), null), 1);
    }

    /** By which another server on this machine can use it too. */
    static String uri(BenchServer server) {
        return "postgresql://perennial@/perennial?host="
                + server.home().resolve("postgres/run").toAbsolutePath();
    }

    Row row(String sql, Object... values) {
        return Await.value(database.query(sql, Tuple.from(values))).iterator().next();
    }

    void run(String sql, Object... values) {
        Await.value(database.query(sql, Tuple.from(values)));
    }

    /** One statement that may take longer than the server's may. */
    void patiently(String sql, Object... values) {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(socket)
                .setPort(5432)
                .setUser("perennial")
                .setDatabase("perennial");
        PgConnection.connect(vertx, options)
                .compose(connection -> connection
                        .preparedQuery(sql)
                        .execute(Tuple.from(values))
                        .eventually(connection::close))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @Override
    public void close() {
        Await.value(database.close());
        Await.value(vertx.close());
    }
}
