package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
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

/** A signer that is disabled: it refuses what is new, renewals and approvals wait, and an alarm tells of it in time. */
class DisabledSignerIT {
    private static final String NAME = "disabled.test/web";

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private static Exchange submit(String name) {
        return server.administrator()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256(name), "target_issuer", NAME));
    }

    private static String warning() {
        return server.nobody().get("/health").text("/checks/signers");
    }

    private static void set(Exchange signer, String field, Object value) {
        String path = ApiClient.SIGNERS + "/" + signer.id();
        JsonNode now = server.administrator().get(path).expect(200).copy();
        server.administrator()
                .put(path, Bodies.with(now.deepCopy(), field, value))
                .expect(200);
    }

    @Test
    void disabled_itRefuses_renewalsWait_andAreMadeWhenItIsEnabledAgain() {
        Exchange signer = server.administrator()
                .post(
                        ApiClient.SIGNERS,
                        Bodies.with(Bodies.signer(NAME, server.authorityId(), "server"), "policy", "grants-or-person"))
                .expect(201);
        Exchange issued = submit("a.disabled.test").expect(201);
        Exchange waiting = server.agent("none.test")
                .api()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("b.disabled.test"), "target_issuer", NAME))
                .expect(201);
        assertThat(warning()).doesNotContain("disabled");

        set(signer, "enabled", false);

        assertThat(submit("c.disabled.test").expectProblem(409, "conflict").detail())
                .contains("disabled");
        String approve = ApiClient.REQUESTS + "/" + waiting.id() + "/approve";
        server.administrator()
                .post(approve, Bodies.object().put("reason", "because"))
                .expectProblem(409, "conflict");
        // Long before anything is due.
        Until.is(() -> warning().contains("disabled"), "the alarm");
        assertThat(warning())
                .contains(issued.newestCertificate().notAfter().toString())
                .doesNotContain(NAME);

        Await.value(server.database()
                .query(
                        "UPDATE signing_requests SET renew_at = now() - interval '1 day' WHERE id = $1",
                        Tuple.of(issued.id())));
        Until.is(
                () -> server.administrator()
                        .request(issued.id())
                        .at("/status/reason")
                        .asText()
                        .equals("signer-disabled"),
                "the renewal waits");
        assertThat(server.administrator().request(issued.id()).certificates()).hasSize(1);

        server.clock().advance(Duration.ofSeconds(5));
        set(signer, "enabled", true);

        Until.is(
                () -> server.administrator().request(issued.id()).certificates().size() == 2,
                "the renewal is made at once");
        Until.is(() -> !warning().contains("disabled"), "the alarm is over");
        server.administrator()
                .post(approve, Bodies.object().put("reason", "because"))
                .expect(200);
    }
}
