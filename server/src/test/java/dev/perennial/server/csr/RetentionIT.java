package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.renewal.Retention;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is past its time goes, and nothing else, by the clocks of server and database both. That of these tests' server is
 * behind while they make what is to be old, and set right then.
 */
class RetentionIT {
    private static final Duration VALIDITY = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofDays(8);
    private static final Duration LONG_AGO = Duration.ofDays(20);

    @RegisterExtension
    static final TestServer server = TestServer.standard()
            .behind(LONG_AGO)
            .signer("perennial.dev/client", SignerTerms.lasting(VALIDITY))
            .identityValidity(Duration.ofDays(1_000))
            .limit(1_000, Duration.ofDays(1))
            .retention(new Retention(Duration.ofDays(9), Duration.ofDays(10), KEPT));

    @BeforeEach
    void goBack() {
        server.clock().set(LONG_AGO.negated());
    }

    /** Once a look was made in the past, and was to be no look at all, the next is made at once. */
    private static void comeBack() {
        strike();
        strike();
        server.clock().set(Duration.ZERO);
    }

    /** Waits for a seal over rows enough for one: what is past is looked at in the same strike, after it. */
    private static void strike() {
        long seals = number("SELECT count(*) FROM audit_seals");
        sql("INSERT INTO audit_events (at, actor, source, action, outcome, http_request)"
                + " SELECT clock_timestamp(), 'test', 'test', 'test', 'done', '' FROM generate_series(1, 1000)");
        Until.is(() -> number("SELECT count(*) FROM audit_seals") > seals, "the clock has struck");
    }

    @Test
    void endedCertificates_goButForTheLastOfALivingRequest() {
        Exchange replaced = submit("replaced.test");
        Exchange next = server.administrator()
                .replace(replaced.id(), request("replaced.test"))
                .expect(200);
        Exchange living = submit("living.test");
        Exchange withdrawn = submit("withdrawn.test");
        server.administrator().delete(ApiClient.REQUESTS + "/" + withdrawn.id()).expect(204);

        server.clock().set(KEPT.negated());
        Exchange young = submit("young.test");
        comeBack();
        Until.is(() -> certificates(replaced) == 1 && certificates(withdrawn) == 0, "what ended is gone");

        assertThat(certificates(living)).isOne();
        assertThat(certificates(young)).isOne();
        assertThat(server.administrator().request(living.id()).expect(200).certificateIds())
                .isEqualTo(living.certificateIds());
        assertThat(server.administrator().request(replaced.id()).expect(200).certificateIds())
                .isEqualTo(next.certificateIds());
        Until.is(
                () -> server.administrator().request(withdrawn.id()).status() == 404
                        && count("generations WHERE request_id = $1", withdrawn.id()) == 0,
                "a withdrawn request goes with its last certificate");
        server.administrator().request(withdrawn.id()).expectProblem(404, "unknown");
    }

    /** Were it unknown, the agent would take it for lost and ask anew. */
    @Test
    void withdrawnRequestOfALivingAgent_staysWithdrawn() {
        EnrolledAgent agent = server.agent("**");
        Exchange made =
                agent.api().post(ApiClient.REQUESTS, request("agents.test")).expect(201);
        agent.api().delete(ApiClient.REQUESTS + "/" + made.id()).expect(204);
        comeBack();
        Until.is(() -> certificates(made) == 0, "its certificate is gone");
        agent.api().request(made.id()).expectProblem(404, "withdrawn");

        ApiClient.value(server.administrator().sendAsync("POST", ApiClient.AGENTS + "/" + agent.id() + "/retire", null))
                .expect(200);
        goBack();
        comeBack();
        Until.is(() -> count("signing_requests WHERE id = $1", made.id()) == 0, "its agent cannot ask any more");
    }

    @Test
    void limitsOfLongAgo_areForgotten() {
        sql("INSERT INTO issuance_limits (caller, names_sha256, arrival, granted) SELECT 'old', sha256(n::text::bytea),"
                + " now() - interval '2 days', 1 FROM generate_series(1, 2500) n");
        // More than are looked at in one statement: those that stay are gone past, not looked at again and again.
        sql(
                "INSERT INTO issuance_limits (caller, names_sha256, arrival, granted) SELECT 'first', sha256(n::text::bytea),"
                        + " now() + interval '1 hour', 1 FROM generate_series(1, 2500) n");
        sql("INSERT INTO issuance_limits (caller, names_sha256, arrival, granted)"
                + " VALUES ('new', 'x', now() + interval '1 hour', 1)");
        comeBack();
        Until.is(() -> count("issuance_limits WHERE caller = $1", "old") == 0, "what says nothing any more is gone");
        assertThat(count("issuance_limits WHERE caller = $1", "new")).isOne();
        assertThat(count("issuance_limits WHERE caller = $1", "first")).isEqualTo(2_500);
    }

    private static Exchange submit(String name) {
        return server.administrator().post(ApiClient.REQUESTS, request(name)).expect(201);
    }

    /** Not renewed, and from the signer whose certificates are short: the server's own has to outlast its clock. */
    private static ObjectNode request(String name) {
        ObjectNode body = Bodies.request(TestCsrs.p256(name), "auto_renew", false);
        ((ObjectNode) body.path("spec")).put("target_issuer", "perennial.dev/client");
        return body;
    }

    private static long certificates(Exchange made) {
        return count("certificates WHERE request_id = $1", made.id());
    }

    private static long count(String from, String value) {
        return Await.value(server.database().query("SELECT count(*) AS n FROM " + from, Tuple.of(value)))
                .iterator()
                .next()
                .getLong("n");
    }

    private static long number(String query) {
        return Await.value(server.database().query(query, Tuple.tuple()))
                .iterator()
                .next()
                .getLong(0);
    }

    private static void sql(String statement) {
        Await.value(server.database().query(statement, Tuple.tuple()));
    }
}
