package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import dev.perennial.server.vault.MacKey;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The SQL of the keys that seals of before were made with; each is bound to the number up to which it counts. */
final class ChainKeyStore {
    private static final String RETIRED =
            "SELECT id, last_number, sealed FROM audit_chain_keys ORDER BY last_number, id";

    private static final String RETIRE = """
            INSERT INTO audit_chain_keys (last_number, sealed) VALUES ($1, $2)
            """;

    private static final String RESEAL = "UPDATE audit_chain_keys SET sealed = $2 WHERE id = $1";

    private static final String LAST_NUMBER = "SELECT coalesce(max(number), 0) AS number FROM audit_seals";

    Future<List<ChainKey.Retired>> retired(Database database, SealKey sealKey) {
        return database.query(RETIRED, Tuple.tuple()).map(rows -> read(rows, sealKey));
    }

    private static List<ChainKey.Retired> read(RowSet<Row> rows, SealKey sealKey) {
        List<ChainKey.Retired> retired = new ArrayList<>();
        for (Row row : rows) {
            long lastNumber = row.getLong("last_number");
            byte[] sealed = row.getBuffer("sealed").getBytes();
            retired.add(new ChainKey.Retired(lastNumber, MacKey.open(sealed, sealKey, purpose(lastNumber))));
        }
        return retired;
    }

    Future<Void> reseal(SqlConnection tx, SealKey from, SealKey to, MacKey current) {
        return tx.preparedQuery(RETIRED)
                .execute()
                .compose(rows -> {
                    List<Long> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getLong("id")));
                    List<ChainKey.Retired> retired = read(rows, from);
                    Future<Void> done = Future.succeededFuture();
                    for (int i = 0; i < ids.size(); i++) {
                        Tuple values = Tuple.of(ids.get(i), sealed(retired.get(i), to));
                        done = done.compose(before ->
                                tx.preparedQuery(RESEAL).execute(values).mapEmpty());
                    }
                    return done;
                })
                .compose(done -> tx.preparedQuery(LAST_NUMBER).execute())
                .compose(rows -> {
                    long lastNumber = rows.iterator().next().getLong("number");
                    ChainKey.Retired last = new ChainKey.Retired(lastNumber, current);
                    return tx.preparedQuery(RETIRE).execute(Tuple.of(lastNumber, sealed(last, to)));
                })
                .mapEmpty();
    }

    private static Buffer sealed(ChainKey.Retired retired, SealKey sealKey) {
        return Buffer.buffer(retired.key().seal(sealKey, purpose(retired.lastNumber())));
    }

    private static String purpose(long lastNumber) {
        return "audit chain key up to " + lastNumber;
    }
}
