package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One approval makes one certificate, of the PKCS#10 it was about (reliability T15, T16). */
class DoubleApprovalIT {
    private static final int RACES = Boolean.getBoolean("perennial.long") ? 500 : 15;

    @RegisterExtension
    static final TestServer server =
            TestServer.standard().approval(Approval.GRANTS_OR_PERSON, true).limit(100_000, Duration.ofDays(1));

    private static String approve(String id) {
        return ApiClient.REQUESTS + "/" + id + "/approve";
    }

    private static ObjectNode because(String reason) {
        return Bodies.object().put("reason", reason);
    }

    private static ApiClient approver() {
        return server.account(List.of("security-administrator")).api();
    }

    private static long count(String sql, Object... values) {
        return Await.value(server.database().query(sql, Tuple.from(values)))
                .iterator()
                .next()
                .getLong("count");
    }

    @Test
    void twoApprovers_atTwoServers_makeOneCertificate() {
        ApiClient agent = server.agent("granted.test").api();
        ApiClient one = approver();
        ApiClient other = approver().at(server.second().uri());
        for (int race = 0; race < RACES; race++) {
            String id = agent.submit(TestCsrs.p256("twice" + race + ".test"))
                    .expect(201)
                    .id();
            List<CompletableFuture<Exchange>> calls = new ArrayList<>();
            for (ApiClient approver : List.of(one, other, one, other)) {
                calls.add(approver.sendAsync("POST", approve(id), because("yes").toString()));
            }
            assertThat(calls.stream().map(ApiClient::value).map(Exchange::status))
                    .containsExactlyInAnyOrder(200, 409, 409, 409);
            assertThat(count("SELECT count(*) FROM certificates WHERE request_id = $1", id))
                    .isEqualTo(1);
            assertThat(count(
                            "SELECT count(*) FROM audit_events WHERE object_id = $1 AND outcome = 'done'"
                                    + " AND action = 'approve'",
                            id))
                    .isEqualTo(1);
        }
    }

    @Test
    void approveAndReplace_atOnce_neverIssueWhatNobodySaw() {
        ApiClient agent = server.agent("granted.test").api();
        ApiClient approver = approver().at(server.second().uri());
        for (int race = 0; race < RACES; race++) {
            String seen = "seen" + race + ".test";
            Exchange held = agent.submit(TestCsrs.p256(seen)).expect(201);
            String sha256 = approver.request(held.id()).expect(200).text("/status/pkcs10_sha256");
            CompletableFuture<Exchange> approval = approver.sendAsync(
                    "POST",
                    approve(held.id()),
                    because("seen").put("pkcs10_sha256", sha256).toString());
            CompletableFuture<Exchange> edit = agent.sendAsync(
                    "PUT",
                    ApiClient.REQUESTS + "/" + held.id(),
                    Bodies.request(TestCsrs.p256("unseen" + race + ".test")).toString());
            assertThat(ApiClient.value(approval).status()).isIn(200, 409);
            ApiClient.value(edit).expect(200);
            Exchange after = agent.request(held.id()).expect(200);
            after.certificates()
                    .forEach(certificate -> assertThat(certificate.identifiers().toString())
                            .contains(seen)
                            .doesNotContain("unseen"));
        }
    }

    @Test
    void anEditAfterTheApproval_inheritsNothingOfIt() {
        EnrolledAgent agent = server.agent("granted.test");
        ApiClient approver = approver();
        Exchange held = agent.api().submit(TestCsrs.p256("approved.test")).expect(201);
        Exchange issued = approver.post(approve(held.id()), because("that one")).expect(200);

        // The same names with a new key are another PKCS#10, and so are further names.
        for (String[] names : new String[][] {{"approved.test"}, {"approved.test", "edited.test"}, {"edited.test"}}) {
            Exchange edited = agent.api()
                    .replace(held.id(), Bodies.request(TestCsrs.p256(names)))
                    .expect(200);
            assertThat(edited.text("/status/next/state")).isEqualTo("PENDING");
            assertThat(edited.certificates()).isEqualTo(issued.certificates());
        }
        approver.post(
                        approve(held.id()),
                        because("that one").put("pkcs10_sha256", issued.text("/status/pkcs10_sha256")))
                .expectProblem(409, "conflict");
        assertThat(agent.api().request(held.id()).certificates()).isEqualTo(issued.certificates());
    }

    @Test
    void theSameHeldPkcs10_again_isTheOneThatWaits() {
        ApiClient agent = server.agent("granted.test").api();
        String pem = TestCsrs.p256("again.test");
        List<CompletableFuture<Exchange>> calls = new ArrayList<>();
        for (int twin = 0; twin < 8; twin++) {
            ApiClient at = twin % 2 == 0 ? agent : agent.at(server.second().uri());
            calls.add(at.submitAsync(pem));
        }
        List<Exchange> answers = calls.stream().map(ApiClient::value).toList();
        List<Exchange> first =
                answers.stream().filter(one -> one.status() == 201).toList();
        assertThat(first).hasSize(1);
        answers.stream().filter(one -> one.status() != 201).forEach(one -> assertThat(
                        one.expectProblem(409, "duplicate").text("/existing/id"))
                .isEqualTo(first.get(0).id()));
    }
}
