package dev.perennial.server.csr;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one submission of those that were written together.
 *
 * @param position of its event; 0 unless stored
 * @param at the time of the batch, which stands in the rows
 * @param delay how long until another certificate will be granted; null where nothing is said of it
 */
record Outcome(
        Fate fate, long position, Instant at, @Nullable Duration delay) {
    enum Fate {
        STORED,
        /** The same PKCS#10 is live already. */
        DUPLICATE,
        /** The key was rotated out or blocked. */
        KEY,
        /** The caller has had, or has waiting, as much as anybody may. */
        LIMITED
    }

    /** Of {@code request_id}, {@code outcome}, {@code position} and {@code wait_millis}, in the order of those ids. */
    static List<Outcome> read(RowSet<Row> rows, List<String> ids, Instant at) {
        Map<String, Outcome> outcomes = new HashMap<>();
        rows.forEach(row -> outcomes.put(row.getString("request_id"), read(row, at)));
        if (!outcomes.keySet().containsAll(ids)) {
            throw new IllegalStateException("a submission without an outcome");
        }
        return ids.stream().map(outcomes::get).toList();
    }

    private static Outcome read(Row row, Instant at) {
        Long position = row.getLong("position");
        Long wait = row.getLong("wait_millis");
        return new Outcome(
                Fate.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
                position == null ? 0 : position,
                at,
                wait == null ? null : Duration.ofMillis(wait));
    }
}
