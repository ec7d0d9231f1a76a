package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReplacingIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @Test
    void put_ofTheSamePkcs10_changesSettingsAndNothingElse() {
        String pem = TestCsrs.p256("settings.test");
        Exchange made = server.administrator().submit(pem).expect(201);

        ObjectNode body = Bodies.with(Bodies.request(pem, "auto_renew", false), "uid", "mine");
        Exchange changed = server.administrator().replace(made.id(), body).expect(200);

        assertThat(changed.at("/spec/auto_renew").asBoolean()).isFalse();
        assertThat(changed.at("/status/auto_renew").asBoolean()).isFalse();
        assertThat(changed.text("/spec/uid")).isEqualTo("mine");
        assertThat(changed.certificateIds()).isEqualTo(made.certificateIds());
        assertThat(changed.at("/status/generation").asInt()).isEqualTo(1);
        assertThat(changed.etag()).isNotEqualTo(made.etag());
        Exchange back =
                server.administrator().replace(made.id(), Bodies.request(pem)).expect(200);
        assertThat(back.at("/status/auto_renew").asBoolean()).isTrue();
    }

    @Test
    void put_ofWhatWasRead_changesNothing() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("echo.test")).expect(201);
        Exchange read = server.administrator().request(made.id()).expect(200);

        Exchange put = server.administrator()
                .replace(made.id(), read.copy(), "If-Match", read.etag())
                .expect(200);

        assertThat(put.at("/spec")).isEqualTo(read.at("/spec"));
        assertThat(put.certificateIds()).isEqualTo(read.certificateIds());
    }

    @Test
    void put_ofASelection_answersThatSelectionWithItsEtag() {
        String pem = TestCsrs.p256("selected.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        server.administrator()
                .post(
                        ApiClient.REQUESTS + "/reissue",
                        Bodies.reissue(made.id(), made.text("/status/certificates/0/status/not_after")))
                .expect(201);
        String selection = "?limit_csr_certificates=1&get_certificate_updates=true";

        Exchange put = server.administrator()
                .replace(made.id() + selection, Bodies.request(pem, "uid", "mine"))
                .expect(200);

        assertThat(put.certificates()).hasSize(1);
        assertThat(put.certificateIds()).doesNotContainAnyElementsOf(made.certificateIds());
        assertThat(put.at("/status/certificate_updates")).hasSize(2);
        server.administrator()
                .request(made.id() + selection, "If-None-Match", put.etag())
                .expect(304);
    }

    @Test
    void put_ofANewPkcs10WithTheSameKey_addsNamesAndForcesAnIssuance() {
        KeyPair keyPair = TestCsrs.keyPair();
        Exchange made = server.administrator()
                .submit(TestCsrs.p256(keyPair, "a.add.test"))
                .expect(201);

        Exchange replaced = server.administrator()
                .replace(made.id(), Bodies.request(TestCsrs.p256(keyPair, "a.add.test", "b.add.test")))
                .expect(200);

        assertThat(replaced.at("/status/generation").asInt()).isEqualTo(2);
        assertThat(replaced.certificates()).hasSize(1);
        assertThat(replaced.newestCertificate().identifiers())
                .containsExactlyInAnyOrder(Identifier.dns("a.add.test"), Identifier.dns("b.add.test"));
        assertThat(replaced.certificateIds()).doesNotContainAnyElementsOf(made.certificateIds());
        server.administrator()
                .get(ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0))
                .expect(200);
    }

    @Test
    void put_ofAnEarlierKey_isRefused() {
        KeyPair first = TestCsrs.keyPair();
        Exchange made = server.administrator()
                .submit(TestCsrs.p256(first, "earlier.test"))
                .expect(201);
        Exchange second = server.administrator()
                .replace(made.id(), Bodies.request(TestCsrs.p256("earlier.test")))
                .expect(200);

        server.administrator()
                .replace(made.id(), Bodies.request(TestCsrs.p256(first, "earlier.test", "more.earlier.test")))
                .expectProblem(409, "keyNotRotated");

        Exchange read = server.administrator().request(made.id()).expect(200);
        assertThat(read.etag()).isEqualTo(second.etag());
        server.administrator().submit(TestCsrs.p256(first, "third.test")).expectProblem(409, "keyNotRotated");
    }

    @Test
    void put_withAnOldEtag_isRefused() {
        String pem = TestCsrs.p256("match.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        server.administrator()
                .replace(made.id(), Bodies.request(pem, "uid", "one"), "If-Match", made.etag())
                .expect(200);

        server.administrator()
                .replace(made.id(), Bodies.request(pem, "uid", "two"), "If-Match", made.etag())
                .expectProblem(412, "preconditionFailed");

        Exchange read = server.administrator().request(made.id()).expect(200);
        assertThat(read.text("/spec/uid")).isEqualTo("one");
    }

    @Test
    void put_ofNamesThatAreNotGranted_changesNothing() {
        EnrolledAgent agent = server.agent("*.put.test");
        Exchange made = agent.api().submit(TestCsrs.p256("a.put.test")).expect(201);

        agent.api()
                .replace(made.id(), Bodies.request(TestCsrs.p256("a.put.test", "www.bank.test")))
                .expectProblem(403, "rejectedIdentifier");

        Exchange read = agent.api().request(made.id()).expect(200);
        assertThat(read.etag()).isEqualTo(made.etag());
        assertThat(read.certificateIds()).isEqualTo(made.certificateIds());
    }

    @Test
    void put_ofAnothersPkcs10_isADuplicateAndChangesNothing() {
        String held = TestCsrs.p256("held.test");
        server.administrator().submit(held).expect(201);
        Exchange made = server.administrator().submit(TestCsrs.p256("own.test")).expect(201);

        server.administrator().replace(made.id(), Bodies.request(held)).expectProblem(409, "duplicate");

        assertThat(server.administrator().request(made.id()).etag()).isEqualTo(made.etag());
    }

    @Test
    void put_asADryRun_tellsTheDecisionAndChangesNothing() {
        Exchange made = server.administrator().submit(TestCsrs.p256("dry.test")).expect(201);

        Exchange decision = server.administrator()
                .put(
                        ApiClient.REQUESTS + "/" + made.id() + "?dry_run=true",
                        Bodies.request(TestCsrs.p256("dry.test", "more.dry.test")))
                .expect(200);

        assertThat(decision.text("/decision")).isEqualTo("approve");
        assertThat(server.administrator().request(made.id()).etag()).isEqualTo(made.etag());
    }

    @Test
    void put_toAnUnknownRequest_isUnknown() {
        server.administrator()
                .replace("0000000000000000000000", Bodies.request(TestCsrs.p256("nowhere.test")))
                .expectProblem(404, "unknown");
    }

    @Test
    void delete_withdraws_andTheSamePkcs10MayBeAskedForAgain() {
        String pem = TestCsrs.p256("withdrawn.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        String certificate =
                ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0);

        server.administrator().delete(ApiClient.REQUESTS + "/" + made.id()).expect(204);

        server.administrator().request(made.id()).expectProblem(404, "withdrawn");
        server.administrator().replace(made.id(), Bodies.request(pem)).expectProblem(404, "withdrawn");
        server.administrator().delete(ApiClient.REQUESTS + "/" + made.id()).expectProblem(404, "withdrawn");
        Exchange kept = server.administrator().get(certificate).expect(200);
        assertThat(kept.at("/status/revoked").isMissingNode()).isTrue();
        Exchange again = server.administrator().submit(pem).expect(201);
        assertThat(again.id()).isNotEqualTo(made.id());
    }

    @Test
    void delete_withAReason_revokesAsWell() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("revoked.test")).expect(201);
        String certificate =
                ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0);
        String path = ApiClient.REQUESTS + "/" + made.id();

        server.administrator().delete(path + "?revoke=whatever").expectProblem(400, "badRevocationReason");
        server.administrator().delete(path, "If-Match", "\"1.1\"").expectProblem(412, "preconditionFailed");
        server.administrator().request(made.id()).expect(200);
        server.administrator().delete(path + "?revoke=cessationOfOperation").expect(204);

        assertThat(server.administrator().get(certificate).expect(200).text("/status/revoked/reason"))
                .isEqualTo("cessationOfOperation");
    }
}
