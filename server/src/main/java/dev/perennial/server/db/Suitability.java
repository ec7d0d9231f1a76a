package dev.perennial.server.db;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a PostgreSQL may hold certificates: new enough, and it keeps what it has acknowledged. */
final class Suitability {
    private static final Logger log = LoggerFactory.getLogger(Suitability.class);
    private static final int OLDEST_VERSION = 15;
    private static final int READY_SECONDS = 2;
    private static final int TRIES = 5;

    private static final String SETTINGS = """
            SELECT current_setting('server_version_num')::int / 10000 AS version,
                   current_setting('fsync') AS fsync,
                   current_setting('full_page_writes') AS full_page_writes,
                   current_setting('synchronous_commit') AS synchronous_commit,
                   current_setting('data_checksums') AS data_checksums,
                   current_setting('server_encoding') AS encoding
            """;

    private static final String WRITABLE = "SELECT current_setting('transaction_read_only') AS read_only";

    private Suitability() {}

    static Future<Void> check(Database database) {
        return settings(database, TRIES)
                .recover(failure -> Future.failedFuture(new DatabaseSetupException(
                        "The database " + database.uri() + " cannot be used: " + failure.getMessage(), failure)))
                .compose(rows -> {
                    Row row = rows.iterator().next();
                    String complaint = complaint(row);
                    if (complaint != null) {
                        return Future.failedFuture(
                                new DatabaseSetupException("The database " + database.uri() + " " + complaint));
                    }
                    if ("off".equals(row.getString("data_checksums"))) {
                        log.warn("The database has no data checksums: silent damage of its disk would go unnoticed");
                    }
                    return Future.succeededFuture();
                });
    }

    /** A machine that starts everything at once is slow for a while: only that is worth another try. */
    private static Future<RowSet<Row>> settings(Database database, int tries) {
        return database.pool()
                .query(SETTINGS)
                .execute()
                .timeout(15, TimeUnit.SECONDS)
                .recover(failure -> tries > 1 && Failures.wasTooSlow(failure)
                        ? settings(database, tries - 1)
                        : Future.failedFuture(failure));
    }

    private static @Nullable String complaint(Row row) {
        if (row.getInteger("version") < OLDEST_VERSION) {
            return "is PostgreSQL " + row.getInteger("version") + "; version " + OLDEST_VERSION + " or later is needed";
        }
        if (!"UTF8".equals(row.getString("encoding"))) {
            return "has the encoding " + row.getString("encoding") + "; make it with ENCODING 'UTF8'";
        }
        for (String setting : new String[] {"fsync", "full_page_writes", "synchronous_commit"}) {
            if ("off".equals(row.getString(setting))) {
                return "has " + setting + " off and would lose issued certificates in a crash; turn it on";
            }
        }
        return null;
    }

    static Future<Void> isWritable(Pool pool) {
        return pool.query(WRITABLE)
                .execute()
                .timeout(READY_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(unavailable("The database does not answer")))
                .compose(rows -> "on".equals(rows.iterator().next().getString("read_only"))
                        ? Future.failedFuture(unavailable("The database takes no writes: it is a standby"))
                        : Future.succeededFuture());
    }

    private static ProblemException unavailable(String reason) {
        return ProblemException.of(ProblemType.UNAVAILABLE, reason).after(Duration.ofSeconds(1));
    }
}
