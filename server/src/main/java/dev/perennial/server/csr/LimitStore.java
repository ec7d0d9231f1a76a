package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.policy.Decision;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.data.Interval;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The limiter: how many certificates one caller may have for one set of names, by the database's clock. */
final class LimitStore {
    private static final String TAKE = """
            SELECT granted, wait_millis FROM take_issuances(ARRAY[$1::text], ARRAY[$2::bytea], ARRAY[1], $3, $4)
            """;

    private static final String LEFT = """
            SELECT floor(extract(epoch FROM n.at + $4 - greatest(coalesce(l.arrival, n.at), n.at))
                         / extract(epoch FROM $4::interval / $3::int))::integer AS granted,
                   ceil(extract(epoch FROM coalesce(l.arrival, n.at) + $4 / $3::int - $4 - n.at) * 1000)::bigint AS wait_millis
            FROM (SELECT clock_timestamp() AS at) n
            LEFT JOIN issuance_limits l ON l.caller = $1 AND l.names_sha256 = $2
            """;

    private final Database database;
    private final IssuanceLimit limit;

    LimitStore(Database database, IssuanceLimit limit) {
        this.database = database;
        this.limit = limit;
    }

    /** What the limit leaves to a caller for a set of names. */
    record Left(int granted, @Nullable Duration retryAfter) {}

    /** Looks without taking: another may take in between. */
    Future<Left> left(String caller, byte[] namesSha256) {
        return database.query(LEFT, Tuple.of(caller, Buffer.buffer(namesSha256), limit.count(), interval(limit.per())))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    int granted = Math.max(0, row.getInteger("granted"));
                    return new Left(granted, granted > 0 ? null : Duration.ofMillis(row.getLong("wait_millis")));
                });
    }

    IssuanceLimit limit() {
        return limit;
    }

    /** Takes one; null where it was granted, else how long until one will be. Rolled back, it was never taken. */
    Future<@Nullable Duration> take(SqlConnection tx, String caller, byte[] namesSha256) {
        return tx.preparedQuery(TAKE)
                .execute(Tuple.of(caller, Buffer.buffer(namesSha256), limit.count(), interval(limit.per())))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return row.getInteger("granted") > 0 ? null : Duration.ofMillis(row.getLong("wait_millis"));
                });
    }

    /** An identical set of names has an identical hash; the common name counts only where it is all there is. */
    static byte[] namesSha256(Decision decision) {
        return namesSha256(decision.identifiers(), decision.subject().commonName());
    }

    static byte[] namesSha256(List<Identifier> identifiers, @Nullable String commonName) {
        String names = identifiers.isEmpty()
                ? "cn:" + commonName
                : identifiers.stream().map(Identifier::toString).collect(Collectors.joining(" "));
        return Digests.sha256(names.getBytes(StandardCharsets.UTF_8));
    }

    static Interval interval(Duration duration) {
        return Interval.of(duration);
    }
}
