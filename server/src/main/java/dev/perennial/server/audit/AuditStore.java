package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of reading the audit record. A page's statement holds only the conditions that were asked for, each a constant:
 * one that had them all, switched by nulls, could use no index.
 */
final class AuditStore {
    private static final String SELECT = "SELECT " + AuditEvent.COLUMNS + """
            , (SELECT s.number FROM audit_seals s WHERE s.last_id >= audit_events.id ORDER BY s.last_id LIMIT 1) AS seal
            FROM audit_events WHERE\s""";

    private static final String FIND = SELECT + "id = $1 AND ($2::text IS NULL OR org_id = $2)";

    /** What nearly all rows are about: these have no index. */
    private static final Set<String> FREQUENT = Set.of("submit", "renew");

    private static final String PAGE_END = " ORDER BY id DESC LIMIT $";

    /**
     * Between which ids rows of that time are. Ids follow time but for clocks that differ and transactions that take their
     * while, by far less than an hour; and a row with a wrong time must not hide others, so a thousand have to agree.
     */
    private static final String BOUNDS = """
            SELECT coalesce((SELECT CASE count(*) WHEN 1000 THEN min(id) END FROM (
                       SELECT id FROM audit_events WHERE at < $1::timestamptz - interval '1 hour'
                       ORDER BY at DESC LIMIT 1000) AS before), 0) AS above,
                   least((SELECT max(id) FROM audit_events),
                         (SELECT CASE count(*) WHEN 1000 THEN max(id) END FROM (
                             SELECT id FROM audit_events WHERE at >= $2::timestamptz + interval '1 hour'
                             ORDER BY at LIMIT 1000) AS after)) AS last
            """;

    private final Database database;

    AuditStore(Database database) {
        this.database = database;
    }

    /** Ids above the one, up to the other. */
    record Bounds(long above, long last) {}

    Future<Bounds> bounds(AuditFilter filter) {
        return database.query(
                        BOUNDS, Tuple.of(Timestamps.ofNullable(filter.since()), Timestamps.ofNullable(filter.until())))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    Long last = row.getLong("last");
                    return new Bounds(row.getLong("above"), last == null ? 0 : last);
                });
    }

    /** Newest first, of the rows within the bounds. */
    Future<List<AuditLog.Entry>> list(AuditFilter filter, Bounds bounds, int limit) {
        Page page = new Page();
        page.where("id > $%d", bounds.above());
        page.where("id <= $%d", bounds.last());
        // An index of a part is asked only by the condition of that part.
        page.where("org_id = $%d", filter.orgId());
        if (filter.orgId() != null && !"default".equals(filter.orgId())) {
            page.and("org_id <> 'default'");
        }
        page.where("actor = $%d", filter.actor());
        page.where("action = $%d", filter.action());
        if (filter.action() != null && !FREQUENT.contains(filter.action())) {
            page.and("action NOT IN ('submit', 'renew')");
        }
        page.where("object_id = $%d", filter.objectId());
        page.where("outcome = $%d", filter.outcome());
        if (filter.outcome() != null && !"done".equals(filter.outcome())) {
            page.and("outcome <> 'done'");
        }
        page.where("source = $%d", filter.source());
        page.where("http_request = $%d AND http_request <> ''", filter.httpRequest());
        page.where("at >= $%d", Timestamps.ofNullable(filter.since()));
        page.where("at < $%d", Timestamps.ofNullable(filter.until()));
        return database.query(page.sql(limit), page.values).map(AuditStore::entries);
    }

    Future<Optional<AuditLog.Entry>> find(@Nullable String orgId, long id) {
        return database.query(FIND, Tuple.of(id, orgId))
                .map(rows -> entries(rows).stream().findFirst());
    }

    /** A statement as it is put together, and its values. */
    private static final class Page {
        private final Tuple values = Tuple.tuple();
        private final List<String> conditions = new ArrayList<>();

        void where(String condition, @Nullable Object value) {
            if (value != null) {
                values.addValue(value);
                conditions.add(condition.formatted(values.size()));
            }
        }

        void and(String condition) {
            conditions.add(condition);
        }

        String sql(int limit) {
            values.addInteger(limit);
            return SELECT + String.join(" AND ", conditions) + PAGE_END + values.size();
        }
    }

    private static List<AuditLog.Entry> entries(RowSet<Row> rows) {
        List<AuditLog.Entry> entries = new ArrayList<>();
        rows.forEach(row -> entries.add(new AuditLog.Entry(AuditEvent.read(row), row.getLong("seal"))));
        return entries;
    }
}
