package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What waits for a person, over the API: held, approved, denied, lapsed; beside a certificate or without one. */
class ApprovalIT {
    private static final int RACES = Boolean.getBoolean("perennial.long") ? 1_000 : 50;

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.GRANTS_OR_PERSON, true);

    /** Before any test sets the clock forward: a client takes no certificate from the future. */
    @BeforeAll
    static void startTheSecond() {
        server.second();
    }

    private static String path(String id, String verb) {
        return ApiClient.REQUESTS + "/" + id + "/" + verb;
    }

    private static ObjectNode because(String reason) {
        return Bodies.object().put("reason", reason);
    }

    private static MadeAccount approver() {
        return server.account(List.of("security-administrator"));
    }

    @Test
    void beyondGrants_waits_andIsIssuedByTheApproval() {
        EnrolledAgent agent = server.agent("granted.test");
        agent.api().submit(TestCsrs.p256("granted.test")).expect(201);
        Exchange held = agent.api().submit(TestCsrs.p256("wanted.test")).expect(201);
        assertThat(held.state()).isEqualTo("PENDING");
        assertThat(held.text("/status/reason")).isEqualTo("approval-required");
        assertThat(held.text("/status/message")).contains("not granted", "wanted.test");
        assertThat(held.certificateIds()).isEmpty();

        ApiClient approver = approver().api();
        agent.api().post(path(held.id(), "approve"), because("mine")).expectProblem(403, "unauthorized");
        Exchange issued = approver.post(path(held.id(), "approve"), because("asked by phone"))
                .expect(200);
        assertThat(issued.state()).isEqualTo("ISSUED");
        assertThat(issued.newestCertificate().identifiers().toString()).contains("wanted.test");
        approver.post(path(held.id(), "approve"), because("again")).expectProblem(409, "conflict");
        approver.post(path(held.id(), "deny"), because("too late")).expectProblem(409, "conflict");
    }

    @Test
    void denied_staysDenied_andTheSamePkcs10IsNotAskedForAnew() {
        EnrolledAgent agent = server.agent("granted.test");
        String pem = TestCsrs.p256("denied.test");
        Exchange held = agent.api().submit(pem).expect(201);
        Exchange denied = approver()
                .api()
                .post(path(held.id(), "deny"), because("not yours"))
                .expect(200);
        assertThat(denied.state()).isEqualTo("DENIED");
        assertThat(denied.text("/status/message")).isEqualTo("not yours");
        assertThat(agent.api().submit(pem).expectProblem(409, "duplicate").text("/existing/state"))
                .isEqualTo("DENIED");
        // After a person's no, even what is granted by now is a person's to decide.
        String granted = TestCsrs.p256("granted.test");
        assertThat(agent.api()
                        .replace(held.id(), Bodies.request(granted))
                        .expect(200)
                        .state())
                .isEqualTo("PENDING");
        approver().api().post(path(held.id(), "approve"), because("now")).expect(200);
    }

    @Test
    void aNewGeneration_voidsWhatWasLookedAt() {
        EnrolledAgent agent = server.agent("granted.test");
        ApiClient approver = approver().api();
        Exchange held = agent.api().submit(TestCsrs.p256("first.test")).expect(201);
        Exchange seen = approver.request(held.id()).expect(200);
        agent.api()
                .replace(held.id(), Bodies.request(TestCsrs.p256("second.test")))
                .expect(200);
        String sha256 = seen.text("/status/pkcs10_sha256");
        approver.post(path(held.id(), "approve"), because("seen").put("pkcs10_sha256", sha256))
                .expectProblem(409, "conflict");
        approver.post(path(held.id(), "approve"), because("seen"), "If-Match", seen.etag())
                .expectProblem(412, "preconditionFailed");
        Exchange now = approver.request(held.id()).expect(200);
        Exchange issued = approver.post(
                        path(held.id(), "approve"),
                        because("seen").put("pkcs10_sha256", now.text("/status/pkcs10_sha256")))
                .expect(200);
        assertThat(issued.newestCertificate().identifiers().toString())
                .contains("second.test")
                .doesNotContain("first.test");
    }

    @Test
    void fourEyes_nobodyApprovesHisOwn() {
        MadeAccount both = server.account(List.of("requester", "security-administrator"));
        Exchange held = both.api().submit(TestCsrs.p256("own.test")).expect(201);
        both.api().post(path(held.id(), "approve"), because("I know me")).expectProblem(403, "unauthorized");
        Exchange bootstraps = server.administrator()
                .submit(TestCsrs.p256("granted-to-all.test"))
                .expect(201);
        assertThat(bootstraps.state()).isEqualTo("ISSUED");
        approver().api().post(path(held.id(), "approve"), because("so do I")).expect(200);
        // And the database itself holds it, whatever a server may think.
        String sql = "UPDATE generations SET approved_by = requester WHERE request_id = $1";
        assertThat(Await.failure(server.database().query(sql, Tuple.of(held.id()))))
                .hasMessageContaining("approves its own");
    }

    @Test
    void heldBesideACertificate_theCurrentOneGoesOn_untilTheNextIsIssued() {
        EnrolledAgent agent = server.agent("a.test");
        ApiClient approver = approver().api();
        Exchange issued = agent.api().submit(TestCsrs.p256("a.test")).expect(201);
        String id = issued.id();
        String serial = issued.text("/status/certificates/0/status/serial_number");

        Exchange beside = agent.api()
                .replace(id, Bodies.request(TestCsrs.p256("a.test", "b.test")))
                .expect(200);
        assertThat(beside.state()).isEqualTo("ISSUED");
        assertThat(beside.text("/status/next/state")).isEqualTo("PENDING");
        assertThat(beside.text("/status/next/generation")).isEqualTo("2");
        assertThat(beside.text("/status/certificates/0/status/serial_number")).isEqualTo(serial);
        assertThat(beside.at("/status/auto_renew").asBoolean()).isTrue();
        renewsOn(agent.api(), id, serial);

        Exchange denied =
                approver.post(path(id, "deny"), because("b is not yours")).expect(200);
        assertThat(denied.state()).isEqualTo("ISSUED");
        assertThat(denied.text("/status/next/state")).isEqualTo("DENIED");
        assertThat(denied.text("/status/next/reason")).isEqualTo("b is not yours");
        renewsOn(
                agent.api(),
                id,
                agent.api().request(id).newestCertificate().serial().hex());

        agent.api()
                .replace(id, Bodies.request(TestCsrs.p256("a.test", "c.test")))
                .expect(200);
        Exchange swapped = approver.post(path(id, "approve"), because("c is")).expect(200);
        assertThat(swapped.text("/status/generation")).isEqualTo("3");
        assertThat(swapped.at("/status/next").isMissingNode()).isTrue();
        assertThat(swapped.newestCertificate().identifiers().toString()).contains("c.test");
        assertThat(swapped.text("/status/certificates/0/status/serial_number")).isNotEqualTo(serial);
    }

    private static void renewsOn(ApiClient agent, String id, String serial) {
        agent.request(id).expect(200);
        Await.value(server.database()
                .query("UPDATE signing_requests SET renew_at = now() - interval '1 day' WHERE id = $1", Tuple.of(id)));
        Until.is(
                () -> !agent.request(id)
                        .expect(200)
                        .newestCertificate()
                        .serial()
                        .hex()
                        .equals(serial),
                "the current generation is renewed beside a next one");
    }

    @Test
    void undecided_lapses_andThatIsNoPersonsNo() {
        EnrolledAgent agent = server.agent("lapse.test");
        Exchange held = agent.api().submit(TestCsrs.p256("other.test")).expect(201);
        server.clock().advance(Duration.ofDays(8));
        Until.is(
                () -> "DENIED".equals(agent.api().request(held.id()).expect(200).state()),
                "what nobody decides is denied after a week");
        assertThat(agent.api().request(held.id()).text("/status/reason")).isEqualTo("expired");
        assertThat(agent.api()
                        .replace(held.id(), Bodies.request(TestCsrs.p256("lapse.test")))
                        .expect(200)
                        .state())
                .isEqualTo("ISSUED");
    }

    @Test
    void anApproversGrant_isForItsSignersOnly() {
        MadeAccount granted = server.account(List.of());
        ObjectNode change = Bodies.with(
                Bodies.account("default", granted.name(), List.of()),
                "signers",
                List.of("approve:perennial.dev/client"));
        server.administrator()
                .put(ApiClient.ACCOUNTS + "/" + granted.id(), change)
                .expect(200);
        EnrolledAgent agent = server.agent("granted.test");
        Exchange forServer =
                agent.api().submit(TestCsrs.p256("for-server.test")).expect(201);
        Exchange forClient = agent.api()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(TestCsrs.p256("for-client.test"), "target_issuer", "perennial.dev/client"))
                .expect(201);
        granted.api().post(path(forServer.id(), "approve"), because("?")).expectProblem(404, "unknown");
        granted.api().post(path(forClient.id(), "approve"), because("fine")).expect(200);
    }

    @Test
    void noApproval_reachesAboveTheOrganisation_orGivesTheServersOwnNames() {
        String org = server.organisation("**.inside.test");
        MadeAccount requester = server.accountOf(org, List.of("requester"));
        ObjectNode outside = Bodies.with(Bodies.request(TestCsrs.p256("www.outside.test")), "org_id", org);
        requester.api().post(ApiClient.REQUESTS, outside).expectProblem(403, "rejectedIdentifier");
        ObjectNode inside = Bodies.with(Bodies.request(TestCsrs.p256("www.inside.test")), "org_id", org);
        Exchange held = requester.api().post(ApiClient.REQUESTS, inside).expect(201);
        approver().api().post(path(held.id(), "approve"), because("?")).expectProblem(404, "unknown");
        server.accountOf(org, List.of("security-administrator"))
                .api()
                .post(path(held.id(), "approve"), because("ours"))
                .expect(200);
        server.agent("granted.test").api().submit(TestCsrs.p256("localhost")).expectProblem(403, "rejectedIdentifier");
    }

    @Test
    void anApproval_isNotAskedAgain_andALostRequesterStopsIt() {
        MadeAccount requester = server.account(List.of("requester"));
        Exchange held = requester.api().submit(TestCsrs.p256("renewed.test")).expect(201);
        Exchange issued = approver()
                .api()
                .post(path(held.id(), "approve"), because("once"))
                .expect(200);
        String serial = issued.newestCertificate().serial().hex();
        renewsOn(requester.api(), held.id(), serial);

        server.administrator().delete(ApiClient.ACCOUNTS + "/" + requester.id()).expect(204);
        Await.value(server.database()
                .query(
                        "UPDATE signing_requests SET renew_at = now() - interval '1 day' WHERE id = $1",
                        Tuple.of(held.id())));
        Until.is(
                () -> server.administrator()
                        .request(held.id())
                        .expect(200)
                        .text("/status/message")
                        .startsWith("owner-disabled"),
                "what a deleted account asked for is not renewed");
    }

    @Test
    void approveAndDenyAtOnce_haveOneWinner_andOneRecord() {
        EnrolledAgent agent = server.agent("granted.test");
        ApiClient yes = approver().api();
        ApiClient no = approver().api().at(server.second().uri());
        for (int race = 0; race < RACES; race++) {
            String id = agent.api()
                    .submit(TestCsrs.p256("race" + race + ".test"))
                    .expect(201)
                    .id();
            List<CompletableFuture<Exchange>> calls = new ArrayList<>();
            for (int twice = 0; twice < 2; twice++) {
                calls.add(yes.sendAsync(
                        "POST", path(id, "approve"), because("yes").toString()));
                calls.add(no.sendAsync("POST", path(id, "deny"), because("no").toString()));
            }
            List<Integer> statuses = calls.stream()
                    .map(ApiClient::value)
                    .map(Exchange::status)
                    .sorted()
                    .toList();
            assertThat(statuses).containsExactly(200, 409, 409, 409);
            assertThat(Await.value(server.database()
                                    .query(
                                            "SELECT action FROM audit_events WHERE object_id = $1 AND outcome = 'done'"
                                                    + " AND action IN ('approve', 'deny')",
                                            Tuple.of(id)))
                            .size())
                    .isEqualTo(1);
        }
    }

    @Test
    void dryRun_tellsRuleGrantLimitAndWhatToChange() {
        EnrolledAgent agent = server.agent("*.dry.test");
        ObjectNode body = Bodies.request(TestCsrs.p256("a.dry.test", "b.other.test"));
        Exchange told =
                agent.api().post(ApiClient.REQUESTS + "?dry_run=true", body).expect(200);
        assertThat(told.text("/decision")).isEqualTo("hold");
        assertThat(told.text("/rule")).isEqualTo("grants");
        assertThat(told.text("/advice")).contains("approve");
        assertThat(told.texts("/identifiers")).containsExactly("b.other.test");
        assertThat(told.at("/names/0"))
                .isEqualTo(Bodies.object()
                        .put("name", "dns:a.dry.test")
                        .put("grant", "*.dry.test")
                        .put("organisation", "**"));
        assertThat(told.at("/names/1"))
                .isEqualTo(Bodies.object().put("name", "dns:b.other.test").put("organisation", "**"));
        assertThat(told.at("/limit/left").asInt()).isEqualTo(5);
        agent.api().submit(TestCsrs.p256("c.dry.test")).expect(201);
        Exchange second = agent.api()
                .post(ApiClient.REQUESTS + "?dry_run=true", Bodies.request(TestCsrs.p256("c.dry.test")))
                .expect(200);
        assertThat(second.text("/decision")).isEqualTo("approve");
        assertThat(second.at("/limit/left").asInt()).isEqualTo(4);
    }

    @Test
    void settingsOfAHeldPut_holdOnceItIsIssued() {
        EnrolledAgent agent = server.agent("s.test");
        String id = agent.api().submit(TestCsrs.p256("s.test")).expect(201).id();
        ObjectNode wanted = Bodies.spec(
                Map.of("org_id", "default", "request", TestCsrs.p256("t.test"), "auto_renew", false, "uid", "later"));
        Exchange held = agent.api().replace(id, wanted).expect(200);
        assertThat(held.at("/spec/auto_renew").asBoolean()).isTrue();
        Exchange issued =
                approver().api().post(path(id, "approve"), because("fine")).expect(200);
        assertThat(issued.at("/spec/auto_renew").asBoolean()).isFalse();
        assertThat(issued.text("/spec/uid")).isEqualTo("later");
    }
}
