package dev.perennial.server.db;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to what this server needs: all pending files in one transaction under one advisory lock, so any
 * number of servers may start at once, and a server that dies in between leaves nothing behind.
 */
public final class Migrations {
    /** Where the server's own files are on the class path. */
    public static final String FOLDER = "/db/migration";

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);

    /** "perennial" in letters: the same for every version of the server, and unlikely anybody else's. */
    private static final long LOCK = 0x706572656e6e6961L;

    /** Waiting for another server's migration is right, waiting for a forgotten session's table lock is not. */
    private static final String LOCK_ALONE = """
            SET LOCAL lock_timeout = '120s';
            SELECT pg_advisory_xact_lock(%d);
            SET LOCAL lock_timeout = '10s';
            SET LOCAL client_min_messages = 'warning';
            """.formatted(LOCK);

    private static final String CREATE_HISTORY = """
            CREATE TABLE IF NOT EXISTS schema_history (
                version integer PRIMARY KEY,
                name text NOT NULL,
                sha256 text NOT NULL,
                applied timestamptz NOT NULL DEFAULT clock_timestamp()
            )
            """;
    private static final String READ_HISTORY = "SELECT version, name, sha256 FROM schema_history ORDER BY version";
    private static final String IS_THERE = "SELECT to_regclass('schema_history') IS NOT NULL AS there";
    private static final String RECORD = "INSERT INTO schema_history (version, name, sha256) VALUES ($1, $2, $3)";

    private final Database database;
    private final List<MigrationFile> files;

    /** @throws DatabaseSetupException if the folder holds no files, or two with one number */
    public Migrations(Database database, String folder) {
        this.database = database;
        this.files = MigrationFile.readAll(folder);
    }

    /**
     * Applies what is pending.
     *
     * @param onFirst called after the files and before the commit if the schema was made new by this very call, so that
     *     what must exist exactly once is stored with it; its failure undoes everything
     * @return fails with {@link DatabaseSetupException} if an applied file has changed since or the schema is of a newer
     *     server
     */
    public Future<Void> run(Function<SqlConnection, Future<Void>> onFirst) {
        return database.dedicatedConnection()
                .compose(connection -> Transactions.run(connection, tx -> migrate(connection, onFirst))
                        .onComplete(done -> connection.close()));
    }

    /**
     * Whether the schema is the one that these files make, for who only reads it.
     *
     * @return fails with {@link DatabaseSetupException} where it is older or newer, or is not there
     */
    public Future<Void> requireApplied() {
        return database.query(IS_THERE, Tuple.tuple()).compose(rows -> {
            if (!rows.iterator().next().getBoolean("there")) {
                throw new DatabaseSetupException(
                        "The database holds no schema of Perennial: start the server once, it makes it");
            }
            return database.query(READ_HISTORY, Tuple.tuple()).map(history -> {
                if (!pending(history).isEmpty()) {
                    throw new DatabaseSetupException("The schema of the database is older than this program:"
                            + " start the server once, it brings it up to date");
                }
                return null;
            });
        });
    }

    private Future<Void> migrate(PgConnection tx, Function<SqlConnection, Future<Void>> onFirst) {
        return tx.query(LOCK_ALONE)
                .execute()
                .compose(locked -> tx.query(CREATE_HISTORY).execute())
                .compose(created -> tx.query(READ_HISTORY).execute())
                .compose(history -> {
                    List<MigrationFile> pending = pending(history);
                    Future<Void> applied = Future.succeededFuture();
                    for (MigrationFile file : pending) {
                        applied = applied.compose(before -> apply(tx, file));
                    }
                    return history.size() == 0 ? applied.compose(all -> onFirst.apply(tx)) : applied;
                });
    }

    private List<MigrationFile> pending(RowSet<Row> history) {
        Map<Integer, MigrationFile> pending = new TreeMap<>();
        files.forEach(file -> pending.put(file.version(), file));
        for (Row row : history) {
            int version = row.getInteger("version");
            MigrationFile file = pending.remove(version);
            if (file == null) {
                throw new DatabaseSetupException("The schema holds step " + version + " (" + row.getString("name")
                        + "), which this server does not know: it was made by a newer one. Start that one");
            }
            if (!file.sha256().equals(row.getString("sha256"))) {
                throw new DatabaseSetupException("The schema step " + version + " (" + file.name()
                        + ") has changed since it was applied. Start the server that made the schema");
            }
        }
        return List.copyOf(pending.values());
    }

    private Future<Void> apply(SqlConnection tx, MigrationFile file) {
        log.info("Applying schema step {} ({})", file.version(), file.name());
        return tx.query(file.sql())
                .execute()
                .compose(done -> tx.preparedQuery(RECORD).execute(Tuple.of(file.version(), file.name(), file.sha256())))
                .mapEmpty();
    }
}
