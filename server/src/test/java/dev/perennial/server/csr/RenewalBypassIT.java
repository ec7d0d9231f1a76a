package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
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

/** No later certificate comes of what is no longer so (reliability T11). */
class RenewalBypassIT {
    private static final String SERVER = "perennial.dev/server";
    private static final String CLIENT = "perennial.dev/client";
    private static final String REISSUE = ApiClient.REQUESTS + "/reissue";

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private static String notAfter(Exchange request) {
        return request.newestCertificate().notAfter().toString();
    }

    private static ObjectNode reissue(Exchange request) {
        return Bodies.reissue(request.id(), notAfter(request));
    }

    private static void due(Exchange... requests) {
        for (Exchange one : requests) {
            Await.value(server.database()
                    .query(
                            "UPDATE signing_requests SET renew_at = now() - interval '1 day' WHERE id = $1",
                            Tuple.of(one.id())));
        }
    }

    /** Waits until the renewal was refused for that reason, and no certificate came of it. */
    private static void requireRefused(Exchange request, String reason) {
        Until.is(() -> message(request).startsWith(reason), "the renewal is refused: " + reason);
        assertThat(server.administrator().request(request.id()).certificates()).isEqualTo(request.certificates());
    }

    private static String message(Exchange request) {
        return server.administrator()
                .request(request.id())
                .expect(200)
                .at("/status/message")
                .asText();
    }

    @Test
    void aSiblingsCertificate_isNoPredecessor() {
        EnrolledAgent agent = server.agent("*.sibling.test");
        Exchange one = agent.api().submit(TestCsrs.p256("a.sibling.test")).expect(201);
        server.clock().advance(Duration.ofMinutes(1));
        Exchange sibling = agent.api().submit(TestCsrs.p256("b.sibling.test")).expect(201);
        assertThat(notAfter(sibling)).isNotEqualTo(notAfter(one));

        agent.api().post(REISSUE, Bodies.reissue(one.id(), notAfter(sibling))).expectProblem(409, "conflict");
        server.agent("*.sibling.test").api().post(REISSUE, reissue(one)).expectProblem(404, "unknown");
        server.account(List.of("requester"), "**")
                .api()
                .post(REISSUE, reissue(one))
                .expectProblem(404, "unknown");

        for (Exchange each : List.of(one, sibling)) {
            assertThat(agent.api().request(each.id()).certificates()).isEqualTo(each.certificates());
        }
    }

    private static Exchange revoke(Exchange request, String reason) {
        return server.administrator()
                .post(
                        ApiClient.CERTIFICATES + "/" + request.certificateIds().get(0) + "/revoke",
                        Bodies.revocation(reason))
                .expect(200);
    }

    @Test
    void aRevokedPredecessor_isNone_unlessItIsOnlySuperseded() {
        Exchange gone =
                server.administrator().submit(TestCsrs.p256("gone.test")).expect(201);
        Exchange held =
                server.administrator().submit(TestCsrs.p256("held.test")).expect(201);
        Exchange superseded =
                server.administrator().submit(TestCsrs.p256("superseded.test")).expect(201);
        revoke(gone, "privilegeWithdrawn");
        revoke(held, "certificateHold");
        revoke(superseded, "superseded");
        for (Exchange one : List.of(gone, held)) {
            server.administrator().post(REISSUE, reissue(one)).expectProblem(409, "conflict");
        }

        due(gone, held, superseded);

        Until.is(
                () -> server.administrator()
                                .request(superseded.id())
                                .certificates()
                                .size()
                        == 2,
                "the superseded one is renewed");
        Until.is(() -> message(gone).startsWith("revoked: "), "the revoked one is not renewed");
        Until.is(() -> message(held).startsWith("on-hold: "), "the held one is not renewed");
        for (Exchange one : List.of(gone, held)) {
            assertThat(server.administrator().request(one.id()).certificates()).hasSize(1);
        }
    }

    @Test
    void aPredecessor_isReplacedOnce() {
        EnrolledAgent agent = server.agent("once.test");
        Exchange made = agent.api().submit(TestCsrs.p256("once.test")).expect(201);
        server.clock().advance(Duration.ofMinutes(1));
        agent.api().post(REISSUE, reissue(made)).expect(201);

        agent.api().post(REISSUE, reissue(made)).expectProblem(409, "conflict");
        assertThat(agent.api().request(made.id()).certificates()).hasSize(2);
    }

