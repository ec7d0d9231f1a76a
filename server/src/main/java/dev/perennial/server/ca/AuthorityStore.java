package dev.perennial.server.ca;

import dev.perennial.server.ca.Authority.Role;
import dev.perennial.server.ca.Authority.State;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.SealKey;
import dev.perennial.server.vault.SigningKey;
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
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The SQL of authorities. Keys cross it sealed, bound by the authority's id so that none can be put in another's row. */
final class AuthorityStore {
    private static final String COLUMNS =
            "id, org_id, name, role, state, issuer_id, subject, der, chain, spki, pkcs10, created, updated";

    private static final String INSERT = """
            INSERT INTO authorities (id, org_id, name, role, state, issuer_id, subject, der, sha256, chain, spki, pkcs10,
                sealed_key, created, updated)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
            """;

    private static final String ALL = "SELECT " + COLUMNS + """
            , sealed_key, number FROM authorities WHERE state <> 'pending' ORDER BY number
            """;

    private static final String VERSION = """
            SELECT coalesce(md5(string_agg(id || state || encode(sha256, 'hex') || extract(epoch FROM updated), ' '
                ORDER BY number)), '') AS version
            FROM authorities WHERE state <> 'pending'
            """;

    /** Of the identities' CAs nobody is told: there is nothing to be done with them. */
    private static final String SHOWN = "role IN ('root', 'issuing')";

    private static final String FIND = "SELECT " + COLUMNS + " FROM authorities WHERE id = $1 AND " + SHOWN;

    private static final String LIST = "SELECT " + COLUMNS + ", number FROM authorities WHERE " + SHOWN + """
             AND ($1 OR org_id IS NULL OR org_id = $2) AND ($3::text IS NULL OR org_id = $3) AND number > $4
            ORDER BY number LIMIT $5
            """;

    private static final String BY_NUMBER = "SELECT id FROM authorities WHERE number = $1 AND " + SHOWN;

    private static final String NUMBERS = "SELECT id, number FROM authorities WHERE id = ANY ($1)";

    /** A change of its state waits for us, and the other way round. */
    private static final String IS_ENABLED = """
            SELECT state = 'enabled' AS enabled FROM authorities WHERE id = $1 FOR SHARE
            """;

    private static final String SET_STATE = """
            UPDATE authorities SET state = $3, updated = $4 WHERE id = $1 AND state = $2
            """;

    private static final String CERTIFY = """
            UPDATE authorities SET state = CASE state WHEN 'pending' THEN 'enabled' ELSE state END,
                subject = $2, der = $3, sha256 = $4, chain = $5, updated = $6, issuer_id = $7
            WHERE id = $1 AND pkcs10 IS NOT NULL
            """;

    private static final String REVOKE = """
            INSERT INTO revoked_authorities (issuer_id, serial, authority_id, not_after, revoked)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (issuer_id, serial) DO NOTHING
            """;

    /** For good, whatever certificate it has by now: the one that was taken back is for the same key and name. */
    private static final String IS_REVOKED = """
            SELECT EXISTS (SELECT 1 FROM revoked_authorities WHERE authority_id = $1) AS revoked
            """;

    /** The issuer's list is made anew, also by who has begun one without the entry. */
    private static final String OUTDATE = "UPDATE crls SET stale = true, releases = releases + 1 WHERE issuer_id = $1";

    private static final String DELETE = "DELETE FROM authorities WHERE id = $1 AND state = 'pending'";

    private final SealKey sealKey;

    AuthorityStore(SealKey sealKey) {
        this.sealKey = sealKey;
    }

    /** Its private key, sealed for its row. */
    byte[] sealed(String id, SigningKey key) {
        return key.seal(sealKey, boundTo(id));
    }

