package dev.perennial.server.identity;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** The SQL of organisations. */
final class OrganisationStore {
    private static final String NAMES = "SELECT names FROM organisations WHERE id = $1";

    private final Database database;

    OrganisationStore(Database database) {
        this.database = database;
    }

    Future<Optional<List<String>>> names(String id) {
        return database.query(NAMES, Tuple.of(id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(List.of(rows.iterator().next().getArrayOfStrings("names"))));
    }
}
