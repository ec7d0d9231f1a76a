package dev.perennial.server.kubernetes;

import dev.perennial.server.csr.Snapshots;
import dev.perennial.server.identity.Scope;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SQL of selections that what this door keeps can narrow. Whether an object is meant its selector says. */
final class ObjectSelections {
    private static final String PAGE = """
            SELECT r.id, r.number FROM kubernetes_objects o JOIN signing_requests r ON r.id = o.request_id
            WHERE r.withdrawn IS NULL AND NOT o.gone AND r.number > $1 AND (o.born OR NOT $2)
              AND o.labels @> $3 AND o.labels ?& $4
              AND ($5::text IS NULL OR o.org_id = $5) AND ($6::text IS NULL OR r.signer = $6)
              AND ($7::text IS NULL OR r.owner = $7 OR r.agent_id = $8 OR r.signer = ANY ($9)
                   OR split_part(r.signer, '/', 1) = ANY ($10))
            ORDER BY r.number LIMIT $11
            """;

    /** Those that are over but for their finalizers. */
    private static final String HELD = """
            SELECT o.request_id AS id FROM kubernetes_objects o JOIN signing_requests r ON r.id = o.request_id
            WHERE NOT o.gone AND o.finalizers <> '{}' AND r.withdrawn IS NOT NULL
              AND ($1::text IS NULL OR o.org_id = $1)
            ORDER BY o.created LIMIT $2
            """;

    /**
     * Some of those that may be meant and are not withdrawn, in the order in which they came.
     *
     * @param born only what was made at this door
     * @param after where to go on, 0 to begin
     */
    Future<Snapshots.Part> page(
            Snapshots.Moment moment, Scope scope, Selector selector, boolean born, long after, int most) {
        Tuple values = Tuple.tuple()
                .addValue(after)
                .addValue(born)
                .addValue(JsonObject.mapFrom(selector.equal()))
                .addValue(selector.present().toArray(String[]::new))
                .addValue(scope.orgId())
                .addValue(selector.signer())
                .addValue(scope.owner())
                .addValue(scope.agentId())
                .addValue(scope.signers().toArray(String[]::new))
                .addValue(scope.domains().toArray(String[]::new))
                .addValue(most + 1);
        return moment.connection().preparedQuery(PAGE).execute(values).compose(rows -> moment.part(rows, most));
    }

    Future<List<String>> held(Snapshots.Moment moment, @Nullable String orgId) {
        return moment.connection()
                .preparedQuery(HELD)
                .execute(Tuple.of(orgId, ObjectStore.MOST_FINALIZED))
                .map(rows -> {
                    List<String> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getString("id")));
                    return ids;
                });
    }
}