    Future<Void> insert(SqlConnection tx, AuthorityEntry entry, byte[] sealedKey) {
        X509 certificate = entry.certificate();
        byte[] pkcs10 = entry.pkcs10();
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    entry.id(),
                    entry.orgId(),
                    entry.name(),
                    entry.role().word(),
                    entry.state().word(),
                    entry.issuerId(),
                    Buffer.buffer(entry.subject()),
                    certificate == null ? null : Buffer.buffer(certificate.der()),
                    certificate == null ? null : Buffer.buffer(certificate.sha256()),
                    ders(entry.above()),
                    pkcs10 == null ? null : Buffer.buffer(entry.key().der()),
                    pkcs10 == null ? null : Buffer.buffer(pkcs10),
                    Buffer.buffer(sealedKey),
                    Timestamps.of(entry.created())
                }))
                .mapEmpty();
    }

    /** One that has its certificate, and its key as it is stored. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Sealed(AuthorityEntry entry, byte[] key, long number) {}

    /** What changes whenever {@link #all} does. */
    Future<String> version(Database database) {
        return database.query(VERSION, Tuple.tuple())
                .map(rows -> rows.iterator().next().getString("version"));
    }

    /** All that have their certificate, the identities' CAs too, oldest first; for a worker to take apart. */
    Future<Supplier<List<Sealed>>> all(Database database) {
        return database.query(ALL, Tuple.tuple()).map(rows -> () -> {
            List<Sealed> authorities = new ArrayList<>();
            rows.forEach(row -> authorities.add(
                    new Sealed(fromRow(row), row.getBuffer("sealed_key").getBytes(), row.getLong("number"))));
            return authorities;
        });
    }

    /** Opens a key: RSA takes some milliseconds to prove that it is that key. */
    SigningKey open(Sealed authority) {
        return SigningKey.open(
                authority.key(),
                sealKey,
                boundTo(authority.entry().id()),
                authority.entry().key());
    }

    Future<Optional<AuthorityEntry>> find(Database database, String id) {
        return database.query(FIND, Tuple.of(id)).map(AuthorityStore::first);
    }

    Future<Optional<AuthorityEntry>> lock(SqlConnection tx, String id) {
        return tx.preparedQuery(FIND + " FOR UPDATE").execute(Tuple.of(id)).map(AuthorityStore::first);
    }

    /**
     * Those that somebody sees, in the order of their numbers; for a worker to take apart.
     *
     * @param all of every organisation; else only those of {@code orgId} and of the installation
     * @param only of these only that organisation's; null: any
     * @param after only those of higher numbers
     */
    Future<Supplier<List<NumberedAuthority>>> list(
            Database database, boolean all, @Nullable String orgId, @Nullable String only, long after, int limit) {
        return database.query(LIST, Tuple.of(all, orgId, only, after, limit)).map(rows -> () -> {
            List<NumberedAuthority> entries = new ArrayList<>();
            rows.forEach(row -> entries.add(new NumberedAuthority(row.getLong("number"), fromRow(row))));
            return entries;
        });
    }

    Future<Optional<String>> byNumber(Database database, long number) {
        return database.query(BY_NUMBER, Tuple.of(number))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("id")));
    }

    /** The numbers of those of them that there are, by id. */
    Future<Map<String, Long>> numbers(Database database, Collection<String> ids) {
        return database.query(NUMBERS, Tuple.of(ids.toArray(String[]::new))).map(rows -> {
            Map<String, Long> numbers = new HashMap<>();
            rows.forEach(row -> numbers.put(row.getString("id"), row.getLong("number")));
            return numbers;
        });
    }

    Future<Boolean> isEnabled(SqlConnection tx, String id) {
        return tx.preparedQuery(IS_ENABLED)
                .execute(Tuple.of(id))
                .map(rows -> rows.size() > 0 && rows.iterator().next().getBoolean("enabled"));
    }

    /** Whether it was in the one state and now is in the other. */
    Future<Boolean> setState(SqlConnection tx, String id, State from, State to, Instant now) {
        return tx.preparedQuery(SET_STATE)
                .execute(Tuple.of(id, from.word(), to.word(), Timestamps.of(now)))
                .map(rows -> rows.rowCount() > 0);
    }

    Future<Void> certify(SqlConnection tx, AuthorityEntry entry) {
        return tx.preparedQuery(CERTIFY)
                .execute(Tuple.of(
                        entry.id(),
                        Buffer.buffer(entry.subject()),
                        Buffer.buffer(entry.issued().der()),
                        Buffer.buffer(entry.issued().sha256()),
                        ders(entry.above()),
                        Timestamps.of(entry.updated()),
                        entry.issuerId()))
                .mapEmpty();
    }

    /** Whether its certificate was not taken back before. */
    Future<Boolean> revoke(SqlConnection tx, AuthorityEntry entry, Instant now) {
        X509 certificate = entry.issued();
        return tx.preparedQuery(REVOKE)
                .execute(Tuple.of(
                        entry.issuerId(),
                        certificate.serial().hex(),
                        entry.id(),
                        Timestamps.of(certificate.notAfter()),
                        Timestamps.of(now)))
                .map(rows -> rows.rowCount() > 0);
    }

    Future<Boolean> isRevoked(SqlConnection tx, String id) {
        return tx.preparedQuery(IS_REVOKED)
                .execute(Tuple.of(id))
                .map(rows -> rows.iterator().next().getBoolean("revoked"));
    }

    Future<Void> outdateList(SqlConnection tx, @Nullable String issuerId) {
        return tx.preparedQuery(OUTDATE).execute(Tuple.of(issuerId)).mapEmpty();
    }

    /** Whether there was one that was pending, and is no more. */
    Future<Boolean> deletePending(SqlConnection tx, String id) {
        return tx.preparedQuery(DELETE).execute(Tuple.of(id)).map(rows -> rows.rowCount() > 0);
    }

    private static Buffer[] ders(List<X509> chain) {
        return chain.stream().map(one -> Buffer.buffer(one.der())).toArray(Buffer[]::new);
    }

    private static Optional<AuthorityEntry> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(fromRow(rows.iterator().next()));
    }

    private static AuthorityEntry fromRow(Row row) {
        Buffer der = row.getBuffer("der");
        Buffer pkcs10 = row.getBuffer("pkcs10");
        Buffer spki = row.getBuffer("spki");
        X509 certificate = der == null ? null : X509.parse(der.getBytes());
        List<X509> above = new ArrayList<>();
        for (Buffer one : row.getArrayOfBuffers("chain")) {
            above.add(X509.parse(one.getBytes()));
        }
        return new AuthorityEntry(
                row.getString("id"),
                row.getString("org_id"),
                row.getString("name"),
                Role.of(row.getString("role")),
                State.of(row.getString("state")),
                row.getString("issuer_id"),
                row.getBuffer("subject").getBytes(),
                certificate,
                List.copyOf(above),
                certificate == null
                        ? SubjectPublicKey.parse(Objects.requireNonNull(spki).getBytes())
                        : certificate.key(),
                pkcs10 == null ? null : pkcs10.getBytes(),
                Timestamps.in(row, "created"),
                Timestamps.in(row, "updated"));
    }

    static String boundTo(String id) {
        return "authority:" + id;
    }
}
