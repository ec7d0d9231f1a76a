package dev.perennial.server.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.TestIssuer;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real calls over loopback: only the address of {@code issuer.test} may be called, so the rest of the machine is a victim. */
final class EgressIT {
    private static final String ALLOWED = "127.0.0.9";
    private static final int LONGEST = 1_000;

    private static final Vertx VERTX = Vertx.vertx();
    private static final TestIssuer SITE = TestIssuer.startAt(ALLOWED);
    private static final TestIssuer VICTIM = TestIssuer.startAt("127.0.0.1");

    @AfterAll
    static void stop() {
        SITE.close();
        VICTIM.close();
        Await.value(VERTX.close());
    }

    private static Egress egress(Function<String, String> names) {
        return egress(names, Duration.ofSeconds(30));
    }

    private static Egress egress(Function<String, String> names, Duration total) {
        AddressGuard guard = new AddressGuard(List.of(AddressRange.parse(ALLOWED)));
        return new Egress(VERTX, guard, host -> addresses(names.apply(host)), total, null).trusting(SITE.roots());
    }

    private static InetAddress[] addresses(String texts) {
        return Stream.of(texts.split(" "))
                .map(text -> {
                    try {
                        return InetAddress.getByName(text);
                    } catch (UnknownHostException e) {
                        throw new AssertionError(e);
                    }
                })
                .toArray(InetAddress[]::new);
    }

    private static String names(String host) {
        return host.endsWith(".test") ? ALLOWED : host;
    }

    private static URI site(String path) {
        return URI.create("https://issuer.test:" + SITE.port() + path);
    }

    private static String refusal(Egress egress, URI uri) {
        Throwable failure = Await.failure(egress.get(uri, LONGEST));
        assertThat(failure).isInstanceOf(EgressException.class);
        assertThat(failure.getMessage()).doesNotContain("secret-body");
        return failure.getMessage();
    }

    @Test
    void get_givesTheBodyAndItsAge() {
        SITE.elsewhereAnswers(exchange -> {
            exchange.getResponseHeaders().set("Cache-Control", "public, max-age=420");
            assertThat(exchange.getRequestHeaders().getFirst("Host")).isEqualTo("issuer.test:" + SITE.port());
            TestIssuer.answer(exchange, 200, "{\"path\":\"" + exchange.getRequestURI() + "\"}");
        });
        Fetched fetched = Await.value(egress(EgressIT::names).get(site("/a/b?c=d%20e"), LONGEST));
        assertThat(new String(fetched.body(), StandardCharsets.UTF_8)).isEqualTo("{\"path\":\"/a/b?c=d%20e\"}");
        assertThat(fetched.maxAge()).contains(Duration.ofMinutes(7));
    }

    @Test
    void nameWithTwoAnswers_isConnectedToTheOneThatWasJudged() {
        SITE.elsewhereAnswers(exchange -> TestIssuer.answer(exchange, 200, "{}"));
        AtomicInteger asked = new AtomicInteger();
        Egress good = egress(host -> asked.incrementAndGet() == 1 ? ALLOWED : "127.0.0.1");
        Await.value(good.get(site("/"), LONGEST));
        assertThat(asked).hasValue(1);

        int before = VICTIM.calls();
        AtomicInteger again = new AtomicInteger();
        Egress bad = egress(host -> again.incrementAndGet() == 1 ? "127.0.0.1" : ALLOWED);
        assertThat(refusal(bad, URI.create("https://issuer.test:" + VICTIM.port() + "/")))
                .contains("no address that may be called");
        assertThat(again).hasValue(1);
        assertThat(VICTIM.calls()).isEqualTo(before);
    }

