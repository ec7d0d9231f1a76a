package dev.perennial.server.testing;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.db.Migrations;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test class a database of its own on the one PostgreSQL of the JVM, and its tests a {@link Database}, its
 * {@link DatabaseUri} and the {@link Vertx} it runs on. With {@code @ExtendWith} the schema is the server's; see the
 * factories for others.
 */
public final class PostgresExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
    private static final Set<Class<?>> KNOWN = Set.of(Database.class, DatabaseUri.class, Vertx.class);

    private final Supplier<DatabaseUri> source;
    private DatabaseUri uri;
    private Database database;

    public PostgresExtension() {
        this(() -> TestPostgres.get().migrated(Migrations.FOLDER));
    }

    private PostgresExtension(Supplier<DatabaseUri> source) {
        this.source = source;
    }

    /** Databases with the schema made by the files of another folder of the class path. */
    public static PostgresExtension migrated(String folder) {
        return new PostgresExtension(() -> TestPostgres.get().migrated(folder));
    }

    /** Empty databases, for what makes the schema itself. */
    public static PostgresExtension empty() {
        return new PostgresExtension(() -> TestPostgres.get().empty());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        uri = source.get();
        database = Database.open(vertx(), uri, Database.DEFAULT_POOL_SIZE);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Await.value(database.close());
        TestPostgres.get().drop(uri);
    }

    public Database database() {
        return database;
    }

    public DatabaseUri uri() {
        return uri;
    }

    public DatabaseLog log() {
        return new DatabaseLog(database, TestPostgres.get().log());
    }

    public Vertx vertx() {
        return TestPostgres.get().vertx();
    }

    /** One more database, like that of the class but untouched; it goes with the next run. */
    public DatabaseUri another() {
        return source.get();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return KNOWN.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == Database.class) {
            return database;
        }
        return type == DatabaseUri.class ? uri : vertx();
    }
}
