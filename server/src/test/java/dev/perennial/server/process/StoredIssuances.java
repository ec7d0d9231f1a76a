package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.testing.Await;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** What the database itself has of issuances, each for a request with a name of its own. */
final class StoredIssuances {
    private static final String CERTIFICATES = """
            SELECT c.serial AS found FROM generations g
            JOIN certificates c ON c.request_id = g.request_id AND c.generation = g.generation
            WHERE $1 = ANY (g.identifiers) ORDER BY c.number
            """;

    private static final String REQUEST =
            "SELECT DISTINCT request_id AS found FROM generations WHERE $1 = ANY (identifiers)";

    private static final String DONE = """
            SELECT e.object_id AS found FROM audit_events e
            JOIN generations g ON g.request_id = e.object_id AND g.generation = 1
            WHERE $1 = ANY (g.identifiers) AND e.action = $2 AND e.outcome = 'done'
            """;

    /** By whichever CA: they are drawn from so many that no two of all are to be the same. */
    private static final String REPEATED =
            "SELECT serial AS found FROM certificates GROUP BY serial HAVING count(*) > 1";

    private static final String CURRENT_TWICE = """
            SELECT request_id AS found FROM generations WHERE live GROUP BY request_id HAVING count(*) > 1
            """;

    private final Database database;

    StoredIssuances(Database database) {
        this.database = database;
    }

    /** The serial numbers of the certificates with that name, oldest first. */
    List<String> serials(String name) {
        return found(CERTIFICATES, Tuple.of("dns:" + name));
    }

    /** The id of the one request with that name. */
    String requestId(String name) {
        List<String> ids = found(REQUEST, Tuple.of("dns:" + name));
        assertThat(ids).as("requests for " + name).hasSize(1);
        return ids.get(0);
    }

    /** How often the record has that this was done to the request with that name. */
    int timesDone(String name, String action) {
        return found(DONE, Tuple.of("dns:" + name, action)).size();
    }

    void requireNothingTwice() {
        assertThat(found(REPEATED, Tuple.tuple())).as("serial numbers").isEmpty();
        assertThat(found(CURRENT_TWICE, Tuple.tuple())).as("requests").isEmpty();
    }

    private List<String> found(String sql, Tuple values) {
        List<String> found = new ArrayList<>();
        for (Row row : Await.value(database.query(sql, values))) {
            found.add(row.getString("found"));
        }
        return found;
    }
}
