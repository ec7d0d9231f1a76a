package dev.perennial.server.csr;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The old PKCS#10 posted while the very replacement that takes its key out of use is on its way to the commit. */
class KeyRaceIT {
    private static final String RETIRE = "UPDATE generations SET live = $2 WHERE request_id = $1";

    private static final String REFUSE = """
            INSERT INTO refused_keys (org_id, spki_sha256, why, since)
            SELECT org_id, spki_sha256, 'rotated', now() FROM generations WHERE request_id = $1
            """;

    private static final String WAITING =
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    /** @param signer one that signs at once, and one that leaves it to a person */
    @ParameterizedTest
    @ValueSource(strings = {"perennial.dev/server", "perennial.dev/manual"})
    void submit_thatWaitsForTheReplacement_findsTheKeyRefused(String signer) {
        String pem = TestCsrs.p256("race.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        SqlConnection replacing = Await.value(server.database().pool().getConnection());
        Transaction transaction = Await.value(replacing.begin());
        Await.value(replacing.preparedQuery(RETIRE).execute(Tuple.of(made.id(), false)));
        Await.value(replacing.preparedQuery(REFUSE).execute(Tuple.of(made.id())));

        CompletableFuture<Exchange> posted = server.administrator()
                .sendAsync(
                        "POST",
                        ApiClient.REQUESTS,
                        Bodies.request(pem, "target_issuer", signer).toString());
        Until.is(
                () -> Await.value(server.database().query(WAITING, Tuple.tuple()))
                                .size()
                        > 0,
                "the submission waits");
        Await.value(transaction.commit());

        ApiClient.value(posted).expectProblem(409, "keyNotRotated");
        Await.value(replacing.preparedQuery(RETIRE).execute(Tuple.of(made.id(), true)));
        Await.value(replacing.close());
    }
}
