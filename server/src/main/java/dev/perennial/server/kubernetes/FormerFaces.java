package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The SQL of what selectors saw of objects before a change of it. */
final class FormerFaces {
    private static final String KEEP =
            "INSERT INTO kubernetes_before (position, request_id, labels) VALUES ($1, $2, $3)";

    private static final String AFTER = """
            SELECT position, labels, signer FROM kubernetes_before WHERE position > $1 AND request_id = ANY ($2)
            """;

    /**
     * What was before one change.
     *
     * @param labels null where they did not change
     * @param signer null where it did not change
     */
    record Former(@Nullable ObjectNode labels, @Nullable String signer) {
        static final Former UNCHANGED = new Former(null, null);
    }

    /** Keeps the labels of before a change, at its position. The signer of before is kept wherever it is changed. */
    Future<Void> keep(SqlConnection tx, long position, String requestId, ObjectNode labels) {
        return tx.preparedQuery(KEEP)
                .execute(Tuple.of(position, requestId, StoredJson.of(labels)))
                .mapEmpty();
    }

    /** What was before each change of them after that position, by the positions of the changes. */
    Future<Map<Long, Former>> after(SqlConnection tx, long position, Collection<String> requestIds) {
        // Not of(…): it would take the array for the rest of the values.
        Tuple values = Tuple.tuple().addValue(position).addValue(requestIds.toArray(String[]::new));
        return tx.preparedQuery(AFTER).execute(values).map(rows -> {
            Map<Long, Former> former = new HashMap<>();
            rows.forEach(row -> former.put(
                    row.getLong("position"),
                    new Former(StoredJson.objectOrNull(row, "labels"), row.getString("signer"))));
            return former;
        });
    }
}
