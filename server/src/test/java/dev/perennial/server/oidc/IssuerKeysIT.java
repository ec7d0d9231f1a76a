package dev.perennial.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.testing.TestIssuer;
import dev.perennial.server.testing.TestToken;
import dev.perennial.server.testing.Until;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the keys of an issuer come, change and stay, while it rotates, floods come in, or it is away. */
final class IssuerKeysIT {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private final TestClock clock = new TestClock();
    private final TestIssuer issuer = TestIssuer.start(clock);
    private Issuers issuers;

    @BeforeEach
    void start() {
        issuers = OidcFixture.issuers(POSTGRES, clock, issuer);
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    private void accepted(TestToken token) {
        Await.value(issuers.verify(token.signed()));
    }

    private ProblemException refused(TestToken token) {
        return (ProblemException) Await.failure(issuers.verify(token.signed()));
    }

    private void down() {
        issuer.keysAnswer(500, "secret-body");
    }

    @Test
    void nothingIsFetched_beforeATokenComes() {
        assertThat(issuer.calls()).isZero();
        assertThat(issuers.warning()).isNull();
        refused(issuer.token().claim("exp", 1));
        assertThat(issuer.calls()).isZero();
        accepted(issuer.token());
        assertThat(issuer.keyFetches()).isEqualTo(1);
    }

    @Test
    void callsAtOnce_shareOneFetch() {
        CountDownLatch latch = new CountDownLatch(1);
        issuer.hold(latch);
        List<Future<Federated>> calls = new ArrayList<>();
        for (int call = 0; call < 50; call++) {
            calls.add(issuers.verify(issuer.token().claim("jti", call).signed()));
        }
        latch.countDown();
        Await.value(Future.join(calls));
        assertThat(issuer.keyFetches()).isEqualTo(1);
    }

    @Test
    void rotation_isPickedUpByTheUnknownKeyId() {
        TestToken old = issuer.token();
        accepted(old);
        issuer.rotate();
        accepted(issuer.token());
        assertThat(issuer.keyFetches()).isEqualTo(2);
        // What was verified with a key that is gone is good no longer, though it was remembered.
        assertThat(refused(old).detail()).contains("(kid)");
    }

    @Test
    void floodOfUnknownKeyIds_fetchesTwiceAtMost() {
        for (int call = 0; call < 200; call++) {
            assertThat(refused(issuer.token().header("kid", "unknown-" + call)).detail())
                    .contains("(kid)");
        }
        assertThat(issuer.keyFetches()).isLessThanOrEqualTo(2);
        clock.advance(Duration.ofSeconds(31));
        refused(issuer.token().header("kid", "unknown"));
        refused(issuer.token().header("kid", "unknown"));
        assertThat(issuer.keyFetches()).isLessThanOrEqualTo(3);
    }

    @Test
    void keysInUse_areFetchedAgainByThemselves() {
        TestToken token = issuer.token();
        accepted(token);
        issuer.rotate();
        clock.advance(Duration.ofMinutes(16));
        // Good still, and reason enough to look again.
        accepted(token);
        Until.is(() -> issuer.keyFetches() == 2, "the keys are fetched again");
    }

    @Test
    void issuerThatIsAway_isRememberedForADay() {
        accepted(issuer.token());
        down();
        clock.advance(Duration.ofHours(23));
        accepted(issuer.token());
        Until.is(() -> issuers.warning() != null, "the warning");
        assertThat(issuers.warning()).contains("1 of 1").doesNotContain(issuer.issuer());
        clock.advance(Duration.ofHours(1));
        ProblemException problem = refused(issuer.token());
        assertThat(problem.type()).isEqualTo(ProblemType.UNAVAILABLE);
        assertThat(problem.detail())
                .contains(issuer.issuer())
                .doesNotContain("500")
                .doesNotContain("secret");
        issuer.recover();
        clock.advance(Duration.ofMinutes(1));
        accepted(issuer.token());
        assertThat(issuers.warning()).isNull();
    }

    @Test
    void issuerThatWasNeverReached_isNotAskedByEveryCall() {
        down();
        for (int call = 0; call < 20; call++) {
            assertThat(refused(issuer.token()).type()).isEqualTo(ProblemType.UNAVAILABLE);
        }
        assertThat(issuer.keyFetches()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"rsa-0\",\"alg\":\"HS256\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa-0\",\"e\":\"AQAB\",\"n\":\"AQAB\"}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"rsa-0\",\"x\":\"AQ\",\"y\":\"AQ\"}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"kid\":\"rsa-0\",\"x\":\"AQ\",\"y\":\"AQ\"}]}"
            })
    void keySetOfNoUse_isNoKeySet(String body) {
        issuer.keysAnswer(200, body);
        ProblemException problem = refused(issuer.token());
        assertThat(problem.type()).isEqualTo(ProblemType.UNAVAILABLE);
        assertThat(problem.detail()).doesNotContain("secret");
    }

    @Test
    void keysThatAreNotForSignatures_areLeftOut() {
        String usable = issuer.keys().ec().toPublicJWK().toJSONString();
        String forEncryption = issuer.keys().rsa().toPublicJWK().toJSONString().replace("\"sig\"", "\"enc\"");
        issuer.keysAnswer(200, "{\"keys\":[1,{\"kty\":\"new\"}," + forEncryption + "," + usable + "]}");
        accepted(issuer.token().ec());
        assertThat(refused(issuer.token()).detail()).contains("(kid)");
        // With a single key, a token need not name it.
        accepted(issuer.token().ec().withoutHeader("kid"));
    }

    @Test
    void discovery_hasToNameTheIssuerThatWasAsked() {
        issuer.discoveryAnswers(exchange -> TestIssuer.answer(
                exchange, 200, TestIssuer.discovery("https://another.example.com", issuer.issuer() + "/keys")));
        assertThat(refused(issuer.token()).type()).isEqualTo(ProblemType.UNAVAILABLE);
        assertThat(issuer.keyFetches()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/keys",
                "https://169.254.169.254/keys",
                "https://10.0.0.1/keys",
                "https://[::1]:5432/",
                "file:///etc/passwd",
                ":"
            })
    void keysElsewhere_passTheSameGuard(String location) {
        issuer.discoveryAnswers(
                exchange -> TestIssuer.answer(exchange, 200, TestIssuer.discovery(issuer.issuer(), location)));
        assertThat(refused(issuer.token()).type()).isEqualTo(ProblemType.UNAVAILABLE);
        issuer.discoveryAnswers(TestIssuer.redirect(location));
        clock.advance(Duration.ofMinutes(1));
        assertThat(refused(issuer.token()).type()).isEqualTo(ProblemType.UNAVAILABLE);
        assertThat(issuer.keyFetches()).isZero();
    }

    @Test
    void tokens_areCountedByOutcome() {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        issuers.measure(metrics);
        String token = issuer.token().signed();
        Await.value(issuers.verify(token));
        Await.value(issuers.verify(token));
        refused(issuer.token().claim("exp", 1));
        refused(issuer.token().claim("sub", "other"));
        String label = "{issuer=\"" + issuer.issuer() + "\",outcome=\"";
        assertThat(metrics.scrape())
                .contains("perennial_oidc_tokens_total" + label + "accepted\"} 2")
                .contains("perennial_oidc_tokens_total" + label + "refused\"} 1")
                .contains("perennial_oidc_tokens_total" + label + "no_rule\"} 1")
                .contains("perennial_oidc_tokens_total" + label + "unavailable\"} 0");
    }
}
