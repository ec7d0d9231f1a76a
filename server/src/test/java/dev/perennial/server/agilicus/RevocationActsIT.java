package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Revoking what a query finds: looked at first, then carried out, by whichever server, once. */
class RevocationActsIT {
    private static final String REVOCATIONS = "/v1/revocations";

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(100_000, Duration.ofDays(1));

    /** Started before the clock is put forward: its certificate is to be valid now. */
    @BeforeAll
    static void startTheSecond() {
        server.second();
    }

    private static ObjectNode order(String reason, Map<String, ?> query) {
        return Bodies.spec(Map.of("org_id", "default", "reason", reason, "query", query));
    }

    private static Exchange preview(String reason, Map<String, ?> query) {
        return server.administrator().post(REVOCATIONS, order(reason, query)).expect(201);
    }

    private static Exchange act(ApiClient caller, Exchange act, String what) {
        return caller.send("POST", REVOCATIONS + "/" + act.id() + "/" + what, null);
    }

    private static Exchange read(Exchange act) {
        return server.administrator().get(REVOCATIONS + "/" + act.id()).expect(200);
    }

    private static @Nullable String reason(Exchange request) {
        Exchange found = server.administrator()
                .get(ApiClient.CERTIFICATES + "/" + request.certificateIds().get(0))
                .expect(200);
        return found.at("/status/revoked").isMissingNode() ? null : found.text("/status/revoked/reason");
    }

