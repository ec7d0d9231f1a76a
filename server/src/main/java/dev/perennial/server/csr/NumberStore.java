package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** The SQL of the numbers of requests, by which some doors call them: never reused. */
final class NumberStore {
    private static final String FIND = "SELECT id FROM signing_requests WHERE number = $1 AND org_id = $2";

    private static final String NUMBER = "SELECT number FROM signing_requests WHERE id = $1";

    private final Database database;

    NumberStore(Database database) {
        this.database = database;
    }

    /** The id of the request of that number, in that organisation. */
    Future<Optional<String>> find(String orgId, long number) {
        return database.query(FIND, Tuple.of(number, orgId))
                .map(rows -> first(rows).map(row -> row.getString("id")));
    }

    /** The number of the request of that id; empty where there is none. */
    Future<Optional<Long>> numberOf(String id) {
        return database.query(NUMBER, Tuple.of(id)).map(rows -> first(rows).map(row -> row.getLong("number")));
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }
}
