package dev.perennial.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.testing.TestIssuer;
import dev.perennial.server.testing.TestToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that are no good, of every sort (RFC 8725 and what went wrong elsewhere): each is refused, with the reason. */
final class BadTokenIT {
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
    void bad(String name, Function<TestToken, String> made, String said) {
        ProblemException problem = refused(made.apply(ISSUER.token()));
        assertThat(problem.type()).as(problem.detail()).isEqualTo(ProblemType.UNAUTHENTICATED);
        assertThat(problem.detail()).contains(said).doesNotContain("secret");
    }

    static Stream<Arguments> bad() {
        return Stream.of(header(), claims(), texts()).flatMap(table -> table);
    }

    private static Arguments token(String name, Function<TestToken, String> made, String said) {
        return Arguments.of(name, made, said);
    }

    private static Stream<Arguments> header() {
        return Stream.of(
                token("none", token -> token.header("alg", "none").unsigned(), "(alg)"),
                token("None", token -> token.header("alg", "None").unsigned(), "(alg)"),
                token("no alg", token -> token.withoutHeader("alg").unsigned(), "(alg)"),
                token(
                        "alg of another type",
                        token -> token.header("alg", List.of("RS256")).unsigned(),
                        "(alg)"),
                token("no signature", TestToken::unsigned, "signature"),
                token(
                        "HS256 with the public key",
                        token -> token.header("alg", "HS256").signedWithPublicKey(publicKey()),
                        "(alg)"),
                token(
                        "alg of another kind of key",
                        token -> token.header("alg", "ES256").signedAsRsa(),
                        "(alg)"),
                token(
                        "alg that the key is not for",
                        token -> token.header("alg", "RS512").signed(),
                        "(alg)"),
                token(
                        "PS256 with a key for RS256",
                        token -> token.header("alg", "PS256").signed(),
                        "(alg)"),
                token(
                        "RS256 under the id of the EC key",
                        token -> token.header("kid", ISSUER.keys().ec().getKeyID())
                                .signedAsRsa(),
                        "(alg)"),
                token(
                        "kid that is a path",
                        token -> token.header("kid", "../../../../etc/passwd").signed(),
                        "(kid)"),
                token(
                        "kid that is SQL",
                        token -> token.header("kid", "x' OR '1'='1").signed(),
                        "(kid)"),
                token(
                        "kid that is a URL",
                        token -> token.header("kid", ANOTHER.issuer() + "/keys").signed(),
                        "(kid)"),
                token("kid of another type", token -> token.header("kid", 1).signed(), "(kid)"),
                token(
                        "kid too long",
                        token -> token.header("kid", "k".repeat(257)).signed(),
                        "(kid)"),
                token(
                        "no kid with several keys",
                        token -> token.withoutHeader("kid").signed(),
                        "(kid)"),
                token(
                        "jku",
                        token -> token.header("jku", ANOTHER.issuer() + "/keys").signed(),
                        "\"jku\""),
                token(
                        "x5u",
                        token -> token.header("x5u", ANOTHER.issuer() + "/x").signed(),
                        "\"x5u\""),
                token("x5c", token -> token.header("x5c", List.of("AAAA")).signed(), "\"x5c\""),
                token(
                        "jwk",
                        token -> token.header(
                                        "jwk",
                                        ANOTHER.keys().rsa().toPublicJWK().toJSONObject())
                                .signedBy(ANOTHER)
                                .signed(),
                        "\"jwk\""),
                token(
                        "crit",
                        token -> token.header("crit", List.of("exp"))
                                .header("exp", 1)
                                .signed(),
                        "\"crit\""),
                token("b64", token -> token.header("b64", false).signed(), "\"b64\""),
                token("zip", token -> token.header("zip", "DEF").signed(), "\"zip\""),
                token(
                        "typ of another token",
                        token -> token.header("typ", "logout+jwt").signed(),
                        "(typ)"),
                token("nested", token -> token.header("cty", "JWT").signed(), "\"cty\""),
                token("keys of another issuer", token -> token.signedBy(ANOTHER).signed(), "signature"));
    }

