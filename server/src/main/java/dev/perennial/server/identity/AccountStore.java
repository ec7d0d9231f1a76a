package dev.perennial.server.identity;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of accounts. */
final class AccountStore {
    private static final String SELECT = "SELECT " + AccountRows.COLUMNS + " FROM accounts a ";

    private static final String FIND = SELECT + "WHERE a.id = $1";

    private static final String LIST = SELECT + """
                    WHERE ($1::text IS NULL OR a.org_id = $1) AND ($2::text IS NULL OR a.id = $2)
                    AND ($3::text IS NULL OR a.name = $3) AND a.number > $4 ORDER BY a.number LIMIT $5
                    """;

    private static final String BY_NUMBER = "SELECT id FROM accounts WHERE number = $1";

    private static final String NUMBERS = "SELECT id, number FROM accounts WHERE id = ANY ($1)";

    private static final String INSERT = """
            INSERT INTO accounts (id, org_id, name, password, roles, names, signers, enabled, created, updated)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
            """;

    private static final String UPDATE = """
            UPDATE accounts SET name = $2, roles = $3, names = $4, signers = $5, enabled = $6, updated = $7 WHERE id = $1
            """;

    private static final String SET_PASSWORD = "UPDATE accounts SET password = $2, updated = $3 WHERE id = $1";

    private static final String REPLACE_PASSWORD = """
            UPDATE accounts SET password = $2, updated = $3
            WHERE id = $1 AND encode(sha256(convert_to(password, 'UTF8')), 'hex') = $4
            """;

    private static final String DROP_TOKENS = "DELETE FROM access_tokens WHERE account_id = $1";

    private static final String DROP_CERTIFICATES = "DELETE FROM account_certificates WHERE account_id = $1";

    /** Those that are over go when the account gets another, so that nobody's certificates pile up. */
    private static final String DROP_OVER =
            "DELETE FROM account_certificates WHERE account_id = $1 AND not_after <= $2";

    private static final String COUNT_CERTIFICATES =
            "SELECT count(*) AS certificates FROM account_certificates WHERE account_id = $1";

    private static final String DELETE = "DELETE FROM accounts WHERE id = $1";

    private static final String CERTIFY = """
            INSERT INTO account_certificates (sha256, account_id, der, not_before, not_after, created)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (sha256) DO NOTHING
            """;

    private static final String CERTIFICATES = """
            SELECT encode(sha256, 'hex') AS sha256, not_before, not_after, created
            FROM account_certificates WHERE account_id = $1 ORDER BY number
            """;

    private static final String UNCERTIFY =
            "DELETE FROM account_certificates WHERE account_id = $1 AND encode(sha256, 'hex') = $2";

    private final Database database;

    AccountStore(Database database) {
        this.database = database;
    }

    Future<Optional<Account>> find(String id) {
        return database.query(FIND, Tuple.of(id)).map(AccountStore::first);
    }

    Future<Optional<Account>> lock(SqlConnection tx, String id) {
        return tx.preparedQuery(FIND + " FOR UPDATE").execute(Tuple.of(id)).map(AccountStore::first);
    }

    /**
     * @param id only that one; null: all of the organisation, or of all where it is null too
     * @param name only those of that name, in its canonical form; null: whatever they are called
     * @param after only those of higher numbers
     */
    Future<List<Account>> list(
            @Nullable String orgId, @Nullable String id, @Nullable String name, long after, int limit) {
        return database.query(LIST, Tuple.of(orgId, id, name, after, limit)).map(rows -> {
            List<Account> accounts = new ArrayList<>();
            rows.forEach(row -> accounts.add(AccountRows.read(row)));
            return accounts;
        });
    }