    @Test
    void nameWithSeveralAddresses_isCalledAtOneThatMayBe() {
        SITE.elsewhereAnswers(exchange -> TestIssuer.answer(exchange, 200, "{}"));
        Await.value(egress(host -> "127.0.0.1 169.254.169.254 " + ALLOWED).get(site("/"), LONGEST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:PORT/",
                "https://localhost:PORT/",
                "https://[::1]:PORT/",
                "https://[::ffff:127.0.0.1]:PORT/",
                "https://0.0.0.0:PORT/",
                "https://0:PORT/",
                "https://2130706433:PORT/",
                "https://169.254.169.254/latest/meta-data/",
                "https://10.0.0.1/",
                "http://issuer.test/",
                "file:///etc/passwd",
                "//127.0.0.1:PORT/",
                "gopher://127.0.0.1:5432/",
                "https://user:password@issuer.test/",
                "https:///nowhere",
                "https://[::1",
                ""
            })
    void redirect_isJudgedAsACall(String location) {
        int before = VICTIM.calls();
        String target = location.replace("PORT", String.valueOf(VICTIM.port()));
        SITE.elsewhereAnswers(exchange -> {
            if (target.isEmpty()) {
                TestIssuer.answer(exchange, 302, "secret-body");
            } else {
                TestIssuer.redirect(target).answer(exchange);
            }
        });
        refusal(egress(EgressIT::names), site("/"));
        assertThat(VICTIM.calls()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"3, true", "4, false"})
    void redirects_areFollowedThreeTimes(int number, boolean arrives) {
        SITE.elsewhereAnswers(exchange -> {
            int left = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
            if (left == 0) {
                TestIssuer.answer(exchange, 200, "{}");
            } else {
                TestIssuer.redirect("/" + (left - 1)).answer(exchange);
            }
        });
        if (arrives) {
            Await.value(egress(EgressIT::names).get(site("/" + number), LONGEST));
        } else {
            assertThat(refusal(egress(EgressIT::names), site("/" + number))).contains("after 3 redirects");
        }
    }

    @Test
    void certificate_hasToBeForTheNameAndTrusted() {
        SITE.elsewhereAnswers(exchange -> TestIssuer.answer(exchange, 200, "{}"));
        Egress egress = egress(EgressIT::names);
        Await.value(egress.get(site("/"), LONGEST));
        assertThat(refusal(egress, URI.create("https://another.test:" + SITE.port() + "/")))
                .contains("TLS failed");
        assertThat(refusal(egress, URI.create("https://" + ALLOWED + ":" + SITE.port() + "/")))
                .contains("TLS failed");
        assertThat(refusal(egress.trusting(VICTIM.roots()), site("/"))).contains("TLS failed");
        Egress platform = new Egress(VERTX, List.of(AddressRange.parse("127.0.0.1")));
        assertThat(refusal(platform, URI.create("https://localhost:" + VICTIM.port() + "/")))
                .contains("TLS failed");
    }

    @Test
    void address_isAName_too() {
        VICTIM.elsewhereAnswers(exchange -> TestIssuer.answer(exchange, 200, "{}"));
        Egress egress = new Egress(VERTX, List.of(AddressRange.parse("127.0.0.1"))).trusting(VICTIM.roots());
        Await.value(egress.get(URI.create("https://127.0.0.1:" + VICTIM.port() + "/"), LONGEST));
    }

    @ParameterizedTest
    @ValueSource(ints = {LONGEST - 1, LONGEST})
    void body_ofFullLength_isTaken(int length) {
        SITE.elsewhereAnswers(exchange -> TestIssuer.answer(exchange, 200, "x".repeat(length)));
        assertThat(Await.value(egress(EgressIT::names).get(site("/"), LONGEST)).body())
                .hasSize(length);
    }

    @Test
    void body_tooLongOrOfAnError_isNotTold() {
        SITE.elsewhereAnswers(exchange -> TestIssuer.answer(exchange, 200, "secret-body".repeat(100_000)));
        assertThat(refusal(egress(EgressIT::names), site("/"))).contains("longer than");
        SITE.elsewhereAnswers(exchange -> TestIssuer.answer(exchange, 500, "secret-body"));
        assertThat(refusal(egress(EgressIT::names), site("/"))).contains("answered 500");
        SITE.elsewhereAnswers(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write("secret-body".getBytes(StandardCharsets.UTF_8));
        });
        refusal(egress(EgressIT::names), site("/"));
    }

    @Test
    void answer_thatNeverEnds_isCutOff() {
        CountDownLatch over = new CountDownLatch(1);
        SITE.elsewhereAnswers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(refusal(egress(EgressIT::names, Duration.ofMillis(500)), site("/")))
                .contains("no whole answer");
        over.countDown();
    }

    @Test
    void nobodyThere_isSaid() {
        assertThat(refusal(egress(EgressIT::names), URI.create("https://issuer.test:1/")))
                .contains("no connection");
        Egress egress = new Egress(VERTX, List.of());
        assertThat(refusal(egress, URI.create("https://nowhere.invalid/"))).contains("has no address");
    }

    @Test
    void plainHttp_isForAnAllowedLoopbackAlone() throws Exception {
        HttpServer plain = HttpServer.create(new InetSocketAddress(ALLOWED, 0), 0);
        plain.createContext("/", exchange -> {
            try (exchange) {
                TestIssuer.answer(exchange, 200, "{}");
            }
        });
        plain.start();
        try {
            URI uri = URI.create("http://issuer.test:" + plain.getAddress().getPort() + "/");
            Await.value(egress(EgressIT::names).get(uri, LONGEST));
            assertThat(refusal(new Egress(VERTX, List.of()), URI.create("http://127.0.0.1:80/")))
                    .contains("by http");
            Egress wide = new Egress(VERTX, List.of(AddressRange.parse("192.0.2.0/24")));
            assertThat(refusal(wide, URI.create("http://192.0.2.55/"))).contains("by http");
        } finally {
            plain.stop(0);
        }
    }
}
