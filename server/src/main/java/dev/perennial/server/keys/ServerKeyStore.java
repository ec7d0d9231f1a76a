package dev.perennial.server.keys;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.keys.KeyKeeping.Fresh;
import dev.perennial.server.pkix.KeyKind;
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
    /**
     * A key is held by a PKCS#10 of it that is in force, or waits to be. Requests and generations say which key that is,
     * and what they say counts where it is true; one that waits beside a certificate says it itself.
     */
    private static final String USED = """
            (EXISTS (SELECT 1 FROM signing_requests r JOIN generations g ON g.request_id = r.id AND g.live
                     WHERE r.private_key_id = k.id AND r.withdrawn IS NULL AND r.org_id = k.org_id
                       AND g.spki_sha256 = k.spki_sha256)
             OR EXISTS (SELECT 1 FROM generations g
                        WHERE g.private_key_id = k.id AND g.live AND g.org_id = k.org_id
                          AND g.spki_sha256 = k.spki_sha256))
            """;

    private static final String SEEN = "SELECT k.id, k.org_id, k.owner, k.name, k.kind, k.spki, k.created, k.updated, "
            + USED + " AS used FROM server_keys k WHERE ";

    private static final String FIND = SEEN + "k.id = $1";

    private static final String OF_PUBLIC_KEY = SEEN + "k.org_id = $1 AND k.spki_sha256 = $2";

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

    /** For a request that comes to hold it: it cannot be deleted meanwhile. */
    private static final String SHARE = "SELECT 1 FROM server_keys WHERE id = $1 FOR KEY SHARE";

    private static final String LOCK = "SELECT 1 FROM server_keys WHERE id = $1 FOR UPDATE";

    private static final String DELETE = "DELETE FROM server_keys k WHERE k.id = $1 AND NOT " + USED;

    private static final String DELETE_SPARE = DELETE + """
             AND NOT EXISTS (SELECT 1 FROM generations g
                JOIN certificates c ON c.request_id = g.request_id AND c.generation = g.generation
                WHERE g.private_key_id = k.id AND g.spki_sha256 = k.spki_sha256)
             AND NOT EXISTS (SELECT 1 FROM signing_requests r
                JOIN generations g ON g.request_id = r.id AND g.spki_sha256 = k.spki_sha256
                JOIN certificates c ON c.request_id = g.request_id AND c.generation = g.generation
                WHERE r.private_key_id = k.id AND r.withdrawn IS NOT NULL)
            """;

    private static final String SEALED = "SELECT sealed_key FROM server_keys WHERE id = $1";

    /** Whose newest PKCS#10 is of that key: one that only names it has a key of its own, which stays. */
    private static final String HOLDERS = """
            WITH named AS (
                SELECT id FROM signing_requests WHERE private_key_id = $1 AND withdrawn IS NULL
                UNION SELECT request_id FROM generations WHERE private_key_id = $1 AND live)
            SELECT r.id FROM named
            JOIN signing_requests r ON r.id = named.id AND r.withdrawn IS NULL
            JOIN server_keys k ON k.id = $1 AND k.org_id = r.org_id
            JOIN generations g ON g.request_id = r.id AND g.generation = coalesce(r.next_generation, r.generation)
                AND g.spki_sha256 = k.spki_sha256
            ORDER BY r.number LIMIT $2
            """;

    private static final String UNUSED = """
            SELECT count(*) AS unused FROM (SELECT * FROM server_keys WHERE org_id = $1 ORDER BY number DESC LIMIT $2) k
            WHERE NOT
            """ + USED;

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

    /** How many of the newest of the organisation no request holds. */
    Future<Long> unused(String orgId, int newest) {
        return database.query(UNUSED, Tuple.of(orgId, newest))
                .map(rows -> rows.iterator().next().getLong("unused"));
    }

    Future<Void> insert(SqlConnection tx, Fresh fresh) {
        ServerKey made = fresh.key();
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    made.id(),
                    made.orgId(),
                    made.owner(),
                    made.name(),
                    made.kind().word(),
                    made.spki(),
                    Buffer.buffer(fresh.opened().publicKey().sha256()),
                    fresh.octets(),
                    Timestamps.of(made.created())
                }))
                .mapEmpty();
    }

    Future<Void> rename(SqlConnection tx, String id, String name, Instant now) {
        return tx.preparedQuery(RENAME)
                .execute(Tuple.of(id, name, Timestamps.of(now)))
                .mapEmpty();
    }

    /** The organisation's key of that public key. */
    Future<Optional<ServerKey>> ofPublicKey(String orgId, byte[] spkiSha256) {
        return database.query(OF_PUBLIC_KEY, Tuple.of(orgId, Buffer.buffer(spkiSha256)))
                .map(rows -> read(rows).stream().findFirst());
    }

    /** Keeps it until the end of the transaction; false where it is not there. */
    Future<Boolean> share(SqlConnection tx, String id) {
        return tx.preparedQuery(SHARE).execute(Tuple.of(id)).map(rows -> rows.size() == 1);
    }

    Future<Void> lock(SqlConnection tx, String id) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(id)).mapEmpty();
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
                KeyKind.of(row.getString("kind")).orElseThrow(),
                row.getBuffer("spki"),
                row.getBoolean("used"),
                Timestamps.in(row, "created"),
                Timestamps.in(row, "updated"))));
        return keys;
    }
}
