package dev.perennial.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is asked for that no index knows, among more rows than a page looks at. */
class AuditPagesIT {
    @RegisterExtension
    static final PostgresExtension postgres = new PostgresExtension();

    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
    private static final int ROWS = 60_000;

    /** Row i is of i minutes after the first; but one of each end has the time of the other. */
    private static final String FILL = """
            INSERT INTO audit_events (at, org_id, actor, source, action, object_id, outcome, http_request)
            SELECT $1::timestamptz + interval '1 minute' * CASE i WHEN 5 THEN $2 - 10 WHEN $2 - 5 THEN 10 ELSE i END,
                   CASE i % 1000 WHEN 0 THEN 'small' ELSE 'default' END,
                   CASE i WHEN 17 THEN 'account:rare' ELSE 'agent:' || i % 100 END, '192.0.2.' || i % 200,
                   CASE i % 2000 WHEN 7 THEN 'revoke' ELSE 'submit' END, 'o' || i, 'done', 'same'
            FROM generate_series(1, $2::int) i ORDER BY i
            """;

    private final Database database = postgres.database();

    @BeforeAll
    static void fill() {
        Await.value(postgres.database().query(FILL, Tuple.of(FIRST.atOffset(java.time.ZoneOffset.UTC), ROWS)));
    }

    /** Each look at it is a second later: no page has time for a second window more than it must look at. */
    private static InstantSource hurried() {
        long[] seconds = {0};
        return () -> FIRST.plusSeconds(seconds[0]++);
    }

    private static AuditFilter filter(
            @Nullable String orgId, @Nullable String actor, @Nullable String action, int from, int to) {
        return new AuditFilter(
                orgId,
                actor,
                action,
                null,
                null,
                null,
                null,
                from < 0 ? null : FIRST.plus(from, ChronoUnit.MINUTES),
                to < 0 ? null : FIRST.plus(to, ChronoUnit.MINUTES));
    }

    private List<String> found(AuditFilter filter, List<Integer> sizes) {
        AuditLog log = new AuditLog(database, hurried());
        List<String> objects = new ArrayList<>();
        long below = Long.MAX_VALUE;
        while (true) {
            AuditLog.Page page = Await.value(log.list(filter, below, 100));
            page.entries().forEach(entry -> objects.add(entry.event().objectId()));
            sizes.add(page.entries().size());
            if (page.next() == null) {
                return objects;
            }
            assertThat(page.next()).isLessThan(below);
            below = page.next();
        }
    }

    @Test
    void whatNoIndexKnows_isFoundPageAfterPage() {
        List<Integer> sizes = new ArrayList<>();
        assertThat(found(filter(null, "account:rare", null, -1, -1), sizes)).containsExactly("o17");
        assertThat(sizes).hasSizeGreaterThan(1).contains(0);
        assertThat(found(filter(null, "agent:42", null, -1, -1), new ArrayList<>()))
                .hasSize(ROWS / 100)
                .doesNotHaveDuplicates();
        assertThat(found(filter(null, null, "revoke", -1, -1), new ArrayList<>()))
                .hasSize(ROWS / 2_000);
        assertThat(found(filter("small", null, null, -1, -1), new ArrayList<>()))
                .hasSize(ROWS / 1_000)
                .startsWith("o" + ROWS);
    }

    @Test
    void aRowWithAWrongTime_hidesNoOther() {
        int middle = ROWS / 2;
        List<String> since = found(filter(null, null, null, middle, -1), new ArrayList<>());
        assertThat(since).hasSize(middle).contains("o" + middle, "o" + ROWS).doesNotContain("o" + (middle - 1));
        List<String> until = found(filter(null, null, null, -1, middle), new ArrayList<>());
        assertThat(until).hasSize(middle - 2).contains("o1", "o" + (middle - 1)).doesNotContain("o" + middle);
        assertThat(found(filter(null, null, null, middle, middle + 3), new ArrayList<>()))
                .containsExactly("o" + (middle + 2), "o" + (middle + 1), "o" + middle);
    }
}
