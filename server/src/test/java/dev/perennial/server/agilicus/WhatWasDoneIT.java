package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A row of the audit record says what was done, not only that something was. */
class WhatWasDoneIT {
    private static final String CLIENT = "perennial.dev/client";

    @RegisterExtension
    static final TestServer server = TestServer.standard().signer(CLIENT, SignerTerms.lasting(Duration.ofDays(3)));

    @Test
    void signerOfTheConfiguration_isARowOnceItChanges() {
        assertThat(reasons("change-signer", CLIENT))
                .singleElement()
                .asString()
                .contains("PT2160H", "-> validity PT72H");
        JsonNode row = rows("action=change-signer").get(0);
        assertThat(row.path("actor").asText()).isEqualTo("server");
        assertThat(row.path("source").asText()).isEqualTo("configuration");
        server.second();
        assertThat(rows("action=change-signer").size())
                .as("what was so before is no change")
                .isOne();
    }

    @Test
    void certificateOfTheServer_isARow() {
        assertThat(rows("action=issue-own").get(0).path("reason").asText()).startsWith("serial ");
    }

    @Test
    void revocation_tellsSerialAndKey() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("compromised.test")).expect(201);
        String serial = made.newestCertificate().serial().toString();
        String path = ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0);
        server.administrator()
                .post(path + "/revoke", Bodies.revocation("superseded"))
                .expect(200);
        server.administrator()
                .post(path + "/revoke", Bodies.revocation("keyCompromise"))
                .expect(200);
        assertThat(reasons("revoke", made.id()))
                .containsExactly(
                        "keyCompromise, serial " + serial + ", its key is blocked", "superseded, serial " + serial);
    }

    @Test
    void changeOfSettings_tellsFields() {
        String pem = TestCsrs.p256("changed.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        server.administrator()
                .replace(made.id(), Bodies.request(pem, "auto_renew", false))
                .expect(200);
        assertThat(reasons("change", made.id())).containsExactly("auto_renew true -> false");
    }

    @Test
    void agent_tellsItsTokenAndItsNextIdentity() {
        KeyPair first = TestCsrs.keyPair();
        Exchange token = server.administrator()
                .post(ApiClient.TOKENS, Bodies.enrolmentToken("**"))
                .expect(201);
        Exchange enrolled = server.nobody()
                .enrol(token.text("/status/token"), "host", first)
                .expect(201);
        assertThat(reasons("enrol", enrolled.id())).containsExactly("enrolment token " + token.id());

        KeyPair second = TestCsrs.keyPair();
        ClientIdentity identity = ClientIdentity.of(first, enrolled.text("/status/identity"));
        Exchange renewed = server.nobody()
                .as(identity)
                .post(
                        ApiClient.AGENTS + "/" + enrolled.id() + "/identity",
                        Bodies.spec(Map.of("org_id", "default", "request", TestCsrs.withSubject(second, ""))))
                .expect(200);
        ClientIdentity next = ClientIdentity.of(second, renewed.text("/status/identity"));
        server.nobody()
                .as(next)
                .get(ApiClient.REQUESTS, "X-Request-Id", "first-use")
                .expect(200);
        JsonNode row = rows("action=use-identity&object_id=" + enrolled.id()).get(0);
        assertThat(row.path("http_request").asText()).isEqualTo("first-use");
        assertThat(row.path("source").asText()).isEqualTo("127.0.0.1");
        assertThat(row.path("actor").asText()).isEqualTo("agent:" + enrolled.id());
    }

    @Test
    void renewalThatFails_isARowForEachReason() {
        EnrolledAgent agent = server.agent("failing.test");
        Exchange made = agent.api().submit(TestCsrs.p256("failing.test")).expect(201);
        server.administrator()
                .put(
                        ApiClient.AGENTS + "/" + agent.id(),
                        Bodies.spec(Map.of("name", "host", "names", List.of("other.test"))))
                .expect(200);
        makeDue(made);
        Until.is(() -> failures(made) >= 1, "it is tried");
        makeDue(made);
        Until.is(() -> failures(made) >= 2, "it is tried again");
        assertThat(reasons("renew", made.id())).singleElement().asString().startsWith("not-granted: ");
        assertThat(rows("outcome=refused&action=renew&object_id=" + made.id()).size())
                .isOne();

        Await.value(server.database()
                .query("UPDATE certificates SET shown = false WHERE request_id = $1", Tuple.of(made.id())));
        makeDue(made);
        Until.is(
                () -> rows("outcome=failed&action=renew&object_id=" + made.id()).size() == 1, "for another reason");
        assertThat(reasons("renew", made.id()).get(0)).startsWith("no-certificate: ");
        Await.value(server.database()
                .query("UPDATE certificates SET shown = true WHERE request_id = $1", Tuple.of(made.id())));
    }

    private static void makeDue(Exchange made) {
        Await.value(server.database()
                .query(
                        "UPDATE signing_requests SET renew_at = now() - interval '1 day' WHERE id = $1",
                        Tuple.of(made.id())));
    }

    private static int failures(Exchange made) {
        return Await.value(server.database()
                        .query("SELECT renew_failures FROM signing_requests WHERE id = $1", Tuple.of(made.id())))
                .iterator()
                .next()
                .getInteger("renew_failures");
    }

    private static List<String> reasons(String action, String objectId) {
        JsonNode rows = rows("action=" + action + "&object_id=" + objectId);
        return rows.findValuesAsText("reason");
    }

    private static JsonNode rows(String query) {
        return server.administrator()
                .get(ApiClient.AUDIT + "?" + query)
                .expect(200)
                .body()
                .path("audit_events");
    }
}
