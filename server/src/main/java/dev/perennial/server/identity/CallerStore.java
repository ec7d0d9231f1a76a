package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SQL of credentials: found by their SHA-256 and by nothing else. */
final class CallerStore {
    private static final String BOOTSTRAP = "SELECT 1 FROM bootstrap_administrator WHERE token_sha256 = $1";

    private static final String SET_BOOTSTRAP = "INSERT INTO bootstrap_administrator (token_sha256) VALUES ($1)";

    private static final String CERTIFICATE = """
            SELECT c.agent_id, c.state, c.not_before, c.not_after, a.org_id, a.names, a.state AS agent_state
            FROM client_certificates c JOIN agent_connectors a ON a.id = c.agent_id
            WHERE c.sha256 = $1
            """;

    private static final String AGENT =
            "SELECT id, org_id, names FROM agent_connectors WHERE id = ANY ($1) AND state = 'active'";

    private static final String SUPERSEDE = """
            UPDATE client_certificates SET state = 'superseded'
            WHERE agent_id = $1 AND state = 'current'
              AND EXISTS (SELECT 1 FROM client_certificates WHERE sha256 = $2 AND state = 'next')
            """;

    private static final String PROMOTE = """
            UPDATE client_certificates SET state = 'current' WHERE sha256 = $1 AND state = 'next'
            """;

    private static final String IS_CURRENT =
            "SELECT 1 FROM client_certificates WHERE sha256 = $1 AND state = 'current'";

    private final Database database;

    CallerStore(Database database) {
        this.database = database;
    }

    /** A registered client certificate with the agent that it belongs to. */
    record Registered(
            String agentId,
            String orgId,
            Grants grants,
            boolean retired,
            String state,
            Instant notBefore,
            Instant notAfter) {}

    Future<Boolean> isBootstrap(byte[] tokenSha256) {
        return database.query(BOOTSTRAP, Tuple.of(Buffer.buffer(tokenSha256))).map(rows -> rows.size() > 0);
    }

    Future<Void> setBootstrap(SqlConnection tx, byte[] tokenSha256) {
        return tx.preparedQuery(SET_BOOTSTRAP)
                .execute(Tuple.of(Buffer.buffer(tokenSha256)))
                .mapEmpty();
    }

    Future<Optional<Registered>> certificate(byte[] sha256) {
        return database.query(CERTIFICATE, Tuple.of(Buffer.buffer(sha256)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(registered(rows.iterator().next())));
    }

    /** The first use of a new identity ends the one before (SPIRE's rule); nothing happens at any later use. */
    Future<Void> promote(SqlConnection tx, String agentId, byte[] sha256) {
        return tx.preparedQuery(SUPERSEDE)
                .execute(Tuple.of(agentId, Buffer.buffer(sha256)))
                .compose(done -> tx.preparedQuery(PROMOTE).execute(Tuple.of(Buffer.buffer(sha256))))
                .compose(rows -> tx.preparedQuery(IS_CURRENT).execute(Tuple.of(Buffer.buffer(sha256))))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw ProblemException.of(
                                ProblemType.UNAUTHENTICATED,
                                "the client certificate was replaced by a newer one of the same agent");
                    }
                    return null;
                });
    }

    /** Agents in service among those ids, as callers with the grants of now. */
    Future<List<Caller>> agents(SqlConnection tx, String[] ids) {
        return tx.preparedQuery(AGENT).execute(Tuple.of(ids)).map(rows -> {
            List<Caller> callers = new ArrayList<>();
            rows.forEach(row -> callers.add(Caller.agent(
                    row.getString("id"),
                    row.getString("org_id"),
                    Grants.parse(List.of(row.getArrayOfStrings("names"))))));
            return callers;
        });
    }

    private static Registered registered(Row row) {
        return new Registered(
                row.getString("agent_id"),
                row.getString("org_id"),
                Grants.parse(List.of(row.getArrayOfStrings("names"))),
                "retired".equals(row.getString("agent_state")),
                row.getString("state"),
                Timestamps.in(row, "not_before"),
                Timestamps.in(row, "not_after"));
    }
}
