package dev.perennial.server.bench;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/** The embedded database of a bench server, entered as the server itself enters it. */
final class Sql implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final Database database;

    Sql(BenchServer server) {
        String socket = server.home().resolve("postgres/run").toAbsolutePath().toString();
        database = Database.open(vertx, DatabaseUri.parse("postgresql://perennial@/perennial?host=" + socket, null), 1);
    }

    Row row(String sql, Object... values) {
        return Await.value(database.query(sql, Tuple.from(values))).iterator().next();
    }

    void run(String sql, Object... values) {
        Await.value(database.query(sql, Tuple.from(values)));
    }

    @Override
    public void close() {
        Await.value(database.close());
        Await.value(vertx.close());
    }
}