    private static List<Exchange> issue(int count, String domain) {
        List<Exchange> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(server.administrator()
                    .submit(TestCsrs.p256("h" + i + "." + domain))
                    .expect(201));
        }
        return made;
    }

    private static long count(String sql, Object... values) {
        return Await.value(server.database().query(sql, Tuple.from(values)))
                .iterator()
                .next()
                .getLong("n");
    }

    @Test
    void preview_revokesNothing_andStartRevokesWhatItFound() {
        List<Exchange> made = issue(5, "few.test");
        Exchange spared = issue(1, "other.test").get(0);

        Exchange found = preview("cessationOfOperation", Map.of("name_contains", ".few.test"));

        assertThat(found.text("/status/state")).isEqualTo("preview");
        assertThat(found.at("/status/total").asInt()).isEqualTo(5);
        assertThat(found.at("/status/certificates")).hasSize(5);
        assertThat(found.at("/spec/query/name_contains").asText()).isEqualTo(".few.test");
        made.forEach(one -> assertThat(reason(one)).isNull());
        Exchange later = issue(1, "few.test").get(0);

        Exchange started = act(server.administrator(), found, "start").expect(200);

        assertThat(started.text("/status/state")).isEqualTo("done");
        assertThat(started.at("/status/done").asInt()).isEqualTo(5);
        made.forEach(one -> assertThat(reason(one)).isEqualTo("cessationOfOperation"));
        assertThat(reason(spared)).isNull();
        assertThat(reason(later)).as("what came after the preview").isNull();
        assertThat(act(server.administrator(), found, "start").expect(200).at("/status"))
                .isEqualTo(started.at("/status"));
        act(server.administrator(), found, "cancel").expectProblem(409, "conflict");
        String call = started.header("X-Request-Id");
        assertThat(count("SELECT count(*) AS n FROM audit_events WHERE http_request = $1 AND action = 'revoke'", call))
                .isEqualTo(5);
        for (Exchange one : made) {
            assertThat(server.administrator()
                            .get(ApiClient.AUDIT + "?object_id="
                                    + one.certificateIds().get(0))
                            .expect(200)
                            .text("/audit_events/0/action"))
                    .isEqualTo("revoke-certificate");
            assertThat(server.administrator().request(one.id()).expect(200).text("/status/reason"))
                    .isEqualTo("revoked");
        }
        assertThat(server.administrator()
                        .get(ApiClient.AUDIT + "?object_id=" + found.id())
                        .expect(200)
                        .at("/audit_events")
                        .findValuesAsText("action"))
                .containsExactly("start-revocation", "preview-revocation");
        preview("superseded", Map.of("name", "h0.few.test"));
    }

    @Test
    void every_conditionOfTheInventory_isOne() {
        EnrolledAgent agent = server.agent("**.by.test");
        Exchange made = agent.api().submit(TestCsrs.p256("one.by.test")).expect(201);
        issue(1, "by.test");
        String serial = made.newestCertificate().serial().hex();
        for (Map<String, ?> query : List.<Map<String, ?>>of(
                Map.of("connector_id", agent.id()),
                Map.of("csr_id", made.id()),
                Map.of("name", "dns:one.by.test"),
                Map.of("serial_number", "0x00" + serial.toUpperCase(Locale.ROOT)),
                Map.of("sha256", made.text("/status/certificates/0/status/sha256")),
                Map.of(
                        "connector_id",
                        agent.id(),
                        "signer",
                        List.of("perennial.dev/server", "perennial.dev/client"),
                        "state",
                        "valid",
                        "created_after",
                        "2020-01-01T00:00:00Z",
                        "created_before",
                        "tomorrow",
                        "expires_before",
                        "in 4000 days"))) {
            Exchange found = preview("superseded", query);
            assertThat(found.at("/status/total").asInt()).as(query.toString()).isOne();
            assertThat(found.text("/status/certificates/0/metadata/id"))
                    .isEqualTo(made.certificateIds().get(0));
        }
        ApiClient administrator = server.administrator();
        for (Map<String, ?> query : List.<Map<String, ?>>of(
                Map.of("name", "nobody.by.test"),
                Map.of("state", "expired"),
                Map.of("connector_id", agent.id(), "created_before", "2020-01-01T00:00:00Z"))) {
            administrator.post(REVOCATIONS, order("superseded", query)).expectProblem(404, "notFound");
        }
        for (Map<String, ?> query : List.<Map<String, ?>>of(
                Map.of(),
                Map.of("nam", "one.by.test"),
                Map.of("org_id", "default"),
                Map.of("name", 1),
                Map.of("name", List.of()),
                Map.of("state", "great"),
                Map.of("name", List.of("a.test", "b.test")))) {
            administrator.post(REVOCATIONS, order("superseded", query)).expectProblem(400, "malformed");
        }
        administrator
                .post(REVOCATIONS, order("removeFromCRL", Map.of("name", "one.by.test")))
                .expectProblem(400, "badRevocationReason");
        administrator
                .post(
                        REVOCATIONS,
                        Bodies.with(order("certificateHold", Map.of("name", "one.by.test")), "with_keys", true))
                .expectProblem(400, "malformed");
    }

    @Test
    void cancelled_isNotStarted() {
        Exchange made = issue(1, "cancelled.test").get(0);
        Exchange found = preview("superseded", Map.of("csr_id", made.id()));
        assertThat(act(server.administrator(), found, "cancel").expect(200).text("/status/state"))
                .isEqualTo("cancelled");
        act(server.administrator(), found, "cancel").expect(200);
        act(server.administrator(), found, "start").expectProblem(409, "conflict");
        assertThat(reason(made)).isNull();
    }

    @Test
    void compromisedKeys_areBlocked_andTheirOtherCertificatesFound() {
        KeyPair key = TestCsrs.keyPair();
        Exchange found =
                server.administrator().submit(TestCsrs.p256(key, "a.keys.test")).expect(201);
        Exchange sibling = server.administrator()
                .submit(TestCsrs.p256(key, "elsewhere.test"))
                .expect(201);
        Exchange act = preview("keyCompromise", Map.of("name_contains", ".keys.test"));
        assertThat(act.at("/spec/with_keys").asBoolean()).isTrue();

        Exchange started = act(server.administrator(), act, "start").expect(200);

        assertThat(reason(found)).isEqualTo("keyCompromise");
        assertThat(reason(sibling)).isEqualTo("keyCompromise");
        assertThat(started.text("/status/state")).isEqualTo("running");
        assertThat(started.at("/status/done").asInt()).isEqualTo(2);
        server.administrator().submit(TestCsrs.p256(key, "b.keys.test")).expectProblem(409, "keyNotRotated");
        server.clock().advance(Duration.ofSeconds(40));
        Until.is(() -> read(act).text("/status/state").equals("done"), "it has looked again");
    }

    @Test
    void heldOnes_areRevokedForGood_andTheOthersLeft() {
        List<Exchange> made = issue(3, "mixed.test");
        String path = ApiClient.CERTIFICATES + "/";
        server.administrator()
                .post(path + made.get(0).certificateIds().get(0) + "/revoke", Bodies.revocation("certificateHold"))
                .expect(200);
        server.administrator()
                .post(path + made.get(1).certificateIds().get(0) + "/revoke", Bodies.revocation("superseded"))
                .expect(200);
        Exchange act = preview("privilegeWithdrawn", Map.of("name_contains", ".mixed.test"));
        assertThat(act.at("/status/total").asInt()).isEqualTo(2);
        act(server.administrator(), act, "start").expect(200);
        assertThat(made.stream().map(RevocationActsIT::reason))
                .containsExactly("privilegeWithdrawn", "superseded", "privilegeWithdrawn");
    }

    /** The server that began it is gone; what is left of it is done by another, and what was gone meanwhile is counted. */
    @Test
    void leftHalfDone_isCarriedOn() {
        List<Exchange> made = issue(3, "half.test");
        Exchange act = preview("superseded", Map.of("name_contains", ".half.test"));
        Await.value(server.database()
                .query(
                        "INSERT INTO revocation_items (act_id, certificate_id) VALUES ($1, 'gone')",
                        Tuple.of(act.id())));
        Await.value(server.database()
                .query(
                        "UPDATE revocation_acts SET state = 'RUNNING', started = now(), total = 4 WHERE id = $1",
                        Tuple.of(act.id())));

        Until.is(() -> read(act).text("/status/state").equals("done"), "the clock carries it out");

        assertThat(read(act).at("/status/done").asInt()).isEqualTo(3);
        assertThat(read(act).at("/status/failed").asInt()).isOne();
        made.forEach(one -> assertThat(reason(one)).isEqualTo("superseded"));
    }

    @Test
    void manyServers_revokeEachOnce() {
        issue(30, "race.test");
        Exchange act = preview("superseded", Map.of("name_contains", ".race.test"));
        long before = count("SELECT count(*) AS n FROM audit_events WHERE action = 'revoke-certificate'");
        ApiClient second = server.administrator().at(server.second().uri());
        List<Exchange> answers = List.of(
                ApiClient.value(
                        server.administrator().sendAsync("POST", REVOCATIONS + "/" + act.id() + "/start", null)),
                ApiClient.value(second.sendAsync("POST", REVOCATIONS + "/" + act.id() + "/start", null)));
        answers.forEach(one -> one.expect(200));
        Until.is(() -> read(act).text("/status/state").equals("done"), "it is done");
        assertThat(count("SELECT count(*) AS n FROM audit_events WHERE action = 'revoke-certificate'") - before)
                .isEqualTo(30);
        assertThat(read(act).at("/status/done").asInt()).isEqualTo(30);
    }

    @Test
    void acts_areOfTheirOrganisation() {
        String orgId = server.organisation("**");
        MadeAccount theirs = server.accountOf(orgId, List.of("security-administrator"), "**");
        Exchange made = issue(1, "ours.test").get(0);
        Exchange act = preview("superseded", Map.of("csr_id", made.id()));
        theirs.api().get(REVOCATIONS + "/" + act.id()).expectProblem(404, "notFound");
        act(theirs.api(), act, "start").expectProblem(404, "notFound");
        act(theirs.api(), act, "cancel").expectProblem(404, "notFound");
        assertThat(theirs.api().get(REVOCATIONS).expect(200).at("/revocations")).isEmpty();
        theirs.api()
                .post(
                        REVOCATIONS,
                        Bodies.spec(
                                Map.of("org_id", orgId, "reason", "superseded", "query", Map.of("csr_id", made.id()))))
                .expectProblem(404, "notFound");
        theirs.api().get(REVOCATIONS + "?org_id=default").expectProblem(404, "notFound");
        assertThat(server.administrator()
                        .get(REVOCATIONS + "?org_id=default&limit=1")
                        .expect(200)
                        .text("/revocations/0/metadata/id"))
                .isEqualTo(act.id());
        MadeAccount reader = server.account(List.of("reader"));
        reader.api().get(REVOCATIONS + "/" + act.id()).expect(200);
        act(reader.api(), act, "start").expectProblem(403, "unauthorized");
        assertThat(reason(made)).isNull();
    }
}
