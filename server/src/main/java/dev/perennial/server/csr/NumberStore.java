package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of the numbers that requests and certificates have beside their ids. */
final class NumberStore {
    private static final String REQUEST = """
            SELECT id FROM signing_requests
            WHERE number = $1 AND withdrawn IS NULL AND ($2::text IS NULL OR org_id = $2)
            """;

    private static final String OF_REQUEST = "SELECT number FROM signing_requests WHERE id = $1";

    private static final String OF_CERTIFICATE = "SELECT number FROM certificates WHERE id = $1";

    private final Database database;

    NumberStore(Database database) {
        this.database = database;
    }

    Future<Optional<String>> request(@Nullable String orgId, long number) {
        return database.query(REQUEST, Tuple.of(number, orgId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("id")));
    }

    Future<Optional<Long>> ofRequest(String id) {
        return database.query(OF_REQUEST, Tuple.of(id)).map(NumberStore::number);
    }

    Future<Optional<Long>> ofCertificate(String id) {
        return database.query(OF_CERTIFICATE, Tuple.of(id)).map(NumberStore::number);
    }

    private static Optional<Long> number(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(rows.iterator().next().getLong("number"));
    }
}
