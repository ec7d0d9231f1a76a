package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person's word does not reach: another signer, another PKCS#10, a key of before, what was taken back. */
class ApprovalLimitsIT {
    private static final String SERVER = "perennial.dev/server";
    private static final String CLIENT = "perennial.dev/client";

    /** The one leaves to a person what grants do not cover; the other leaves nothing to anybody. */
    @RegisterExtension
    static final TestServer server = TestServer.standard()
            .signer(SERVER, new SignerTerms(null, null, Approval.GRANTS_OR_PERSON, false, null))
            .signer(CLIENT, new SignerTerms(null, null, Approval.GRANTS, false, null));

    private static String path(String id, String verb) {
        return ApiClient.REQUESTS + "/" + id + "/" + verb;
    }

    private static ObjectNode because(String reason) {
        return Bodies.object().put("reason", reason);
    }

    private static ApiClient approver() {
        return server.account(List.of("security-administrator")).api();
    }

    private static ObjectNode forClients(String pem) {
        return Bodies.request(pem, "target_issuer", CLIENT);
    }

    @Test
    void anApproval_isSpentAtItsSignerOnly() {
        ApiClient agent = server.agent("granted.test").api();
        String pem = TestCsrs.p256("beyond.test");
        String id = agent.submit(pem).expect(201).id();
        Exchange issued = approver()
                .post(path(id, "approve"), because("a server of ours"))
                .expect(200);

        agent.replace(id, forClients(pem)).expectProblem(403, "rejectedIdentifier");
        assertThat(agent.request(id).text("/status/signer")).isEqualTo(SERVER);
        // What the other signer would give for the grants alone, it gives; and from then on by those.
        String granted = TestCsrs.p256("granted.test");
        String own = agent.submit(granted).expect(201).id();
        agent.replace(own, forClients(granted)).expect(200);
        assertThat(agent.request(own).text("/status/signer")).isEqualTo(CLIENT);
        // An administrator's word moves it too, and leaves it whose it is.
        server.administrator().replace(own, Bodies.request(granted)).expect(200);
        assertThat(requesters(own)).hasSize(2).containsOnly(requesters(id).get(0));

        agent.post(ApiClient.REQUESTS + "/reissue", Bodies.reissue(id, notAfter(issued)))
                .expect(201);
    }

    /** Of the request and of its generation. */
    private static List<String> requesters(String id) {
        Row row = Await.value(server.database()
                        .query(
                                "SELECT r.requester AS of_request, g.requester AS of_generation FROM signing_requests r"
                                        + " JOIN generations g ON g.request_id = r.id AND g.generation = r.generation"
                                        + " WHERE r.id = $1",
                                Tuple.of(id)))
                .iterator()
                .next();
        return List.of(row.getString("of_request"), row.getString("of_generation"));
    }

    private static String notAfter(Exchange request) {
        return request.newestCertificate().notAfter().toString();
    }

    @Test
    void anotherSigner_isNotSlippedBeneathWhatWaits() {
        ApiClient requester = server.account(List.of("requester")).api();
        String pem = TestCsrs.p256("waits.test");
        Exchange held = requester
                .post(ApiClient.REQUESTS, Bodies.request(pem, "target_issuer", SERVER))
                .expect(201);
        server.signer(CLIENT, new SignerTerms(null, null, Approval.PERSON, false, null))
                .restart();
        ApiClient now = requester.at(server.uri());
        now.replace(held.id(), forClients(pem)).expectProblem(409, "conflict");
        assertThat(now.request(held.id()).text("/status/signer")).isEqualTo(SERVER);

        Exchange issued = approver()
                .post(path(held.id(), "approve"), because("it is ours"))
                .expect(200);
        now.replace(issued.id(), forClients(TestCsrs.p256("waits.test", "more.test")))
                .expectProblem(409, "conflict");
        assertThat(now.request(held.id()).at("/status/next").isMissingNode()).isTrue();
        server.signer(CLIENT, new SignerTerms(null, null, Approval.GRANTS, false, null))
                .restart();
    }

