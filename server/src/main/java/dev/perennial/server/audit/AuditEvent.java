package dev.perennial.server.audit;

import dev.perennial.server.db.Timestamps;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of the audit record.
 *
 * @param actor who: a caller's name, {@code server} itself, or {@code unknown}
 * @param source from where: an address, or {@code clock}
 * @param outcome {@code done}, {@code refused} or {@code failed}
 * @param httpRequest the id that the answer carried; empty for the server's own acts
 */
public record AuditEvent(
        long id,
        Instant at,
        @Nullable String orgId,
        String actor,
        String source,
        String action,
        @Nullable String objectId,
        String outcome,
        @Nullable String reason,
        String httpRequest) {

    static final String COLUMNS = "id, at, org_id, actor, source, action, object_id, outcome, reason, http_request";

    static AuditEvent read(Row row) {
        return new AuditEvent(
                row.getLong("id"),
                Timestamps.in(row, "at"),
                row.getString("org_id"),
                row.getString("actor"),
                row.getString("source"),
                row.getString("action"),
                row.getString("object_id"),
                row.getString("outcome"),
                row.getString("reason"),
                row.getString("http_request"));
    }
}
