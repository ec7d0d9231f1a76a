package dev.perennial.server.keys;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.SubjectPublicKey;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of keys that the server keeps. They cross it sealed. */
final class ServerKeyStore {
    /** What a request says of its key counts where the key of its PKCS#10 is that one. */
    private static final String USED = """
            EXISTS (SELECT 1 FROM signing_requests r
                    JOIN generations g ON g.request_id = r.id AND g.generation IN (r.generation, r.next_generation)
                    WHERE r.private_key_id = k.id AND r.withdrawn IS NULL AND r.org_id = k.org_id
                      AND g.spki_sha256 = k.spki_sha256)
            """;

    private static final String SEEN = "SELECT k.id, k.org_id, k.owner, k.name, k.spki, k.created, k.updated, " + USED
            + " AS used FROM server_keys k WHERE ";

    private static final String FIND = SEEN + "k.id = $1";

    private static final String WHOSE = """
            ($1::text IS NULL OR k.org_id = $1) AND ($2::text IS NULL OR k.owner = $2) AND NOT ($3 AND
            """ + USED + ")";

    private static final String LIST = SEEN + WHOSE + " ORDER BY k.number LIMIT $4 OFFSET $5";

    private static final String COUNT = "SELECT count(*) AS total FROM server_keys k WHERE " + WHOSE;

    private static final String INSERT = """
            INSERT INTO server_keys (id, org_id, owner, name, kind, spki, spki_sha256, sealed_key, created, updated)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
            """;

    private static final String RENAME = "UPDATE server_keys SET name = $2, updated = $3 WHERE id = $1";

    private static final String DELETE = "DELETE FROM server_keys k WHERE k.id = $1 AND NOT " + USED;

    /** Requests in force are looked at above; of the others, those that named it last tell whether it was certified. */
    private static final String DELETE_SPARE = DELETE + """
             AND NOT EXISTS (SELECT 1 FROM signing_requests r
                JOIN generations g ON g.request_id = r.id AND g.spki_sha256 = k.spki_sha256
                JOIN certificates c ON c.request_id = g.request_id AND c.generation = g.generation
                WHERE r.private_key_id = k.id AND r.withdrawn IS NOT NULL)
            """;

    private static final String SEALED = "SELECT sealed_key FROM server_keys WHERE id = $1";

    /** Whose newest PKCS#10 is of that key: one that only names it has a key of its own, which stays. */
    private static final String HOLDERS = """
            SELECT r.id FROM signing_requests r
            JOIN server_keys k ON k.id = r.private_key_id AND k.org_id = r.org_id
            JOIN generations g ON g.request_id = r.id AND g.generation = coalesce(r.next_generation, r.generation)
                AND g.spki_sha256 = k.spki_sha256
            WHERE k.id = $1 AND r.withdrawn IS NULL
            ORDER BY r.number LIMIT $2
            """;

    private static final String UNUSED = """
            SELECT count(*) AS unused FROM (SELECT 1 FROM server_keys k WHERE k.org_id = $1 AND NOT
            """ + USED + " LIMIT $2) AS spare";

    private static final String LOCK_ALL = "SELECT id, sealed_key FROM server_keys ORDER BY number FOR UPDATE";

    private static final String RESEAL = "UPDATE server_keys SET sealed_key = $2 WHERE id = $1";

    private final Database database;

    ServerKeyStore(Database database) {
        this.database = database;
    }

    Future<Optional<ServerKey>> find(String id) {
        return database.query(FIND, Tuple.of(id))
                .map(rows -> read(rows).stream().findFirst());
    }

    /**
     * Some of them, in the order in which they were made.
     *
     * @param owner only of that caller; null: of everybody
     * @param unused only those that no request holds
     * @param skipped so many before the first
     */
    Future<List<ServerKey>> list(
            @Nullable String orgId, @Nullable String owner, boolean unused, long skipped, int most) {
        return database.query(LIST, Tuple.of(orgId, owner, unused, most, skipped))
                .map(ServerKeyStore::read);
    }

    Future<Long> count(@Nullable String orgId, @Nullable String owner, boolean unused) {
        return database.query(COUNT, Tuple.of(orgId, owner, unused))
                .map(rows -> rows.iterator().next().getLong("total"));
    }

    /** Requests that hold it. */
    Future<List<String>> holders(ServerKey key, int most) {
        return database.query(HOLDERS, Tuple.of(key.id(), most)).map(rows -> {
            List<String> ids = new ArrayList<>();
            rows.forEach(row -> ids.add(row.getString("id")));
            return ids;
        });
    }

    /** How many of the organisation no request holds; counted up to {@code most}. */
    Future<Long> unused(String orgId, int most) {
        return database.query(UNUSED, Tuple.of(orgId, most))
                .map(rows -> rows.iterator().next().getLong("unused"));
    }

    Future<Void> insert(SqlConnection tx, ServerKey made, byte[] sealed) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    made.id(),
                    made.orgId(),
                    made.owner(),
                    made.name(),
                    made.key().kind().word(),
                    Buffer.buffer(made.key().der()),
                    Buffer.buffer(made.key().sha256()),
                    Buffer.buffer(sealed),
                    Timestamps.of(made.created())
                }))
                .mapEmpty();
    }

    Future<Void> rename(SqlConnection tx, String id, String name, Instant now) {
        return tx.preparedQuery(RENAME)
                .execute(Tuple.of(id, name, Timestamps.of(now)))
                .mapEmpty();
    }

    /** False where a request holds it, or it is not there. */
    Future<Boolean> delete(SqlConnection tx, String id) {
        return tx.preparedQuery(DELETE).execute(Tuple.of(id)).map(rows -> rows.rowCount() == 1);
    }

    /** As {@link #delete}; false too where a certificate came of it once. */
    Future<Boolean> deleteSpare(SqlConnection tx, String id) {
        return tx.preparedQuery(DELETE_SPARE).execute(Tuple.of(id)).map(rows -> rows.rowCount() == 1);
    }

    Future<byte[]> sealed(String id) {
        return database.query(SEALED, Tuple.of(id))
                .map(rows -> rows.iterator().next().getBuffer("sealed_key").getBytes());
    }

    /** One key as it is stored. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Sealed(String id, byte[] octets) {}

    static Future<List<Sealed>> lockAll(SqlConnection tx) {
        return tx.query(LOCK_ALL).execute().map(rows -> {
            List<Sealed> all = new ArrayList<>();
            rows.forEach(row -> all.add(
                    new Sealed(row.getString("id"), row.getBuffer("sealed_key").getBytes())));
            return all;
        });
    }

    static Future<Void> reseal(SqlConnection tx, String id, byte[] sealed) {
        return tx.preparedQuery(RESEAL)
                .execute(Tuple.of(id, Buffer.buffer(sealed)))
                .mapEmpty();
    }

    private static List<ServerKey> read(RowSet<Row> rows) {
        List<ServerKey> keys = new ArrayList<>();
        rows.forEach(row -> keys.add(new ServerKey(
                row.getString("id"),
                row.getString("org_id"),
                row.getString("owner"),
                row.getString("name"),
                SubjectPublicKey.parse(row.getBuffer("spki").getBytes()),
                row.getBoolean("used"),
                Timestamps.in(row, "created"),
                Timestamps.in(row, "updated"))));
        return keys;
    }
}
