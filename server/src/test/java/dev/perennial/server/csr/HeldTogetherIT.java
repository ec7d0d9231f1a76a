package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What waits for a person is stored with its neighbours, and none of them pays for another. */
class HeldTogetherIT {
    private static final int BURST = 20;
    private static final int AT_ONCE = 200;
    private static final int MOST_WAITING = 1_000;

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static String request(String pem) {
        return Bodies.request(pem, "target_issuer", "perennial.dev/manual").toString();
    }

    private static CompletableFuture<Exchange> ask(ApiClient caller, String pem) {
        return caller.sendAsync("POST", ApiClient.REQUESTS, request(pem));
    }

    /** In turns by the connections, as many at once as these take; answers in that order. */
    private static List<Exchange> askAll(List<ApiClient> connections, List<String> pems) {
        List<Exchange> answers = new ArrayList<>();
        for (int from = 0; from < pems.size(); from += AT_ONCE) {
            List<CompletableFuture<Exchange>> calls = new ArrayList<>();
            for (int i = from; i < Math.min(from + AT_ONCE, pems.size()); i++) {
                calls.add(ask(connections.get(i % connections.size()), pems.get(i)));
            }
            calls.forEach(call -> answers.add(ApiClient.value(call)));
        }
        return answers;
    }

    private static List<String> pems(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> TestCsrs.p256(name + i + ".test"))
                .toList();
    }

    private static long count(String what, Object value) {
        return Await.value(server.database().query("SELECT count(*) AS n FROM " + what, Tuple.of(value)))
                .iterator()
                .next()
                .getLong("n");
    }

    @Test
    void samePkcs10_throughTwoServersAtOnce_waitsOnce() {
        List<ApiClient> connections = Stream.concat(
                        server.administrator().crowd(4).stream(), server.second().administrator().crowd(4).stream())
                .toList();
        for (String pem : pems("held", 3)) {
            List<Exchange> answers =
                    askAll(connections, Stream.generate(() -> pem).limit(100).toList());

            List<Exchange> made =
                    answers.stream().filter(answer -> answer.status() == 201).toList();
            assertThat(made).singleElement().satisfies(one -> assertThat(one.state())
                    .isEqualTo("PENDING"));
            answers.stream().filter(answer -> answer.status() != 201).forEach(answer -> {
                answer.expectProblem(409, "duplicate");
                assertThat(answer.text("/existing/id")).isEqualTo(made.get(0).id());
            });
        }
    }

    @Test
    void samePkcs10_whoseKeyWasBlockedMeanwhile_findsItsRequest() {
        KeyPair key = TestCsrs.keyPair();
        String pem = TestCsrs.p256(key, "blocked.test");
        Exchange waiting = ApiClient.value(ask(server.administrator(), pem)).expect(201);
        Exchange other = server.administrator()
                .submit(TestCsrs.p256(key, "other.blocked.test"))
                .expect(201);
        server.administrator()
                .post(
                        ApiClient.CERTIFICATES + "/" + other.certificateIds().get(0) + "/revoke",
                        Bodies.revocation("keyCompromise"))
                .expect(200);

        Exchange again = ApiClient.value(ask(server.administrator(), pem)).expectProblem(409, "duplicate");

        assertThat(again.text("/existing/id")).isEqualTo(waiting.id());
        ApiClient.value(ask(server.administrator(), TestCsrs.p256(key, "third.blocked.test")))
                .expectProblem(409, "keyNotRotated");
    }

    @Test
    void whoHasTooManyWaiting_loses_onlyWhatIsTooMuch() throws Exception {
        MadeAccount account = server.account(List.of("security-administrator"), "**");
        String caller = "account:" + account.id();
        QradarCalls qradar = QradarCalls.of(server).with(QradarCalls.token(server, account.id()));
        List<ApiClient> connections = account.api().crowd(4);
        List<Exchange> waiting = askAll(connections, pems("waiting", MOST_WAITING - 9));
        waiting.forEach(answer -> answer.expect(201));
        // One connection is on one event loop, and there the limit is exact; this call opens it.
        withdraw(account.api(), waiting.get(0));
        List<String> more = pems("more", BURST);

        // Each twice: where one of twins is too much, the other is no duplicate of it.
        List<Exchange> answers = askAll(
                List.of(account.api()),
                Stream.concat(more.stream(), more.stream()).toList());

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(10);
        answers.stream()
                .filter(answer -> answer.status() == 429)
                .forEach(answer -> answer.expectProblem(429, "rateLimited"));
        assertThat(answers).extracting(Exchange::status).containsOnly(201, 409, 429);
        assertThat(count("generations WHERE requester = $1", caller)).isEqualTo(MOST_WAITING + 1);

        waiting.subList(1, 6).forEach(one -> withdraw(account.api(), one));
        qradar.post(QradarCalls.model("key.test")).expect(201);
        List<QradarCalls.Answer> made =
                together(() -> qradar.post(QradarCalls.model("key" + System.nanoTime() + ".test")));

        assertThat(made).extracting(answer -> answer.http().statusCode()).containsOnly(201, 429);
        assertThat(made.stream().filter(answer -> answer.http().statusCode() == 201))
                .hasSize(4);
        assertThat(count("server_keys WHERE owner = $1", caller)).isEqualTo(5);
        assertThat(count("audit_events WHERE action = 'make-key' AND actor = $1", caller))
                .isEqualTo(5);
    }

    private static void withdraw(ApiClient caller, Exchange request) {
        caller.delete(ApiClient.REQUESTS + "/" + request.id()).expect(204);
    }

    private static <T> List<T> together(Callable<T> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(BURST);
        try {
            List<T> answers = new ArrayList<>();
            for (Future<T> answer :
                    threads.invokeAll(Stream.generate(() -> call).limit(BURST).toList())) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
