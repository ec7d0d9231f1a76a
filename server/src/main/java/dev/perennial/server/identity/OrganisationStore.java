package dev.perennial.server.identity;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of organisations. */
final class OrganisationStore {
    private static final String FIND = "SELECT id, name, names, created, updated FROM organisations WHERE id = $1";

    private static final String NAMES = "SELECT id, names FROM organisations WHERE id = ANY ($1)";

    private static final String LIST = """
            SELECT id, name, names, created, updated FROM organisations
            WHERE $1::text IS NULL OR id = $1 ORDER BY number LIMIT $2
            """;

    private static final String INSERT = """
            INSERT INTO organisations (id, name, names, created, updated) VALUES ($1, $2, $3, $4, $4)
            """;

    private static final String UPDATE = """
            UPDATE organisations SET name = $2, names = $3, updated = $4 WHERE id = $1
            RETURNING id, name, names, created, updated
            """;

    private final Database database;

    OrganisationStore(Database database) {
        this.database = database;
    }

    Future<Optional<Organisation>> find(String id) {
        return database.query(FIND, Tuple.of(id)).map(OrganisationStore::first);
    }

    Future<Optional<Organisation>> lock(SqlConnection tx, String id) {
        return tx.preparedQuery(FIND + " FOR UPDATE").execute(Tuple.of(id)).map(OrganisationStore::first);
    }

    Future<Map<String, Grants>> names(SqlConnection tx, List<String> ids) {
        return tx.preparedQuery(NAMES)
                .execute(Tuple.of((Object) ids.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, Grants> names = new HashMap<>();
                    rows.forEach(row ->
                            names.put(row.getString("id"), Grants.parse(List.of(row.getArrayOfStrings("names")))));
                    return names;
                });
    }

    /** @param id only that one; null: all */
    Future<List<Organisation>> list(@Nullable String id, int limit) {
        return database.query(LIST, Tuple.of(id, limit)).map(rows -> {
            List<Organisation> organisations = new ArrayList<>();
            rows.forEach(row -> organisations.add(fromRow(row)));
            return organisations;
        });
    }

    Future<Void> insert(SqlConnection tx, Organisation organisation) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        organisation.id(),
                        organisation.name(),
                        organisation.names().toArray(String[]::new),
                        Timestamps.of(organisation.created())))
                .mapEmpty();
    }

    Future<Optional<Organisation>> update(SqlConnection tx, String id, String name, List<String> names, Instant now) {
        return tx.preparedQuery(UPDATE)
                .execute(Tuple.of(id, name, names.toArray(String[]::new), Timestamps.of(now)))
                .map(OrganisationStore::first);
    }

    private static Optional<Organisation> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(fromRow(rows.iterator().next()));
    }

    private static Organisation fromRow(Row row) {
        return new Organisation(
                row.getString("id"),
                row.getString("name"),
                List.of(row.getArrayOfStrings("names")),
                Timestamps.in(row, "created"),
                Timestamps.in(row, "updated"));
    }
}