    @Test
    void names_growByAPutOnly_andThenByTheGrantsOfNow() {
        EnrolledAgent agent = server.agent("grown.test");
        Exchange made = agent.api().submit(TestCsrs.p256("grown.test")).expect(201);
        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("grown.test", "more.test")))
                .expectProblem(403, "rejectedIdentifier");

        due(made);
        Until.is(() -> agent.api().request(made.id()).certificates().size() == 2, "the renewal");
        assertThat(agent.api().request(made.id()).newestCertificate().identifiers())
                .isEqualTo(made.newestCertificate().identifiers());
    }

    @Test
    void anOwner_whoMayNotAskAnyMore_isNotRenewedFor() {
        MadeAccount disabled = server.account(List.of("requester"), "disabled.test");
        MadeAccount demoted = server.account(List.of("requester"), "demoted.test");
        Exchange one = disabled.api().submit(TestCsrs.p256("disabled.test")).expect(201);
        Exchange other = demoted.api().submit(TestCsrs.p256("demoted.test")).expect(201);
        change(disabled, Bodies.account("default", disabled.name(), List.of("requester"), "disabled.test"), false);
        change(demoted, Bodies.account("default", demoted.name(), List.of("reader"), "demoted.test"), true);

        disabled.api().post(REISSUE, reissue(one)).expectProblem(401, "unauthenticated");
        demoted.api().post(REISSUE, reissue(other)).expectProblem(403, "unauthorized");
        due(one, other);
        requireRefused(one, "owner-disabled");
        requireRefused(other, "owner-disabled");
    }

    private static void change(MadeAccount account, ObjectNode body, boolean enabled) {
        server.administrator()
                .put(ApiClient.ACCOUNTS + "/" + account.id(), Bodies.with(body, "enabled", enabled))
                .expect(200);
    }

    @Test
    void anOrganisation_thatMayHaveLess_isRenewedLess() {
        String org = server.organisation("**.org.test");
        MadeAccount requester = server.accountOf(org, List.of("requester"), "**.org.test");
        ObjectNode body = Bodies.with(Bodies.request(TestCsrs.p256("www.org.test")), "org_id", org);
        Exchange made = requester.api().post(ApiClient.REQUESTS, body).expect(201);
        server.administrator()
                .put(
                        ApiClient.ORGANISATIONS + "/" + org,
                        Bodies.spec(Map.of("name", "less", "names", List.of("**.less.test"))))
                .expect(200);

        requester
                .api()
                .post(REISSUE, Bodies.with(reissue(made), "org_id", org))
                .expectProblem(403, "rejectedIdentifier");
        due(made);
        requireRefused(made, "not-granted: beyond the names of the organisation");
    }

    @Test
    void aSigner_tightenedSince_decidesAsItIsNow() {
        EnrolledAgent agent = server.agent("tight.test", "email:tight.test");
        Exchange forServer = agent.api().submit(TestCsrs.p256("tight.test")).expect(201);
        Exchange forClient = agent.api()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(TestCsrs.p256("email:jane@tight.test"), "target_issuer", CLIENT))
                .expect(201);
        server.signer(SERVER, new SignerTerms(null, null, Approval.PERSON, null, null))
                .signer(CLIENT, new SignerTerms(null, Profile.SERVER, null, null, null))
                .restart();
        ApiClient now = agent.api().at(server.uri());
        now.post(REISSUE, reissue(forServer)).expectProblem(403, "rejectedIdentifier");
        now.post(REISSUE, reissue(forClient)).expectProblem(403, "rejectedIdentifier");
        due(forServer, forClient);
        requireRefused(forServer, "not-approved");
        requireRefused(forClient, "not-granted: the profile server takes no such names");

        server.signer(CLIENT, new SignerTerms(null, Profile.CLIENT, null, null, false))
                .restart();
        agent.api().at(server.uri()).post(REISSUE, reissue(forClient)).expectProblem(409, "conflict");
        due(forClient);
        requireRefused(forClient, "signer-disabled");

        // As they were, for the other tests.
        server.signer(SERVER, new SignerTerms(null, null, Approval.GRANTS, null, null))
                .signer(CLIENT, new SignerTerms(null, null, null, null, true))
                .restart();
    }
}
