package dev.perennial.server.fleet;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SQL of agents. */
final class AgentStore {
    private static final String COLUMNS = "id, org_id, name, names, state, last_seen, created, updated, position";

    private static final String INSERT = """
            INSERT INTO agent_connectors (id, org_id, name, names, state, last_seen, created, updated, position)
            VALUES ($1, $2, $3, $4, 'active', $5, $5, $5, $6)
            """;

    private static final String FIND = "SELECT " + COLUMNS + " FROM agent_connectors WHERE id = $1";

    private static final String LIST = "SELECT " + COLUMNS
            + " FROM agent_connectors WHERE $1::text IS NULL OR org_id = $1 ORDER BY number LIMIT $2";

    private static final String SET_NAMES = """
            UPDATE agent_connectors SET name = $2, names = $3, updated = $4, position = $5
            WHERE id = $1 AND state = 'active'
            """;

    private static final String RETIRE = """
            UPDATE agent_connectors SET state = 'retired', updated = $2, position = $3
            WHERE id = $1 AND state = 'active'
            """;

    /** Locked in the order of ids, so that two servers telling of the same agents do not deadlock. */
    private static final String SEEN = """
            WITH locked AS MATERIALIZED (
                SELECT id FROM agent_connectors WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE)
            UPDATE agent_connectors a SET last_seen = u.at
            FROM locked l JOIN unnest($1::text[], $2::timestamptz[]) AS u (id, at) ON u.id = l.id
            WHERE a.id = l.id AND a.last_seen < u.at
            """;

    private static final String LOCK = "SELECT " + COLUMNS + " FROM agent_connectors WHERE id = $1 FOR UPDATE";

    private final Database database;

    AgentStore(Database database) {
        this.database = database;
    }

    Future<Void> insert(SqlConnection tx, Agent agent) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        agent.id(),
                        agent.orgId(),
                        agent.name(),
                        agent.names().toArray(String[]::new),
                        Timestamps.of(agent.created()),
                        agent.position()))
                .mapEmpty();
    }

    Future<Optional<Agent>> find(String id) {
        return database.query(FIND, Tuple.of(id)).map(AgentStore::first);
    }

    Future<Optional<Agent>> lock(SqlConnection tx, String id) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(id)).map(AgentStore::first);
    }

    Future<List<Agent>> list(@Nullable String orgId, int limit) {
        return database.query(LIST, Tuple.of(orgId, limit)).map(rows -> {
            List<Agent> agents = new ArrayList<>();
            rows.forEach(row -> agents.add(fromRow(row)));
            return agents;
        });
    }

    Future<Void> setNames(SqlConnection tx, String id, String name, List<String> names, Instant now, long position) {
        return tx.preparedQuery(SET_NAMES)
                .execute(Tuple.of(id, name, names.toArray(String[]::new), Timestamps.of(now), position))
                .mapEmpty();
    }

    Future<Void> retire(SqlConnection tx, String id, Instant now, long position) {
        return tx.preparedQuery(RETIRE)
                .execute(Tuple.of(id, Timestamps.of(now), position))
                .mapEmpty();
    }

    Future<Void> seen(Map<String, Instant> times) {
        List<Map.Entry<String, Instant>> entries = List.copyOf(times.entrySet());
        String[] ids = entries.stream().map(Map.Entry::getKey).toArray(String[]::new);
        OffsetDateTime[] at =
                entries.stream().map(entry -> Timestamps.of(entry.getValue())).toArray(OffsetDateTime[]::new);
        return database.query(SEEN, Tuple.of(ids, (Object) at)).mapEmpty();
    }

    private static Optional<Agent> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(fromRow(rows.iterator().next()));
    }

    private static Agent fromRow(Row row) {
        return new Agent(
                row.getString("id"),
                row.getString("org_id"),
                row.getString("name"),
                List.of(row.getArrayOfStrings("names")),
                "retired".equals(row.getString("state")),
                Timestamps.in(row, "last_seen"),
                Timestamps.in(row, "created"),
                Timestamps.in(row, "updated"),
                row.getLong("position"));
    }

    static Map<String, Instant> drained(Map<String, Instant> times) {
        Map<String, Instant> taken = times.keySet().stream()
                .collect(Collectors.toMap(id -> id, id -> times.getOrDefault(id, Instant.EPOCH)));
        taken.forEach(times::remove);
        return taken;
    }
}
