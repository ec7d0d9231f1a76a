package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.pkix.CertificatePlan;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificatesIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static final String REISSUE = ApiClient.REQUESTS + "/reissue";

    @Test
    void reissue_byManyAtOnce_makesOneCertificate() {
        EnrolledAgent agent = server.agent("reissue.test");
        Exchange made = agent.api().submit(TestCsrs.p256("reissue.test")).expect(201);
        String notAfter = made.text("/status/certificates/0/status/not_after");
        List<CompletableFuture<Exchange>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ApiClient api =
                    i % 2 == 0 ? agent.api() : agent.api().at(server.second().uri());
            calls.add(api.sendAsync(
                    "POST", REISSUE, Bodies.reissue(made.id(), notAfter).toString()));
        }

        List<Exchange> answers = calls.stream().map(ApiClient::value).toList();

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        answers.stream()
                .filter(answer -> answer.status() != 201)
                .forEach(answer -> answer.expectProblem(409, "conflict"));
        Exchange read = agent.api().request(made.id()).expect(200);
        assertThat(read.certificates()).hasSize(2);
        assertThat(read.newestCertificate().subjectPublicKeyInfo())
                .isEqualTo(made.newestCertificate().subjectPublicKeyInfo());
        Exchange winner = answers.stream()
                .filter(answer -> answer.status() == 201)
                .findFirst()
                .orElseThrow();
        assertThat(read.certificateIds()).contains(winner.text("/status/new_certificate/metadata/id"));
    }

    @Test
    void reissue_forAnotherNotAfter_isRefused() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("other.test")).expect(201);

        server.administrator()
                .post(REISSUE, Bodies.reissue(made.id(), "2026-01-01T00:00:00Z"))
                .expectProblem(409, "conflict");
        server.administrator()
                .post(
                        REISSUE,
                        Bodies.with(
                                Bodies.reissue(made.id(), made.text("/status/certificates/0/status/not_after")),
                                "org_id",
                                "elsewhere"))
                .expectProblem(404, "notFound");
        server.administrator()
                .post(REISSUE, Bodies.reissue("0000000000000000000000", "2026-01-01T00:00:00Z"))
                .expectProblem(404, "unknown");
    }

    @Test
    void revoke_isIdempotent_andEndsTheRenewal() {
        EnrolledAgent agent = server.agent("revoke.test");
        Exchange made = agent.api().submit(TestCsrs.p256("revoke.test")).expect(201);
        String path = ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0);

        Exchange revoked = agent.api()
                .post(path + "/revoke", Bodies.revocation("cessationOfOperation"))
                .expect(200);
        Exchange again = agent.api()
                .post(path + "/revoke", Bodies.revocation("superseded"))
                .expect(200);

        assertThat(again.at("/status/revoked")).isEqualTo(revoked.at("/status/revoked"));
        assertThat(revoked.text("/status/revoked/reason")).isEqualTo("cessationOfOperation");
        Exchange read = agent.api().request(made.id()).expect(200);
        assertThat(read.etag()).isNotEqualTo(made.etag());
        assertThat(read.text("/status/certificates/0/status/revoked/reason")).isEqualTo("cessationOfOperation");
        assertThat(agent.api().get(path).expect(200).text("/status/revoked/reason"))
                .isEqualTo("cessationOfOperation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "removeFromCRL", "KEYCOMPROMISE", "1", "7", "255", "keyCompromise ", "certificateHold\u0000"
            })
    void revoke_forNoReasonOfTheStandard_isRefused(String reason) {
        String name = "reason" + Integer.toUnsignedString(reason.hashCode()) + ".test";
        Exchange made = server.administrator().submit(TestCsrs.p256(name)).expect(201);
        String path = ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0);

        Exchange refused = server.administrator()
                .post(path + "/revoke", Bodies.revocation(reason))
                .expect(400);

        assertThat(refused.problem()).isIn("badRevocationReason", "malformed");
        assertThat(server.administrator().get(path).at("/status/revoked").isMissingNode())
                .isTrue();
    }

    /** Reliability T23: what is no end entity's is not to be found here, and the server's own renews itself. */
    @Test
    void certificateOfACa_andOfTheServer_areNotRevokedHere() {
        String ca = one("SELECT id FROM authorities WHERE role = 'issuing'");
        String own = one("SELECT id FROM certificates WHERE request_id IS NULL");
        for (String act : List.of("revoke", "release")) {
            server.administrator()
                    .post(ApiClient.CERTIFICATES + "/" + ca + "/" + act, Bodies.revocation("superseded"))
                    .expectProblem(404, "notFound");
            server.administrator()
                    .post(ApiClient.CERTIFICATES + "/" + own + "/" + act, Bodies.revocation("superseded"))
                    .expectProblem(409, "conflict");
        }
    }

    private static String one(String sql) {
        return Await.value(server.database().query(sql, Tuple.tuple()))
                .iterator()
                .next()
                .getString("id");
    }

    /** RFC 9608: it is revoked like any other, and said that nobody will learn of it. */
    @Test
    void revoke_ofOneWithoutRevocation_saysThatRelyingPartiesDoNotLearnOfIt() {
        TestCa ca = TestCa.root(KeyKind.EC_P256);
        KeyPair keyPair = TestCsrs.keyPair();
        Exchange made = server.administrator()
                .submit(TestCsrs.p256(keyPair, "norevocation.test"))
                .expect(201);
        server.administrator()
                .delete(ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0))
                .expect(204);
        SubjectPublicKey key = SubjectPublicKey.parse(keyPair.getPublic().getEncoded());
        CertificatePlan plan = ca.plan(Instant.now(), key, "norevocation.test");
        CertificateProfile profile = plan.profile().withoutRevocation();
        X509 certificate = ca.issue(new CertificatePlan(
                plan.serial(),
                plan.issuer(),
                plan.validity(),
                plan.subject(),
                plan.identifiers(),
                plan.key(),
                profile,
                plan.pointers()));
        assertThat(certificate.hasNoRevocation()).isTrue();
        String id = upload(made.id(), certificate.pem(), ca.certificate().pem())
                .expect(201)
                .id();

        Exchange revoked = server.administrator()
                .post(ApiClient.CERTIFICATES + "/" + id + "/revoke", Bodies.revocation("superseded"))
                .expect(200);

        assertThat(revoked.text("/status/revoked/note")).contains("RFC 9608");
    }

    @Test
    void compromiseLearntLater_blocksTheKey_andTheFirstReasonStands() {
        KeyPair keyPair = TestCsrs.keyPair();
        Exchange made = server.administrator()
                .submit(TestCsrs.p256(keyPair, "later.test"))
                .expect(201);
        String revoke = ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0) + "/revoke";
        server.administrator()
                .post(revoke, Bodies.revocation("cessationOfOperation"))
                .expect(200);

        Exchange again = server.administrator()
                .post(revoke, Bodies.revocation("keyCompromise"))
                .expect(200);

        assertThat(again.text("/status/revoked/reason")).isEqualTo("cessationOfOperation");
        server.administrator()
                .submit(TestCsrs.p256(keyPair, "later-again.test"))
                .expectProblem(409, "keyNotRotated");
    }

    @Test
    void revoke_forACompromisedKey_blocksTheKey() {
        KeyPair keyPair = TestCsrs.keyPair();
        String pem = TestCsrs.p256(keyPair, "compromised.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        Exchange other = server.administrator()
                .submit(TestCsrs.p256(keyPair, "neighbour.test"))
                .expect(201);
        String path = ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0);

        server.administrator()
                .post(path + "/revoke", Bodies.revocation("keyCompromise"))
                .expect(200);

        server.administrator().submit(TestCsrs.p256(keyPair, "new.test")).expectProblem(409, "keyNotRotated");
        server.administrator()
                .replace(made.id(), Bodies.request(TestCsrs.p256(keyPair, "compromised.test", "b.test")))
                .expectProblem(409, "keyNotRotated");
        server.administrator()
                .post(REISSUE, Bodies.reissue(other.id(), other.text("/status/certificates/0/status/not_after")))
                .expectProblem(409, "conflict");
        server.administrator()
                .replace(made.id(), Bodies.request(TestCsrs.p256("compromised.test")))
                .expect(200);
    }

    @Test
    void delete_ofTheLastCertificate_takesTheApproval_untilThePkcs10IsPutAgain() {
        String pem = TestCsrs.p256("taken.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        String path = ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0);

        server.administrator().delete(path).expect(204);

        Exchange pending = server.administrator().request(made.id()).expect(200);
        assertThat(pending.state()).isEqualTo("PENDING");
        assertThat(pending.certificates()).isEmpty();
        assertThat(pending.at("/status/auto_renew").asBoolean()).isFalse();
        server.administrator().get(path).expect(200);
        server.administrator().delete(path).expectProblem(404, "notFound");
        Exchange issued =
                server.administrator().replace(made.id(), Bodies.request(pem)).expect(200);
        assertThat(issued.state()).isEqualTo("ISSUED");
        assertThat(issued.certificates()).hasSize(1);
        assertThat(issued.at("/status/auto_renew").asBoolean()).isTrue();
    }

    @Test
    void delete_ofOneOfTwo_leavesTheOther() {
        Exchange made = server.administrator().submit(TestCsrs.p256("two.test")).expect(201);
        server.administrator()
                .post(REISSUE, Bodies.reissue(made.id(), made.text("/status/certificates/0/status/not_after")))
                .expect(201);

        server.administrator()
                .delete(ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0))
                .expect(204);

        Exchange read = server.administrator().request(made.id()).expect(200);
        assertThat(read.state()).isEqualTo("ISSUED");
        assertThat(read.certificates()).hasSize(1);
    }

    @Test
    void upload_ofAChainMadeElsewhere_isStoredIfItFits() {
        TestCa ca = TestCa.root(KeyKind.EC_P256);
        KeyPair keyPair = TestCsrs.keyPair();
        Exchange made = server.administrator()
                .submit(TestCsrs.p256(keyPair, "upload.test"))
                .expect(201);
        String good = elsewhere(ca, keyPair, "upload.test").pem();
        upload(made.id(), good, ca.certificate().pem()).expectProblem(409, "conflict");
        server.administrator()
                .delete(ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0))
                .expect(204);

        upload(
                        made.id(),
                        elsewhere(ca, TestCsrs.keyPair(), "upload.test").pem(),
                        ca.certificate().pem())
                .expectProblem(400, "malformed");
        upload(
                        made.id(),
                        elsewhere(ca, keyPair, "upload.test", "www.bank.test").pem(),
                        ca.certificate().pem())
                .expectProblem(400, "malformed");
        upload(made.id(), good, TestCa.root(KeyKind.EC_P256).certificate().pem())
                .expectProblem(400, "malformed");
        upload(made.id(), "no PEM", null).expectProblem(400, "malformed");
        Exchange stored = upload(made.id(), good, ca.certificate().pem()).expect(201);

        assertThat(X509.parsePem(stored.text("/spec/ca"))).isEqualTo(ca.certificate());
        Exchange read = server.administrator().request(made.id()).expect(200);
        assertThat(read.state()).isEqualTo("ISSUED");
        assertThat(read.newestCertificate()).isEqualTo(X509.parsePem(good));
        assertThat(read.at("/status/auto_renew").asBoolean()).isFalse();
        assertThat(read.text("/status/reason")).isEqualTo("uploaded");
    }

    @Test
    void upload_byAnAgent_isRefused() {
        EnrolledAgent agent = server.agent("**");
        Exchange made = agent.api().submit(TestCsrs.p256("agent.test")).expect(201);
        ObjectNode body = Bodies.spec(Map.of(
                "org_id",
                "default",
                "csr_id",
                made.id(),
                "certificate",
                made.newestCertificate().pem()));

        agent.api().post(ApiClient.CERTIFICATES, body).expectProblem(403, "unauthorized");
    }

    @Test
    void list_holdsNoneOfTheServersOwn() {
        Exchange list = server.administrator()
                .get(ApiClient.CERTIFICATES + "?limit=500")
                .expect(200);

        list.at("/certificates")
                .forEach(one -> assertThat(one.at("/spec/csr_id").asText()).isNotEmpty());
    }

    private static X509 elsewhere(TestCa ca, KeyPair keyPair, String... names) {
        SubjectPublicKey key = SubjectPublicKey.parse(keyPair.getPublic().getEncoded());
        return ca.issue(ca.plan(Instant.now(), key, names));
    }

    private static Exchange upload(String requestId, String certificate, String issuers) {
        ObjectNode body = Bodies.spec(Map.of("org_id", "default", "csr_id", requestId, "certificate", certificate));
        return server.administrator()
                .post(ApiClient.CERTIFICATES, issuers == null ? body : Bodies.with(body, "ca", issuers));
    }
}
