package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.Role;
import dev.perennial.server.TestServer;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.oidc.ClaimPath;
import dev.perennial.server.oidc.ClaimPattern;
import dev.perennial.server.oidc.Rule;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.TestIssuer;
import dev.perennial.server.testing.TestToken;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callers with a token of an issuer, at the native door. */
final class FederatedCallerIT {
    private static final TestIssuer ISSUER = TestIssuer.start(new TestClock());

    @RegisterExtension
    static final TestServer SERVER = TestServer.standard()
            .issuer(ISSUER.trusted(
                    rule("system:serviceaccount:prod:*", "**.prod.example.com", Role.REQUESTER),
                    rule("auditor", "x.example.com", Role.READER)));

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    private static Rule rule(String subject, String name, Role role) {
        return new Rule(
                Map.of(new ClaimPath("sub"), ClaimPattern.parse(subject)), Set.of(role), Grants.parse(List.of(name)));
    }

    private static ApiClient with(TestToken token) {
        return SERVER.nobody().withToken(token.signed());
    }

    private static ApiClient as(String subject) {
        return with(ISSUER.token().claim("sub", subject));
    }

    @Test
    void serviceAccount_asksForItsNames_andSeesItsOwn() {
        ApiClient web = as("system:serviceaccount:prod:web");
        String id = web.submit(TestCsrs.p256("a.prod.example.com")).expect(201).id();
        web.get(ApiClient.REQUESTS + "/" + id).expect(200);
        web.submit(TestCsrs.p256("a.dev.example.com")).expectProblem(403, "rejectedIdentifier");
        as("system:serviceaccount:prod:other")
                .get(ApiClient.REQUESTS + "/" + id)
                .expect(404);
        as("auditor").get(ApiClient.REQUESTS + "/" + id).expect(200);
        as("auditor").submit(TestCsrs.p256("x.example.com")).expect(403);

        assertThat(count(
                        "SELECT count(*) AS n FROM federated_callers WHERE subject = 'system:serviceaccount:prod:web'"))
                .isEqualTo(1);
        assertThat(count("SELECT count(*) AS n FROM audit_events WHERE actor = 'oidc:" + ISSUER.issuer()
                        + "#system:serviceaccount:prod:web'"))
                .isPositive();
    }

    /** Anybody may have a token of a public issuer: who comes with one is counted, and named. */
    @Test
    void subjectThatNoRuleMatches_isCountedByName() {
        for (int call = 0; call < 3; call++) {
            as("nobody-here").get(ApiClient.REQUESTS).expectProblem(403, "unauthorized");
        }
        SERVER.clock().advance(Duration.ofMinutes(1));
        String rows = "SELECT count(*) AS n FROM audit_events WHERE actor = 'oidc:" + ISSUER.issuer() + "#nobody-here'"
                + " AND outcome = 'refused' AND reason LIKE '%refused: unauthorized: the token is good%'";
        Until.is(() -> count(rows) >= 1, "it is in the record");
        assertThat(count(rows)).as("not one each").isLessThanOrEqualTo(2);
    }

    @Test
    void serviceAccountsRequest_isRenewed_withNoTokenAtHand() {
        Exchange made = as("system:serviceaccount:prod:renewed")
                .submit(TestCsrs.p256("r.prod.example.com"))
                .expect(201);
        Await.value(SERVER.database()
                .query(
                        "UPDATE signing_requests SET renew_at = now() - interval '1 day' WHERE id = $1",
                        Tuple.of(made.id())));
        Until.is(
                () -> SERVER.administrator()
                                .request(made.id())
                                .expect(200)
                                .certificateIds()
                                .size()
                        == 2,
                "it is renewed by what the rules give it now");
    }

    private static long count(String sql) {
        return Await.value(SERVER.database().pool().query(sql).execute())
                .iterator()
                .next()
                .getLong("n");
    }

    @Test
    void badTokens_areUnauthenticated_withTheReason() {
        Exchange expired = with(ISSUER.token().claim("exp", 1)).get(ApiClient.REQUESTS);
        expired.expectProblem(401, "unauthenticated");
        assertThat(expired.text("/detail")).contains("(exp)");
        as("nobody").get(ApiClient.REQUESTS).expectProblem(403, "unauthorized");
        SERVER.nobody().withToken("a.b.c").get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
    }

    @Test
    void issuersThatAreWell_areNoWarning() {
        as("auditor").get(ApiClient.REQUESTS).expect(200);
        assertThat(SERVER.nobody().get("/health").text("/checks/oidc")).isEqualTo("ok");
    }
}
