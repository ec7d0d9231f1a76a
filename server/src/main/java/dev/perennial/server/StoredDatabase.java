package dev.perennial.server;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseSetupException;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.db.EmbeddedPostgres;
import dev.perennial.server.db.Migrations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The database of an installation for a command of its own: the one that is named, else the embedded one, of the server
 * that runs or started for the command alone.
 */
final class StoredDatabase {
    private static final int CONNECTIONS = 2;

    private final DatabaseOptions options;
    private final Home home;

    StoredDatabase(DatabaseOptions options, Home home) {
        this.options = options;
        this.home = home;
    }

    /**
     * Does the work and waits for it.
     *
     * @throws ConfigurationException where there is no such database
     * @throws DatabaseSetupException where it is none that can be used, or of an older or newer server
     */
    <T> T with(BiFunction<Vertx, Database, Future<T>> work) {
        String named = options.database(options.settings());
        if (named != null) {
            return with(DatabaseUri.parse(named, System.getenv("PGPASSWORD")), work);
        }
        Optional<DatabaseUri> running = EmbeddedPostgres.running(home.directory());
        return running.isPresent() ? with(running.get(), work) : embedded(work);
    }

    /**
     * The same where no server may be at work. Of a database that is named nobody can tell.
     *
     * @throws ConfigurationException also where the server of this home runs
     */
    <T> T alone(BiFunction<Vertx, Database, Future<T>> work) {
        String named = options.database(options.settings());
        if (named == null && EmbeddedPostgres.running(home.directory()).isPresent()) {
            throw new ConfigurationException("the server of this home runs: stop it first");
        }
        return with(work);
    }

    private <T> T embedded(BiFunction<Vertx, Database, Future<T>> work) {
        if (!EmbeddedPostgres.isIn(home.directory())) {
            throw new ConfigurationException(
                    "there is no embedded database in the home " + home.directory() + ": name it with --database");
        }
        try (EmbeddedPostgres own = EmbeddedPostgres.start(home.directory())) {
            return with(own.uri(), work);
        }
    }

    private static <T> T with(DatabaseUri uri, BiFunction<Vertx, Database, Future<T>> work) {
        Vertx vertx = Vertx.vertx();
        try {
            Database database = Database.open(vertx, uri, CONNECTIONS);
            return database.verify()
                    .compose(done -> new Migrations(database, Migrations.FOLDER).requireApplied())
                    .compose(done -> work.apply(vertx, database))
                    .eventually(database::close)
                    .await();
        } finally {
            vertx.close().await();
        }
    }
}
