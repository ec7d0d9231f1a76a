package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.csr.InventoryRows.Filter;
import dev.perennial.server.csr.Page.Wanted;
import dev.perennial.server.db.Database;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How the index of names is written behind the issuance, and that nothing is passed by. */
class NameIndexIT {
    @RegisterExtension
    static final PostgresExtension postgres = new PostgresExtension();

    @RegisterExtension
    static final PostgresExtension empty = PostgresExtension.empty();

    private final InstantSource clock = InstantSource.fixed(Instant.now());
    private final Database database = postgres.database();
    private final Inventory inventory = new Inventory(new InventoryStore(database), clock);

    private List<String> requests(Filter filter) {
        return Await.value(inventory.requests(filter.scope(), filter.made(), new Wanted(10, null, false)))
                .items();
    }

    /** Numbers are drawn before they are committed: what is under way must not be passed by. */
    @Test
    void index_waitsForTransactionsUnderWay() {
        NameIndexing indexing = new NameIndexing(postgres.vertx(), database, new NameIndexStore(database));
        SqlConnection connection = Await.value(database.pool().getConnection());
        Transaction slow = Await.value(connection.begin());
        Await.value(connection.preparedQuery(InventoryRows.FILL).execute(Tuple.of(50_000, 50_000)));
        InventoryRows.fill(database, 50_001, 53_000);
        long before = InventoryRows.indexed(database);

        Await.value(indexing.strike());
        Await.value(indexing.strike());
        assertThat(InventoryRows.indexed(database)).isEqualTo(before);
        Await.value(connection
                .preparedQuery(InventoryRows.FILL_REQUESTS)
                .execute(Tuple.of(50_000, 50_000))
                .compose(done -> connection
                        .preparedQuery(InventoryRows.FILL_CERTIFICATES)
                        .execute(Tuple.of(50_000, 50_000)))
                .compose(done -> slow.commit()));
        Await.value(connection.close());
        Await.value(indexing.strike());
        Await.value(indexing.strike());

        assertThat(InventoryRows.indexed(database)).isGreaterThan(before);
        assertThat(requests(new Filter().part("host50000."))).containsExactly("r50000");
        assertThat(requests(new Filter().part("host50001."))).containsExactly("r50001");
    }

    @Test
    void rowsFromBeforeTheMigration_areFound() {
        Database old = empty.database();
        Stream.of("V1__foundation", "V2__agents", "V3__signing_requests", "V4__submit", "V5__access")
                .forEach(file -> run(old, file));
        for (String statement : List.of(
                InventoryRows.FILL.replace("RETURNING number", "RETURNING 1"),
                InventoryRows.FILL_REQUESTS,
                InventoryRows.FILL_CERTIFICATES)) {
            Await.value(old.query(statement, Tuple.of(0, 2_999)));
        }
        run(old, "V9__inventory");
        NameIndexing indexing = new NameIndexing(postgres.vertx(), old, new NameIndexStore(old));
        Inventory ofOld = new Inventory(new InventoryStore(old), clock);
        for (int strike = 0; strike < 3; strike++) {
            Page<String> page = Await.value(ofOld.requests(
                    new Filter().part("host2345.").scope(),
                    new Filter().part("host2345.").made(),
                    new Wanted(10, null, true)));
            assertThat(page.items()).containsExactly("r2345");
            Await.value(indexing.strike());
        }
        assertThat(InventoryRows.indexed(old)).isEqualTo(2_047);
    }

    private static void run(Database database, String file) {
        try (InputStream stream = InventoryWindowsIT.class.getResourceAsStream("/db/migration/" + file + ".sql")) {
            String sql = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            Await.value(database.pool().query(sql).execute());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