    Future<Optional<String>> byNumber(long number) {
        return database.query(BY_NUMBER, Tuple.of(number))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("id")));
    }

    /** The numbers of those of them that there are, by id. */
    Future<Map<String, Long>> numbers(Collection<String> ids) {
        return database.query(NUMBERS, Tuple.of(ids.toArray(String[]::new))).map(rows -> {
            Map<String, Long> numbers = new HashMap<>();
            rows.forEach(row -> numbers.put(row.getString("id"), row.getLong("number")));
            return numbers;
        });
    }

    /** @param password in PHC form; null for none */
    Future<Void> insert(SqlConnection tx, Account account, @Nullable String password) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    account.id(),
                    account.orgId(),
                    account.name(),
                    password,
                    AccountRows.words(account.roles()),
                    account.names().toArray(String[]::new),
                    account.signers().toArray(String[]::new),
                    account.enabled(),
                    Timestamps.of(account.created())
                }))
                .mapEmpty();
    }

    Future<Void> update(SqlConnection tx, Account account) {
        return tx.preparedQuery(UPDATE)
                .execute(Tuple.from(new Object[] {
                    account.id(),
                    account.name(),
                    AccountRows.words(account.roles()),
                    account.names().toArray(String[]::new),
                    account.signers().toArray(String[]::new),
                    account.enabled(),
                    Timestamps.of(account.updated())
                }))
                .mapEmpty();
    }

    Future<Void> setPassword(SqlConnection tx, String id, String password, Instant now) {
        return tx.preparedQuery(SET_PASSWORD)
                .execute(Tuple.of(id, password, Timestamps.of(now)))
                .mapEmpty();
    }

    /**
     * @param before the SHA-256 of the stored form of the password that is replaced
     * @return false where that is not the password any more
     */
    Future<Boolean> replacePassword(SqlConnection tx, String id, String before, String password, Instant now) {
        return tx.preparedQuery(REPLACE_PASSWORD)
                .execute(Tuple.of(id, password, Timestamps.of(now), before))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Ends its access tokens and client certificates. */
    Future<Void> dropCredentials(SqlConnection tx, String id) {
        return tx.preparedQuery(DROP_TOKENS)
                .execute(Tuple.of(id))
                .compose(done -> tx.preparedQuery(DROP_CERTIFICATES).execute(Tuple.of(id)))
                .mapEmpty();
    }

    Future<Long> dropOverAndCountCertificates(SqlConnection tx, String id, Instant now) {
        return tx.preparedQuery(DROP_OVER)
                .execute(Tuple.of(id, Timestamps.of(now)))
                .compose(done -> tx.preparedQuery(COUNT_CERTIFICATES).execute(Tuple.of(id)))
                .map(rows -> rows.iterator().next().getLong("certificates"));
    }

    Future<Void> delete(SqlConnection tx, String id) {
        return tx.preparedQuery(DELETE).execute(Tuple.of(id)).mapEmpty();
    }

    /** @return false where that certificate is somebody's already */
    Future<Boolean> certify(SqlConnection tx, String id, RegisteredCertificate certificate, byte[] sha256, byte[] der) {
        return tx.preparedQuery(CERTIFY)
                .execute(Tuple.of(
                        Buffer.buffer(sha256),
                        id,
                        Buffer.buffer(der),
                        Timestamps.of(certificate.notBefore()),
                        Timestamps.of(certificate.notAfter()),
                        Timestamps.of(certificate.created())))
                .map(rows -> rows.rowCount() == 1);
    }

    Future<List<RegisteredCertificate>> certificates(String id) {
        return database.query(CERTIFICATES, Tuple.of(id)).map(rows -> {
            List<RegisteredCertificate> certificates = new ArrayList<>();
            rows.forEach(row -> certificates.add(new RegisteredCertificate(
                    row.getString("sha256"),
                    Timestamps.in(row, "not_before"),
                    Timestamps.in(row, "not_after"),
                    Timestamps.in(row, "created"))));
            return certificates;
        });
    }

    Future<Boolean> uncertify(SqlConnection tx, String id, String sha256) {
        return tx.preparedQuery(UNCERTIFY).execute(Tuple.of(id, sha256)).map(rows -> rows.rowCount() == 1);
    }

    private static Optional<Account> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(AccountRows.read(rows.iterator().next()));
    }
}
