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

    private static final String PAGE_END = " ORDER BY id DESC LIMIT $";

    /**
     * Ids follow time but for clocks that differ and transactions that take their while, by far less than an hour: the
     * second condition spares the way through all that is younger.
     */
    private static final String UNTIL = """
            at < $%1$d AND id < coalesce(
                (SELECT e.id FROM audit_events e WHERE e.at >= $%1$d::timestamptz + interval '1 hour'
                 ORDER BY e.at LIMIT 1), 9223372036854775807)""";

    private static final String SINCE = """
            at >= $%1$d AND id > coalesce(
                (SELECT e.id FROM audit_events e WHERE e.at < $%1$d::timestamptz - interval '1 hour'
                 ORDER BY e.at DESC LIMIT 1), 0)""";

    private final Database database;

    AuditStore(Database database) {
        this.database = database;
    }

    Future<List<AuditLog.Entry>> list(AuditFilter filter, long below, int limit) {
        Page page = new Page();
        page.where("id < $%d", below);
        page.where("org_id = $%d", filter.orgId());
        page.where("actor = $%d", filter.actor());
        page.where("action = $%d", filter.action());
        page.where("object_id = $%d", filter.objectId());
        page.where("outcome = $%d", filter.outcome());
        // An index of a part is asked only by the condition of that part.
        if (filter.outcome() != null && !"done".equals(filter.outcome())) {
            page.and("outcome <> 'done'");
        }
        page.where("source = $%d", filter.source());
        page.where("http_request = $%d AND http_request <> ''", filter.httpRequest());
        page.where(SINCE, Timestamps.ofNullable(filter.since()));
        page.where(UNTIL, Timestamps.ofNullable(filter.until()));
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