    private static Stream<Arguments> claims() {
        return Stream.of(
                token("no iss", token -> token.without("iss").signed(), "(iss)"),
                token(
                        "another iss",
                        token -> token.claim("iss", "https://evil.example.com").signed(),
                        "(iss)"),
                token(
                        "iss with a slash more",
                        token -> token.claim("iss", ISSUER.issuer() + "/").signed(),
                        "(iss)"),
                token(
                        "iss in capitals",
                        token -> token.claim("iss", ISSUER.issuer().replace("localhost", "LOCALHOST"))
                                .signed(),
                        "(iss)"),
                token(
                        "iss as a list",
                        token -> token.claim("iss", List.of(ISSUER.issuer())).signed(),
                        "(iss)"),
                token(
                        "iss of another",
                        token -> token.claim("iss", ANOTHER.issuer()).signed(),
                        "signature"),
                token("no aud", token -> token.without("aud").signed(), "(aud)"),
                token("aud empty", token -> token.claim("aud", List.of()).signed(), "(aud)"),
                token(
                        "another aud",
                        token -> token.claim("aud", List.of("https://kubernetes"))
                                .signed(),
                        "(aud)"),
                token(
                        "aud that begins like ours",
                        token -> token.claim("aud", "perennial2").signed(),
                        "(aud)"),
                token("no exp", token -> token.without("exp").signed(), "(exp)"),
                token("exp a second ago", token -> token.claim("exp", now() - 1).signed(), "(exp)"),
                token("exp now", token -> token.claim("exp", now()).signed(), "(exp)"),
                token(
                        "exp as a text",
                        token -> token.claim("exp", "" + (now() + 100)).signed(),
                        "(exp)"),
                token("exp beyond time", token -> token.claim("exp", 1e300).signed(), "(exp)"),
                token("exp below time", token -> token.claim("exp", -5).signed(), "(exp)"),
                token("no nbf", token -> token.without("nbf").signed(), "(nbf)"),
                token("nbf ahead", token -> token.claim("nbf", now() + 120).signed(), "(nbf, iat)"),
                token("iat ahead", token -> token.claim("iat", now() + 120).signed(), "(nbf, iat)"),
                token("iat as a text", token -> token.claim("iat", "1").signed(), "(iat)"),
                token(
                        "of a week",
                        token -> token.claim("exp", now() + 7 * 86_400).signed(),
                        "lives for longer"),
                token("no sub", token -> token.without("sub").signed(), "(sub)"),
                token("sub empty", token -> token.claim("sub", "").signed(), "(sub)"),
                token("sub of another type", token -> token.claim("sub", 7).signed(), "(sub)"),
                token(
                        "sub too long",
                        token -> token.claim("sub", "system:serviceaccount:prod:" + "x".repeat(240))
                                .signed(),
                        "(sub)"),
                token("sub with a line end", token -> token.claim("sub", "a\nb").signed(), "(sub)"),
                token("sub with NUL", token -> token.claim("sub", "a\0b").signed(), "(sub)"),
                token(
                        "sub turned around",
                        token -> token.claim("sub", "a\u202Eb").signed(),
                        "(sub)"));
    }

    private static Stream<Arguments> texts() {
        return Stream.of(
                token("not JSON", token -> token.payload("secret").signed(), "its payload"),
                token("a list", token -> token.payload("[\"secret\"]").signed(), "its payload"),
                token("nothing", token -> token.payload("").signed(), "its payload"),
                token(
                        "twice the same name",
                        token -> token.payload("{\"iss\":\"secret\",\"iss\":\"b\"}")
                                .signed(),
                        "its payload"),
                token("two objects", token -> token.payload("{}{}").signed(), "its payload"),
                token(
                        "deep",
                        token -> token.payload("{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}")
                                .signed(),
                        "its payload"),
                token(
                        "a long number",
                        token -> token.payload("{\"exp\":" + "9".repeat(5_000) + "}")
                                .signed(),
                        "its payload"),
                token(
                        "not UTF-8",
                        token -> token.payload(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})
                                .signed(),
                        "its payload"),
                token(
                        "UTF-16",
                        token -> token.payload("{}".getBytes(StandardCharsets.UTF_16))
                                .signed(),
                        "its payload"),
                token(
                        "a token in it",
                        token -> token.payload(ISSUER.token().signed()).signed(),
                        "its payload"),
                token("too long", token -> token.claim("x", "x".repeat(8_192)).signed(), "longer than"),
                token("two parts", token -> "e30.e30", "three parts"),
                token("five parts", token -> "e30.e30.e30.e30.e30", "three parts"),
                token("not base64url", token -> "{}.e30.e30", "base64url"),
                token("empty", token -> "", "three parts"),
                token("dots", token -> "..", "its header"));
    }

    private static byte[] publicKey() {
        try {
            return ISSUER.keys().rsa().toPublicKey().getEncoded();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
