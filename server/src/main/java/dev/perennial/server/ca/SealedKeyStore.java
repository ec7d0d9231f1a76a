package dev.perennial.server.ca;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SQL of the sealed keys of authorities, apart from what they are for. */
final class SealedKeyStore {
    private static final String ANY = "SELECT sealed_key FROM authorities ORDER BY number LIMIT 1";

    private static final String LOCK_ALL = "SELECT id, sealed_key FROM authorities ORDER BY number FOR UPDATE";

    private static final String SET = "UPDATE authorities SET sealed_key = $2 WHERE id = $1";

    /** One key. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Key(String id, byte[] sealed) {}

    Future<Optional<byte[]>> any(Database database) {
        return database.query(ANY, Tuple.tuple())
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(
                                rows.iterator().next().getBuffer("sealed_key").getBytes()));
    }

    Future<List<Key>> lockAll(SqlConnection tx) {
        return tx.preparedQuery(LOCK_ALL).execute().map(rows -> {
            List<Key> keys = new ArrayList<>();
            rows.forEach(row -> keys.add(
                    new Key(row.getString("id"), row.getBuffer("sealed_key").getBytes())));
            return keys;
        });
    }

    Future<Void> set(SqlConnection tx, String id, byte[] sealed) {
        return tx.preparedQuery(SET)
                .execute(Tuple.of(id, Buffer.buffer(sealed)))
                .mapEmpty();
    }
}
