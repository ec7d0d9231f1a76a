package dev.perennial.server.testing;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseSetupException;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.db.EmbeddedPostgres;
import dev.perennial.server.db.Migrations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one PostgreSQL of this test JVM: that of {@code PERENNIAL_TEST_DATABASE} (its user must be allowed to create
 * databases), else the embedded one with the settings it ships with. Databases are cloned from a migrated template.
 */
final class TestPostgres {
    private static final String VARIABLE = "PERENNIAL_TEST_DATABASE";

    /** What every database of ours is called at the front; leftovers of a killed run are known by it. */
    private static final String PREFIX = "test_" + ProcessHandle.current().pid() + "_";

    private final Vertx vertx = Vertx.vertx();
    private final DatabaseUri owner;
    private final Database administrator;
    private final Optional<Path> log;
    private final Map<String, String> templates = new HashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    private TestPostgres() {
        String given = System.getenv(VARIABLE);
        if (given != null) {
            owner = DatabaseUri.parse(given, System.getenv("PGPASSWORD"));
            administrator = Database.open(vertx, owner, 2);
            log = Optional.empty();
        } else {
            owner = embedded().uri();
            log = Optional.of(Path.of(owner.host()).resolveSibling("log"));
            administrator = Database.open(vertx, owner.withUser("postgres"), 2);
            dropLeftovers();
        }
    }

    /** Lazily, so that a JVM whose tests need no database starts none. */
    private static final class Holder {
        static final TestPostgres INSTANCE = new TestPostgres();
    }

    static TestPostgres get() {
        return Holder.INSTANCE;
    }

    Vertx vertx() {
        return vertx;
    }

    /** Where it writes its log, if it is ours. */
    Optional<Path> log() {
        return log;
    }

    /** A new, empty database. */
    DatabaseUri empty() {
        return create("template0");
    }

    /** A new database with the schema that the folder's files make. */
    synchronized DatabaseUri migrated(String folder) {
        return create(templates.computeIfAbsent(folder, this::template));
    }

    private String template(String folder) {
        DatabaseUri uri = empty();
        Database database = Database.open(vertx, uri, 1);
        Await.value(new Migrations(database, folder).run(tx -> Future.succeededFuture()));
        // A template may have no sessions.
        Await.value(database.close());
        return uri.database();
    }

    private DatabaseUri create(String template) {
        String name = PREFIX + count.incrementAndGet();
        run("CREATE DATABASE " + name + " TEMPLATE " + template + " OWNER " + owner.user() + " ENCODING 'UTF8'");
        return owner.withDatabase(name);
    }

    void drop(DatabaseUri uri) {
        run("DROP DATABASE IF EXISTS " + uri.database() + " WITH (FORCE)");
    }

    private void dropLeftovers() {
        for (Row row : run("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'")) {
            run("DROP DATABASE " + row.getString("datname") + " WITH (FORCE)");
        }
    }

    private RowSet<Row> run(String sql) {
        return Await.value(administrator.pool().query(sql).execute());
    }

    /**
     * Starts it in the first home that no other test JVM is using; a home left by a killed one is used again, and the
     * database left running there is ended by that.
     */
    private static EmbeddedPostgres embedded() {
        for (int number = 0; number < 64; number++) {
            Path home = Path.of(System.getProperty("java.io.tmpdir"))
                    .resolve("perennial-test-" + System.getProperty("user.name") + "-" + number);
            try {
                EmbeddedPostgres postgres = EmbeddedPostgres.start(Files.createDirectories(home));
                Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop, "stop PostgreSQL"));
                return postgres;
            } catch (DatabaseSetupException e) {
                if (!e.getMessage().contains("is locked")) {
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new AssertionError("All homes for test databases are in use");
    }
}
