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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The SQL of credentials: found by their SHA-256 and by nothing else. */
final class CallerStore {
    private static final String BOOTSTRAP = "SELECT 1 FROM bootstrap_administrator WHERE token_sha256 = $1";

    private static final String SET_BOOTSTRAP = "INSERT INTO bootstrap_administrator (token_sha256) VALUES ($1)";

    private static final String TOKEN = "SELECT " + AccountRows.COLUMNS + """
                    , t.roles AS token_roles, t.names AS token_names, t.expires
                    FROM access_tokens t JOIN accounts a ON a.id = t.account_id WHERE t.token_sha256 = $1
                    """;

    private static final String AGENT_CERTIFICATE = """
            SELECT c.agent_id, c.state, c.not_before, c.not_after, a.org_id, a.names, a.state AS agent_state
            FROM client_certificates c JOIN agent_connectors a ON a.id = c.agent_id
            WHERE c.sha256 = $1
            """;

    /** One that we issued ourselves may be revoked by now. */
    private static final String ACCOUNT_CERTIFICATE = "SELECT " + AccountRows.COLUMNS + """
                    , c.not_before, c.not_after,
                    EXISTS (SELECT 1 FROM certificates i WHERE i.sha256 = c.sha256 AND i.revoked IS NOT NULL) AS revoked
                    FROM account_certificates c JOIN accounts a ON a.id = c.account_id WHERE c.sha256 = $1
                    """;

    private static final String AGENTS =
            "SELECT id, org_id, names FROM agent_connectors WHERE id = ANY ($1) AND state = 'active'";

    private static final String ACCOUNTS =
            "SELECT " + AccountRows.COLUMNS + " FROM accounts a WHERE a.id = ANY ($1) AND a.enabled";

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

    /** The certificate of an agent's identity, with the agent that it belongs to. */
    record AgentCertificate(Caller caller, boolean retired, String state, Instant notBefore, Instant notAfter) {}

    /** A token or certificate of an account, with what it stands for. */
    record AccountCredential(Account account, Caller caller, boolean revoked, Instant notBefore, Instant notAfter) {}

    Future<Boolean> isBootstrap(byte[] tokenSha256) {
        return database.query(BOOTSTRAP, Tuple.of(Buffer.buffer(tokenSha256))).map(rows -> rows.size() > 0);
    }

    Future<Void> setBootstrap(SqlConnection tx, byte[] tokenSha256) {
        return tx.preparedQuery(SET_BOOTSTRAP)
                .execute(Tuple.of(Buffer.buffer(tokenSha256)))
                .mapEmpty();
    }

    Future<Optional<AccountCredential>> token(byte[] sha256) {
        return first(TOKEN, sha256)
                .map(found -> found.map(row -> {
                    Account account = AccountRows.read(row);
                    Caller whole = account.caller(Caller.Proof.TOKEN);
                    String[] roles = row.getArrayOfStrings("token_roles");
                    String[] names = row.getArrayOfStrings("token_names");
                    Caller narrowed = whole.narrowedTo(
                            roles == null ? null : AccountRows.roles(roles),
                            names == null ? null : Grants.parse(List.of(names)));
                    return new AccountCredential(account, narrowed, false, Instant.MIN, Timestamps.in(row, "expires"));
                }));
    }

    Future<Optional<AgentCertificate>> agentCertificate(byte[] sha256) {
        return first(AGENT_CERTIFICATE, sha256)
                .map(found -> found.map(row -> new AgentCertificate(
                        agent(row, "agent_id"),
                        "retired".equals(row.getString("agent_state")),
                        row.getString("state"),
                        Timestamps.in(row, "not_before"),
                        Timestamps.in(row, "not_after"))));
    }

    Future<Optional<AccountCredential>> accountCertificate(byte[] sha256) {
        return first(ACCOUNT_CERTIFICATE, sha256)
                .map(found -> found.map(row -> {
                    Account account = AccountRows.read(row);
                    return new AccountCredential(
                            account,
                            account.caller(Caller.Proof.CERTIFICATE),
                            row.getBoolean("revoked"),
                            Timestamps.in(row, "not_before"),
                            Timestamps.in(row, "not_after"));
                }));
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

    /** Agents in service among those ids, by their names as callers. */
    Future<Map<String, Caller>> agents(SqlConnection tx, String[] ids) {
        return tx.preparedQuery(AGENTS).execute(Tuple.of((Object) ids)).map(rows -> {
            Map<String, Caller> callers = new HashMap<>();
            rows.forEach(row -> add(callers, agent(row, "id")));
            return callers;
        });
    }

    /** Accounts that are not disabled among those ids, by their names as callers. */
    Future<Map<String, Caller>> accounts(SqlConnection tx, String[] ids) {
        return tx.preparedQuery(ACCOUNTS).execute(Tuple.of((Object) ids)).map(rows -> {
            Map<String, Caller> callers = new HashMap<>();
            rows.forEach(row -> add(callers, AccountRows.read(row).caller(Caller.Proof.TOKEN)));
            return callers;
        });
    }

    private static void add(Map<String, Caller> callers, Caller caller) {
        callers.put(caller.name(), caller);
    }

    private Future<Optional<Row>> first(String sql, byte[] sha256) {
        return database.query(sql, Tuple.of(Buffer.buffer(sha256)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next()));
    }

    private static Caller agent(Row row, String id) {
        return Caller.agent(
                row.getString(id), row.getString("org_id"), Grants.parse(List.of(row.getArrayOfStrings("names"))));
    }
}
