package dev.perennial.server.identity;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.data.Interval;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of passwords, and of how often they may be tried. */
final class PasswordStore {
    private static final String FIND =
            "SELECT " + AccountRows.COLUMNS + ", a.password FROM accounts a WHERE a.org_id = $1 AND a.name = $2";

    /** The limiter of issuances counts these as well, under names that no caller has. */
    private static final String TAKE = """
            SELECT min(granted) AS granted, max(wait_millis) FILTER (WHERE granted = 0) AS wait_millis
            FROM take_issuances(ARRAY[$1::text], ARRAY[$2::bytea], ARRAY[1], $3, $4)
            """;

    private static final String GIVE_BACK = "SELECT give_back(ARRAY[$1::text], ARRAY[$2::bytea], $3, $4)";

    private final Database database;

    PasswordStore(Database database) {
        this.database = database;
    }

    /** An account with its password in PHC form, null where it has none. */
    record WithPassword(Account account, @Nullable String password) {
        /** Without the password: it gets into no log by a slip. */
        @Override
        public String toString() {
            return "WithPassword[" + account.id() + "]";
        }
    }

    /** What is tried, and how often it may be: {@code most} times in {@code per}. */
    record Attempt(String kind, byte[] digest, int most, Duration per) {}

    Future<Optional<WithPassword>> find(String orgId, String name) {
        return database.query(FIND, Tuple.of(orgId, name)).map(rows -> {
            if (rows.size() == 0) {
                return Optional.empty();
            }
            Row row = rows.iterator().next();
            return Optional.of(new WithPassword(AccountRows.read(row), row.getString("password")));
        });
    }

    /** Counts an attempt; null where it is allowed, else how long until the next one is. */
    Future<@Nullable Duration> take(Attempt attempt) {
        return database.query(TAKE, values(attempt)).map(rows -> {
            Row row = rows.iterator().next();
            return row.getInteger("granted") > 0 ? null : Duration.ofMillis(row.getLong("wait_millis"));
        });
    }

    /** Not every attempt is a guess. */
    Future<Void> giveBack(Attempt attempt) {
        return database.query(GIVE_BACK, values(attempt)).mapEmpty();
    }

    private static Tuple values(Attempt attempt) {
        return Tuple.of(attempt.kind(), Buffer.buffer(attempt.digest()), attempt.most(), Interval.of(attempt.per()));
    }
}
