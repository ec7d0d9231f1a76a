package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Ownership;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a request would be seen now, and by whom: what a poll needs to know where nothing has changed.
 *
 * @param renews as in {@link RequestView}
 * @param position of the request's last event
 */
public record RequestVersion(
        Ownership ownership, @Nullable String privateKeyId, boolean withdrawn, boolean renews, long position) {

    /** It differs whenever anything that can be seen does. */
    public String text() {
        return position + (renews ? "r" : "q");
    }

    boolean isVisibleTo(Caller caller) {
        return caller.sees(ownership);
    }

    static RequestVersion read(Row row, Instant now) {
        Instant notAfter = Timestamps.inNullable(row, "not_after");
        boolean renews = notAfter != null
                && Reading.renews(
                        row.getBoolean("auto_renew"),
                        RequestState.valueOf(row.getString("state")),
                        Timestamps.inNullable(row, "renew_at"),
                        "retired".equals(row.getString("agent_state")),
                        Timestamps.inNullable(row, "last_seen"),
                        Timestamps.in(row, "not_before"),
                        notAfter,
                        Timestamps.inNullable(row, "renewal_time"),
                        now);
        return new RequestVersion(
                new Ownership(
                        row.getString("org_id"),
                        row.getString("owner"),
                        row.getString("agent_id"),
                        row.getString("signer")),
                row.getString("private_key_id"),
                row.getOffsetDateTime("withdrawn") != null,
                renews,
                row.getLong("position"));
    }
}
