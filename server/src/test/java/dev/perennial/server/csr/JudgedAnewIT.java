package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A renewal is judged by what its requester may have now, and its requester is whose PKCS#10 it is. */
class JudgedAnewIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().validity(Duration.ofDays(1));

    @Test
    void pkcs10OfTheAgent_isJudgedByTheAgentsGrants_whoeverMadeTheRequest() {
        EnrolledAgent agent = server.agent("judged.test");
        Exchange made = ofAgent(agent, "judged.test");
        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("judged.test")))
                .expect(200);
        server.administrator()
                .put(ApiClient.AGENTS + "/" + agent.id(), Bodies.spec(Map.of("names", List.of("other.test"))))
                .expect(200);

        server.clock().advance(Duration.ofHours(18));

        Until.is(() -> reason(made.id()).startsWith("not-granted"), "the renewal is refused");
        assertThat(server.administrator().request(made.id()).certificates()).hasSize(1);
    }

    @Test
    void retiredAgent_isNotRenewed_whoeverMadeTheRequest() {
        EnrolledAgent agent = server.agent("retired.test");
        Exchange made = ofAgent(agent, "retired.test");
        server.administrator()
                .send("POST", ApiClient.AGENTS + "/" + agent.id() + "/retire", null)
                .expect(200);

        Exchange retired = server.administrator().request(made.id()).expect(200);
        assertThat(retired.at("/status/auto_renew").asBoolean()).isFalse();
        assertThat(retired.etag()).isNotEqualTo(made.etag());
        server.administrator()
                .post(
                        ApiClient.AGENTS + "/" + agent.id() + "/certificate_signing_requests",
                        Bodies.request(TestCsrs.p256("retired.test")))
                .expectProblem(410, "retired");

        server.clock().advance(Duration.ofHours(18));

        Until.is(() -> reason(made.id()).startsWith("owner-disabled"), "the renewal is refused");
        assertThat(server.administrator().request(made.id()).certificates()).hasSize(1);
        Until.is(
                () -> server.nobody()
                        .get("/health")
                        .expect(200)
                        .text("/checks/renewals")
                        .contains("could not be renewed"),
                "the health summary tells of it");
    }

    @Test
    void newestTakenAway_bringsTheNextRenewalForward_andIsToldWithItsState() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("sooner.test")).expect(201);
        String first = made.text("/status/certificates/0/status/renewal_time");
        server.clock().advance(Duration.ofHours(6));
        server.administrator()
                .post(
                        ApiClient.REQUESTS + "/reissue",
                        Bodies.reissue(made.id(), made.text("/status/certificates/0/status/not_after")))
                .expect(201);
        List<String> ids = server.administrator().request(made.id()).certificateIds();

        server.administrator().delete(ApiClient.CERTIFICATES + "/" + ids.get(1)).expect(204);
        assertThat(text(
                        "SELECT (renew_at <= $2::text::timestamptz)::text AS value FROM signing_requests WHERE id = $1",
                        made.id(),
                        first))
                .isEqualTo("true");
        assertThat(lastEvent(made.id())).isEqualTo("ISSUED");

        server.administrator().delete(ApiClient.CERTIFICATES + "/" + ids.get(0)).expect(204);
        assertThat(server.administrator().request(made.id()).state()).isEqualTo("PENDING");
        assertThat(lastEvent(made.id())).isEqualTo("PENDING");
    }

    private static Exchange ofAgent(EnrolledAgent agent, String name) {
        return server.administrator()
                .post(
                        ApiClient.AGENTS + "/" + agent.id() + "/certificate_signing_requests",
                        Bodies.request(TestCsrs.p256(name)))
                .expect(201);
    }

    private static String reason(String id) {
        return server.administrator()
                .request(id)
                .expect(200)
                .at("/status/message")
                .asText();
    }

    private static String lastEvent(String id) {
        return text("SELECT state AS value FROM events WHERE object_id = $1 ORDER BY position DESC LIMIT 1", id);
    }

    private static String text(String sql, Object... values) {
        return Await.value(server.database().query(sql, Tuple.from(values)))
                .iterator()
                .next()
                .getString("value");
    }
}