    @Test
    void aHeldPut_sentTwice_changesWhatWaits_andNothingElse() {
        EnrolledAgent agent = server.agent("s.test");
        String id = agent.api().submit(TestCsrs.p256("s.test")).expect(201).id();
        String renewal = agent.api().request(id).newestCertificate().notAfter().toString();
        ObjectNode wanted = Bodies.spec(
                Map.of("org_id", "default", "request", TestCsrs.p256("t.test"), "auto_renew", false, "uid", "first"));
        agent.api().replace(id, wanted).expect(200);
        Exchange again =
                agent.api().replace(id, Bodies.with(wanted, "uid", "second")).expect(200);

        assertThat(again.at("/spec/auto_renew").asBoolean()).isTrue();
        assertThat(again.at("/status/auto_renew").asBoolean()).isTrue();
        assertThat(again.at("/spec/uid").asText()).isNotIn("first", "second");
        assertThat(notAfter(again)).isEqualTo(renewal);
        Exchange issued = approver().post(path(id, "approve"), because("fine")).expect(200);
        assertThat(issued.text("/spec/uid")).isEqualTo("second");
        assertThat(issued.at("/spec/auto_renew").asBoolean()).isFalse();
    }

    @Test
    void whatIsRevoked_isNotMadeAnew() {
        ApiClient agent = server.agent("granted.test").api();
        String id = agent.submit(TestCsrs.p256("taken-back.test")).expect(201).id();
        Exchange issued = approver().post(path(id, "approve"), because("yes")).expect(200);
        approver()
                .post(
                        "/v1/certificates/" + issued.certificateIds().get(0) + "/revoke",
                        Bodies.revocation("privilegeWithdrawn"))
                .expect(200);

        agent.post(ApiClient.REQUESTS + "/reissue", Bodies.reissue(id, notAfter(issued)))
                .expectProblem(409, "conflict");
        assertThat(agent.request(id).certificates()).hasSize(1);
    }

    @Test
    void thePkcs10_thatWaitsBesideACertificate_isKnown() {
        ApiClient agent = server.agent("a.test", "b.test").api();
        String id = agent.submit(TestCsrs.p256("a.test")).expect(201).id();
        String other = agent.submit(TestCsrs.p256("b.test")).expect(201).id();
        String waiting = TestCsrs.p256("held.test");
        agent.replace(id, Bodies.request(waiting)).expect(200);

        Exchange known = agent.submit(waiting).expectProblem(409, "duplicate");
        assertThat(known.text("/existing/id")).isEqualTo(id);
        assertThat(known.text("/existing/state")).isEqualTo("PENDING");
        agent.replace(other, Bodies.request(waiting)).expectProblem(409, "duplicate");

        approver().post(path(id, "deny"), because("no")).expect(200);
        assertThat(agent.submit(waiting).expectProblem(409, "duplicate").text("/existing/state"))
                .isEqualTo("DENIED");
        Exchange same = agent.replace(id, Bodies.request(waiting)).expect(200);
        assertThat(same.text("/status/next/state")).isEqualTo("DENIED");
    }

    @Test
    void aKeyOfBefore_answersNoSignal_howeverLongItWaited() {
        KeyPair key = TestCsrs.keyPair();
        ApiClient agent = server.agent("r.test").api();
        String pem = TestCsrs.p256(key, "r.test");
        String id = agent.submit(pem).expect(201).id();
        agent.replace(id, Bodies.request(TestCsrs.p256(key, "r.test", "more.test")))
                .expect(200);
        server.administrator()
                .replace(id, Bodies.request(pem, "rotate_keys", true))
                .expect(200);

        approver().post(path(id, "approve"), because("yes")).expectProblem(409, "keyNotRotated");
        agent.replace(id, Bodies.request(TestCsrs.p256("r.test", "new.test"))).expect(200);
        Exchange rotated = approver().post(path(id, "approve"), because("yes")).expect(200);
        assertThat(rotated.at("/spec/rotate_keys").asBoolean()).isFalse();
        assertThat(rotated.at("/status/rotation").isMissingNode()).isTrue();
    }

