package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.audit.Events;
import dev.perennial.server.audit.EventsGoneException;
import dev.perennial.server.renewal.Retention;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is past its time goes, and nothing else. The clock of these tests is put forward, so that certificates end. */
class RetentionIT {
    private static final Duration VALIDITY = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofDays(8);

    @RegisterExtension
    static final TestServer server = TestServer.standard()
            .validity(VALIDITY)
            .identityValidity(Duration.ofDays(1_000))
            .limit(1_000, Duration.ofDays(1))
            .retention(new Retention(Duration.ofDays(9), Duration.ofDays(10), KEPT));

    @Test
    void endedCertificates_goButForTheLastOfALivingRequest() {
        Exchange replaced = submit("replaced.test");
        Exchange next = server.administrator()
                .replace(replaced.id(), request("replaced.test"))
                .expect(200);
        Exchange living = submit("living.test");
        Exchange withdrawn = submit("withdrawn.test");
        server.administrator().delete(ApiClient.REQUESTS + "/" + withdrawn.id()).expect(204);

        server.clock().advance(VALIDITY.plus(Retention.LEAST_FOR_CERTIFICATES));
        Exchange young = submit("young.test");
        server.clock().advance(KEPT.minus(Retention.LEAST_FOR_CERTIFICATES).plusMinutes(2));
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
        Exchange made = agent.api().submit(TestCsrs.p256("agents.test")).expect(201);
        agent.api().delete(ApiClient.REQUESTS + "/" + made.id()).expect(204);
        server.clock().advance(VALIDITY.plus(KEPT).plusMinutes(2));
        Until.is(() -> certificates(made) == 0, "its certificate is gone");
        agent.api().request(made.id()).expectProblem(404, "withdrawn");

        ApiClient.value(server.administrator().sendAsync("POST", ApiClient.AGENTS + "/" + agent.id() + "/retire", null))
                .expect(200);
        server.clock().advance(Duration.ofMinutes(2));
        Until.is(() -> count("signing_requests WHERE id = $1", made.id()) == 0, "its agent cannot ask any more");
    }

    @Test
    void oldEvents_goFromTheBeginningOn_andNobodyIsLeftWithAGap() {
        submit("event.test");
        long last = count("events WHERE $1 = ''", "");
        assertThat(last).isPositive();
        long seen = number("SELECT max(position) FROM events");
        server.clock().advance(Duration.ofDays(9).plusMinutes(2));
        Until.is(() -> number("SELECT count(*) FROM events WHERE position <= " + seen) == 0, "old events are gone");
        Exchange young = submit("event-later.test");

        Events events = new Events(server.database());
        assertThat(Await.failure(events.after(0, 10)))
                .isInstanceOfSatisfying(EventsGoneException.class, gone -> assertThat(gone.horizon())
                        .isGreaterThanOrEqualTo(seen));
        long horizon = number("SELECT position FROM event_horizon");
        assertThat(Await.value(events.after(horizon, 10)))
                .extracting(event -> event.objectId())
                .contains(young.id());
    }

    @Test
    void oldAuditRows_goBelowTheirSeal() {
        Exchange made = submit("audited.test");
        server.clock().advance(Duration.ofSeconds(11));
        Until.is(
                () -> number("SELECT coalesce(max(last_id), 0) FROM audit_seals")
                        >= number("SELECT id FROM audit_events WHERE object_id = '" + made.id() + "'"),
                "the row is sealed");
        server.clock().advance(Duration.ofDays(10).plusMinutes(2));
        Until.is(() -> count("audit_events WHERE object_id = $1", made.id()) == 0, "the row is gone");
        assertThat(number("SELECT count(*) FROM audit_seals WHERE pruned IS NOT NULL"))
                .isPositive();
    }

    @Test
    void limitsOfLongAgo_areForgotten() {
        sql("INSERT INTO issuance_limits (caller, names_sha256, arrival, granted) SELECT 'old', sha256(n::text::bytea),"
                + " now() - interval '2 days', 1 FROM generate_series(1, 2500) n");
        sql("INSERT INTO issuance_limits (caller, names_sha256, arrival, granted)"
                + " VALUES ('new', 'x', now() + interval '1 hour', 1)");
        server.clock().advance(Duration.ofMinutes(2));
        Until.is(() -> count("issuance_limits WHERE caller = $1", "old") == 0, "what says nothing any more is gone");
        assertThat(count("issuance_limits WHERE caller = $1", "new")).isOne();
    }

    private static Exchange submit(String name) {
        return server.administrator().post(ApiClient.REQUESTS, request(name)).expect(201);
    }

    /** Not renewed: the clock runs away from these. */
    private static ObjectNode request(String name) {
        return Bodies.request(TestCsrs.p256(name), "auto_renew", false);
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
