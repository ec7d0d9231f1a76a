package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same PKCS#10 from everywhere at once, through two servers on one database. */
class RaceIT {
    private static final int CALLERS = 200;
    private static final int ROUNDS = Boolean.getBoolean("perennial.long") ? 20 : 3;

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private String start;

    @BeforeEach
    void markTheLog() {
        start = server.databaseLog().mark();
    }

    @AfterEach
    void noDeadlockIsLogged() {
        assertThat(server.databaseLog().since(start)).doesNotContain("deadlock detected");
    }

    @Test
    void submit_ofOnePkcs10ByManyAtOnce_makesOneRequest() {
        List<ApiClient> callers = callers();
        long deadlocks = deadlocks();
        for (int round = 0; round < ROUNDS; round++) {
            String pem = TestCsrs.p256("race" + round + ".test");
            List<String> wrappings = wrappings(pem).toList();
            List<CompletableFuture<Exchange>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                ApiClient api = callers.get(i % callers.size());
                calls.add(api.submitAsync(wrappings.get(i / callers.size() % wrappings.size())));
            }

            List<Exchange> answers = calls.stream().map(ApiClient::value).toList();

            List<Exchange> made =
                    answers.stream().filter(answer -> answer.status() == 201).toList();
            assertThat(made).hasSize(1);
            assertThat(answers.stream().filter(answer -> answer.status() != 201))
                    .allSatisfy(answer -> {
                        answer.expectProblem(409, "duplicate");
                        assertThat(answer.text("/existing/id"))
                                .isEqualTo(made.get(0).id());
                    });
        }
        assertThat(deadlocks()).isEqualTo(deadlocks);
    }

    /** Many different ones in different orders: unsorted, two servers' batches would lock each other out. */
    @RepeatedTest(2)
    void submit_ofManyPkcs10InOppositeOrders_makesEachOnce() {
        List<String> pems = Stream.generate(() -> TestCsrs.p256("opposite.test", name()))
                .limit(60)
                .toList();
        List<ApiClient> callers = callers();
        List<CompletableFuture<Exchange>> calls = new ArrayList<>();
        for (int i = 0; i < pems.size(); i++) {
            int pair = 2 * (i % (callers.size() / 2));
            calls.add(callers.get(pair).submitAsync(pems.get(i)));
            calls.add(callers.get(pair + 1).submitAsync(pems.get(pems.size() - 1 - i)));
        }

        List<Integer> statuses =
                calls.stream().map(ApiClient::value).map(Exchange::status).toList();

        assertThat(statuses).containsOnly(201, 409);
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(pems.size());
    }

    /** Eight connections, by turns to the first and the second server. */
    private static List<ApiClient> callers() {
        List<ApiClient> first = server.administrator().crowd(4);
        List<ApiClient> second = server.second().administrator().crowd(4);
        return IntStream.range(0, 8)
                .mapToObj(i -> i % 2 == 0 ? first.get(i / 2) : second.get(i / 2))
                .toList();
    }

    private static String name() {
        return "n" + UUID.randomUUID() + ".test";
    }

    /** The same DER as different tools wrap it. */
    private static Stream<String> wrappings(String pem) {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return Stream.of(
                pem,
                pem.replace("\n", "\r\n"),
                pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
                "-----BEGIN CERTIFICATE REQUEST-----\n"
                        + base64.replaceAll("(.{48})", "$1\n").strip()
                        + "\n-----END CERTIFICATE REQUEST-----\n");
    }

    private static long deadlocks() {
        return Await.value(server.database()
                        .query(
                                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getLong("deadlocks");
    }
}
