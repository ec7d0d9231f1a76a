package dev.perennial.server.csr;

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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The limiter: how many certificates one caller may have for one set of names, by the database's clock. */
final class LimitStore {
    private static final String TAKE = """
            SELECT granted, wait_millis FROM take_issuances(ARRAY[$1::text], ARRAY[$2::bytea], ARRAY[1], $3, $4)
            """;

    private final IssuanceLimit limit;

    LimitStore(IssuanceLimit limit) {
        this.limit = limit;
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
        String names = decision.identifiers().isEmpty()
                ? "cn:" + decision.commonName()
                : decision.identifiers().stream().map(Identifier::toString).collect(Collectors.joining(" "));
        return Digests.sha256(names.getBytes(StandardCharsets.UTF_8));
    }

    static Interval interval(Duration duration) {
        return Interval.of(duration);
    }
}