    @Test
    void aSigner_thatLeavesNothingToPeople_takesNoApproval() {
        EnrolledAgent agent = server.agent("c.test");
        Exchange made = agent.api()
                .post(ApiClient.REQUESTS, forClients(TestCsrs.p256("c.test")))
                .expect(201);
        server.administrator()
                .delete("/v1/certificates/" + made.certificateIds().get(0))
                .expect(204);
        assertThat(agent.api().request(made.id()).state()).isEqualTo("PENDING");
        server.administrator()
                .put(ApiClient.AGENTS + "/" + agent.id(), Bodies.spec(Map.of("names", List.of())))
                .expect(200);

        approver().post(path(made.id(), "approve"), because("all the same")).expectProblem(409, "conflict");
    }

    @Test
    void aCommonName_staysWithinTheOrganisation() {
        String org = server.organisation("**.billing.test", "user:clerk");
        server.signer(CLIENT, new SignerTerms(null, null, Approval.GRANTS_OR_PERSON, false, null))
                .restart();
        ApiClient requester = server.accountOf(org, List.of("requester")).api();
        ObjectNode root = Bodies.with(forClients(TestCsrs.commonNameOnly("root")), "org_id", org);
        requester.post(ApiClient.REQUESTS, root).expectProblem(403, "rejectedIdentifier");
        ObjectNode clerk = Bodies.with(forClients(TestCsrs.commonNameOnly("clerk")), "org_id", org);
        Exchange held = requester.post(ApiClient.REQUESTS, clerk).expect(201);
        assertThat(held.state()).isEqualTo("PENDING");
        server.signer(CLIENT, new SignerTerms(null, null, Approval.GRANTS, false, null))
                .restart();
    }

    @Test
    void waiting_isForTheWordAboutTheNextOne() {
        ApiClient agent = server.agent("w.test").api();
        String id = agent.submit(TestCsrs.p256("w.test")).expect(201).id();
        agent.replace(id, Bodies.request(TestCsrs.p256("w.test", "next.test"))).expect(200);
        ApiClient approver = approver();

        CompletableFuture<Exchange> waits =
                agent.sendAsync("GET", ApiClient.REQUESTS + "/" + id, null, "Prefer", "wait=50");
        assertThat(agent.request(id).text("/status/next/state")).isEqualTo("PENDING");
        assertThat(waits).isNotDone();
        approver.post(path(id, "approve"), because("yes")).expect(200);
        assertThat(ApiClient.value(waits).text("/status/generation")).isEqualTo("2");
    }

    @Test
    void aDryRunOfAPut_isAboutThatRequest() {
        KeyPair key = TestCsrs.keyPair();
        ApiClient agent = server.agent("d.test", "e.test").api();
        String pem = TestCsrs.p256(key, "d.test");
        String id = agent.submit(pem).expect(201).id();
        String other = TestCsrs.p256("e.test");
        agent.submit(other).expect(201);

        assertThat(rule(agent, id, pem)).isEqualTo("settings");
        assertThat(rule(agent, id, other)).isEqualTo("duplicate");
        assertThat(rule(agent, id, TestCsrs.p256(key, "d.test", "e.test"))).isEqualTo("grants");
        server.administrator()
                .replace(id, Bodies.request(pem, "rotate_keys", true))
                .expect(200);
        assertThat(rule(agent, id, TestCsrs.p256(key, "d.test", "e.test"))).isEqualTo("key");

        String held = agent.submit(TestCsrs.p256("f.test")).expect(201).id();
        approver().post(path(held, "deny"), because("no")).expect(200);
        assertThat(rule(agent, held, TestCsrs.p256("d.test"))).isEqualTo("denied-before");
        ApiClient stranger = server.account(List.of("reader")).api();
        stranger.put(ApiClient.REQUESTS + "/" + id + "?dry_run=true", Bodies.request(TestCsrs.p256("d.test")))
                .expectProblem(403, "unauthorized");
    }

    private static String rule(ApiClient caller, String id, String pem) {
        return caller.put(ApiClient.REQUESTS + "/" + id + "?dry_run=true", Bodies.request(pem))
                .expect(200)
                .text("/rule");
    }

    @Test
    void whatIsMadeForAnAgent_isItsOrganisations() {
        String org = server.organisation("**");
        EnrolledAgent agent = server.agent("o.test");
        server.administrator()
                .post(
                        ApiClient.AGENTS + "/" + agent.id() + "/certificate_signing_requests",
                        Bodies.with(Bodies.request(TestCsrs.p256("o.test")), "org_id", org))
                .expectProblem(404, "notFound");
    }
}
