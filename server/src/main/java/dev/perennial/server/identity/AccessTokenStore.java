package dev.perennial.server.identity;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of access tokens. */
final class AccessTokenStore {
    private static final String SELECT = """
            SELECT t.id, a.org_id, t.account_id, a.name AS account_name, t.roles, t.names, t.expires, t.created
            FROM access_tokens t JOIN accounts a ON a.id = t.account_id
            """;

    private static final String FIND = SELECT + "WHERE t.id = $1";

    private static final String LIST = SELECT + """
                    WHERE ($1::text IS NULL OR a.org_id = $1) AND ($2::text IS NULL OR t.account_id = $2)
                      AND t.expires > $3
                    ORDER BY t.number LIMIT $4
                    """;

    private static final String INSERT = """
            INSERT INTO access_tokens (id, token_sha256, account_id, roles, names, expires, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """;

    /** Those that are over go when the account gets another, so that nobody's tokens pile up. */
    private static final String DELETE_OVER = "DELETE FROM access_tokens WHERE account_id = $1 AND expires <= $2";

    private static final String COUNT = "SELECT count(*) AS tokens FROM access_tokens WHERE account_id = $1";

    private static final String DELETE = "DELETE FROM access_tokens WHERE id = $1";

    private final Database database;

    AccessTokenStore(Database database) {
        this.database = database;
    }

    Future<Optional<AccessToken>> find(String id) {
        return database.query(FIND, Tuple.of(id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(fromRow(rows.iterator().next())));
    }

    /** Those that are still good. */
    Future<List<AccessToken>> list(@Nullable String orgId, @Nullable String accountId, Instant now, int limit) {
        return database.query(LIST, Tuple.of(orgId, accountId, Timestamps.of(now), limit))
                .map(rows -> {
                    List<AccessToken> tokens = new ArrayList<>();
                    rows.forEach(row -> tokens.add(fromRow(row)));
                    return tokens;
                });
    }

    Future<Long> dropOverAndCount(SqlConnection tx, String accountId, Instant now) {
        return tx.preparedQuery(DELETE_OVER)
                .execute(Tuple.of(accountId, Timestamps.of(now)))
                .compose(done -> tx.preparedQuery(COUNT).execute(Tuple.of(accountId)))
                .map(rows -> rows.iterator().next().getLong("tokens"));
    }

    Future<Void> insert(SqlConnection tx, AccessToken token, byte[] sha256) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    token.id(),
                    Buffer.buffer(sha256),
                    token.accountId(),
                    token.roles() == null ? null : AccountRows.words(token.roles()),
                    token.names() == null ? null : token.names().toArray(String[]::new),
                    Timestamps.of(token.expires()),
                    Timestamps.of(token.created())
                }))
                .mapEmpty();
    }

    Future<Boolean> delete(SqlConnection tx, String id) {
        return tx.preparedQuery(DELETE).execute(Tuple.of(id)).map(rows -> rows.rowCount() == 1);
    }

    private static AccessToken fromRow(Row row) {
        String[] roles = row.getArrayOfStrings("roles");
        String[] names = row.getArrayOfStrings("names");
        return new AccessToken(
                row.getString("id"),
                row.getString("org_id"),
                row.getString("account_id"),
                row.getString("account_name"),
                roles == null ? null : AccountRows.roles(roles),
                names == null ? null : List.of(names),
                Timestamps.in(row, "expires"),
                Timestamps.in(row, "created"));
    }
}
