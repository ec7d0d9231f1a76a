package dev.perennial.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.ProblemType;
import dev.perennial.model.Role;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.testing.TestIssuer;
import dev.perennial.server.testing.TestToken;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of every sort, of a real issuer: what is made of those that are good. */
final class TokenIT {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private static final TestClock CLOCK = new TestClock();
    private static final TestIssuer ISSUER = TestIssuer.start(CLOCK);
    private static final TestIssuer ANOTHER = TestIssuer.start(CLOCK);
    private static Issuers issuers;

    @BeforeAll
    static void start() {
        issuers = OidcFixture.issuers(
                POSTGRES, CLOCK, ISSUER.trusted(OidcFixture.PROD), ANOTHER.trusted(OidcFixture.PROD));
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
        ANOTHER.close();
    }

    private static Federated accepted(String token) {
        return Await.value(issuers.verify(token));
    }

    private static ProblemException refused(String token) {
        Throwable failure = Await.failure(issuers.verify(token));
        assertThat(failure).isInstanceOf(ProblemException.class);
        return (ProblemException) failure;
    }

    private static long now() {
        return CLOCK.instant().getEpochSecond();
    }

    @ParameterizedTest
    @MethodSource
    void good(String name, Function<TestToken, String> made) {
        Federated caller = accepted(made.apply(ISSUER.token()));
        assertThat(caller.name()).isEqualTo("oidc:" + ISSUER.issuer() + "#system:serviceaccount:prod:web");
        assertThat(caller.orgId()).isEqualTo("default");
        assertThat(caller.roles()).containsExactly(Role.REQUESTER);
        assertThat(caller.grants().texts()).containsExactly("**.prod.example.com");
        assertThat(caller.expires()).isAfter(CLOCK.instant());
    }

    static Stream<Arguments> good() {
        return Stream.of(
                token("RS256", TestToken::signed),
                token("ES256", token -> token.ec().signed()),
                token("EdDSA", token -> token.ed().signed()),
                token("Ed25519", token -> token.ed().header("alg", "Ed25519").signed()),
                token("typ JWT", token -> token.header("typ", "JWT").signed()),
                token("typ at+jwt", token -> token.header("typ", "at+JWT").signed()),
                token("audience as a text", token -> token.claim("aud", "perennial")
                        .signed()),
                token("several audiences", token -> token.claim("aud", List.of("x", "perennial"))
                        .signed()),
                token("nbf ahead within the leeway", token -> token.claim("nbf", now() + 50)
                        .signed()),
                token("times with fractions", token -> token.claim("exp", now() + 60.5)
                        .signed()),
                token("no iat", token -> token.without("iat").signed()),
                token("of a day", token -> token.claim("exp", now() + 86_400).signed()),
                token("unknown claims and header", token -> token.claim("x", Map.of("y", List.of(1, 2)))
                        .header("x5t", "abc")
                        .signed()));
    }

    private static Arguments token(String name, Function<TestToken, String> made) {
        return Arguments.of(name, made);
    }

    @Test
    void tokenThatWasGood_isRefusedFromItsEndOn() {
        String token = ISSUER.token().claim("exp", now() + 300).signed();
        accepted(token);
        accepted(token);
        CLOCK.advance(Duration.ofSeconds(301));
        assertThat(refused(token).detail()).contains("(exp)");
    }

    @Test
    void oneBitTurned_isAnotherToken() {
        String token = ISSUER.token().signed();
        accepted(token);
        char last = token.charAt(token.length() - 10);
        String turned = token.substring(0, token.length() - 10)
                + (last == 'A' ? 'B' : 'A')
                + token.substring(token.length() - 9);
        assertThat(refused(turned).detail()).contains("signature");
    }

    @Test
    void goodTokenThatNoRuleMatches_isForbidden() {
        ProblemException problem = refused(
                ISSUER.token().claim("sub", "system:serviceaccount:dev:web").signed());
        assertThat(problem.type()).isEqualTo(ProblemType.UNAUTHORIZED);
        assertThat(problem.detail()).contains("no rule");
    }

    @Test
    void algorithmThatIsNotConfigured_isRefused() {
        TrustedIssuer all = ISSUER.trusted(OidcFixture.PROD);
        Issuers narrow = OidcFixture.issuers(
                POSTGRES,
                CLOCK,
                new TrustedIssuer(
                        all.issuer(),
                        all.audience(),
                        URI.create(ISSUER.issuer() + "/keys"),
                        all.roots(),
                        EnumSet.of(Algorithm.ES256, Algorithm.PS256),
                        all.organisation(),
                        all.rules()));
        Await.value(narrow.verify(ISSUER.token().ec().signed()));
        Throwable failure = Await.failure(narrow.verify(ISSUER.token().signed()));
        assertThat(failure).hasMessageContaining("(kid)");
    }

    @Test
    void rulesThatMatch_addUp_withinTheOrganisation() {
        TrustedIssuer all = ISSUER.trusted(OidcFixture.PROD);
        Issuers several = OidcFixture.issuers(
                POSTGRES,
                CLOCK,
                new TrustedIssuer(
                        all.issuer(),
                        all.audience(),
                        null,
                        all.roots(),
                        all.algorithms(),
                        "small",
                        List.of(
                                OidcFixture.PROD,
                                OidcFixture.rule(Map.of("groups", "operators"), "a.prod.example.com", Role.READER),
                                OidcFixture.rule(
                                        Map.of("/kubernetes.io/namespace", "prod", "groups", "dev*"),
                                        "**",
                                        Role.READER),
                                OidcFixture.rule(
                                        Map.of("groups", "nobody", "sub", "*"), "b.test", Role.ADMINISTRATOR))));
        Federated caller = Await.value(several.verify(ISSUER.token().signed()));
        assertThat(caller.roles()).isEqualTo(Set.of(Role.REQUESTER, Role.READER));
        assertThat(caller.grants().texts()).containsExactly("**.prod.example.com", "a.prod.example.com");
    }

    @Test
    void organisationThatThereIsNot_isSaid() {
        TrustedIssuer all = ISSUER.trusted(OidcFixture.PROD);
        Issuers lost = OidcFixture.issuers(
                POSTGRES,
                CLOCK,
                new TrustedIssuer(
                        all.issuer(), all.audience(), null, all.roots(), all.algorithms(), "nowhere", all.rules()));
        Throwable failure = Await.failure(lost.verify(ISSUER.token().signed()));
        assertThat(((ProblemException) failure).type()).isEqualTo(ProblemType.UNAUTHORIZED);
        assertThat(failure).hasMessageContaining("nowhere");
    }
}
