package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The limiter, through two servers on one database. */
class LimiterIT {
    private static final int LIMIT = 10;

    @RegisterExtension
    static final TestServer strict =
            TestServer.standard().limit(LIMIT, Duration.ofDays(7)).validity(Duration.ofHours(1));

    /** With a grant every two seconds. */
    @RegisterExtension
    static final TestServer quick = TestServer.standard().limit(2, Duration.ofSeconds(4));

    /** Started before the clock is put forward: its certificate is to be valid now. */
    @BeforeAll
    static void startTheSecond() {
        strict.second();
    }

    @Test
    void fresh_submissionsOfTheSameNames_areGrantedExactlyAsOftenAsTheLimitSays() {
        EnrolledAgent agent = strict.agent("*.limit.test");
        ApiClient first = agent.api().crowd(1).get(0);
        ApiClient second = agent.api().at(strict.second().uri()).crowd(1).get(0);
        List<CompletableFuture<Exchange>> calls = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            // The order in which the names stand makes no other set of them.
            String pem = i % 3 == 0
                    ? TestCsrs.p256("b.limit.test", "a.limit.test")
                    : TestCsrs.p256("a.limit.test", "b.limit.test");
            calls.add((i % 2 == 0 ? first : second).submitAsync(pem));
        }

        List<Exchange> answers = calls.stream().map(ApiClient::value).toList();

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(LIMIT);
        answers.stream().filter(answer -> answer.status() != 201).forEach(answer -> {
            answer.expectProblem(429, "rateLimited");
            assertThat(Long.parseLong(answer.header("Retry-After")))
                    .isBetween(1L, Duration.ofDays(7).toSeconds() / LIMIT);
        });
        agent.api().submit(TestCsrs.p256("a.limit.test")).expect(201);
        EnrolledAgent other = strict.agent("*.limit.test");
        other.api().submit(TestCsrs.p256("a.limit.test", "b.limit.test")).expect(201);
    }

    @Test
    void samePkcs10ByMany_whenNothingIsLeft_isLimitedForAll() {
        EnrolledAgent agent = strict.agent("spent.test");
        for (int i = 0; i < LIMIT; i++) {
            agent.api().submit(TestCsrs.p256("spent.test")).expect(201);
        }
        String pem = TestCsrs.p256("spent.test");
        List<ApiClient> callers = agent.api().crowd(2);
        List<CompletableFuture<Exchange>> calls = IntStream.range(0, 60)
                .mapToObj(i -> callers.get(i % 2).submitAsync(pem))
                .toList();

        calls.forEach(call -> ApiClient.value(call).expectProblem(429, "rateLimited"));
    }

    @Test
    void replacements_andReissues_areCountedToo() {
        EnrolledAgent agent = strict.agent("counted.test");
        KeyPair keyPair = TestCsrs.keyPair();
        Exchange made =
                agent.api().submit(TestCsrs.p256(keyPair, "counted.test")).expect(201);
        for (int i = 1; i < LIMIT; i++) {
            agent.api()
                    .replace(made.id(), Bodies.request(TestCsrs.p256(keyPair, "counted.test")))
                    .expect(200);
        }

        Exchange read = agent.api().request(made.id()).expect(200);
        String notAfter = read.text("/status/certificates/0/status/not_after");

        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256(keyPair, "counted.test")))
                .expectProblem(429, "rateLimited");
        agent.api()
                .post(ApiClient.REQUESTS + "/reissue", Bodies.reissue(made.id(), notAfter))
                .expectProblem(429, "rateLimited");
        assertThat(agent.api().request(made.id()).etag()).isEqualTo(read.etag());
    }

    @Test
    void retry_atTheTimeTold_succeeds() {
        EnrolledAgent agent = quick.agent("retry.test");
        Exchange refused = null;
        for (int i = 0; i < 100 && refused == null; i++) {
            Exchange answer = agent.api().submit(TestCsrs.p256("retry.test"));
            refused = answer.status() == 429 ? answer : null;
        }
        assertThat(refused).isNotNull();
        long told = System.nanoTime()
                + Duration.ofSeconds(Long.parseLong(refused.header("Retry-After")))
                        .toNanos();

        Until.is(() -> System.nanoTime() >= told, "the time that was told");

        agent.api().submit(TestCsrs.p256("retry.test")).expect(201);
    }

    @Test
    void scheduledRenewals_areNotCounted() {
        ApiClient administrator = strict.administrator();
        Exchange made = administrator.submit(TestCsrs.p256("renewed.test")).expect(201);
        for (int renewals = 1; renewals <= LIMIT + 1; renewals++) {
            int certificates = Math.min(10, renewals + 1);
            String newest = administrator
                    .request(made.id())
                    .expect(200)
                    .newestCertificate()
                    .serial()
                    .hex();
            strict.clock().advance(Duration.ofMinutes(45));
            Until.is(
                    () -> !administrator
                            .request(made.id())
                            .newestCertificate()
                            .serial()
                            .hex()
                            .equals(newest),
                    "a renewal");
            assertThat(administrator.request(made.id()).certificates()).hasSizeGreaterThanOrEqualTo(certificates);
        }
        for (int i = 1; i < LIMIT; i++) {
            administrator.submit(TestCsrs.p256("renewed.test")).expect(201);
        }
        administrator.submit(TestCsrs.p256("renewed.test")).expectProblem(429, "rateLimited");
    }
}
