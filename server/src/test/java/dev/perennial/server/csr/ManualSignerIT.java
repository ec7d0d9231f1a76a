package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manual signer: nothing happens until a person signs with a CA, puts a certificate in, or denies. */
class ManualSignerIT {
    private static final String MANUAL = "perennial.dev/manual";

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private static ObjectNode request(String pem, String... usages) {
        ObjectNode body = Bodies.request(pem, "target_issuer", MANUAL);
        return usages.length == 0 ? body : Bodies.with(body, "usages", List.of(usages));
    }

    private static Exchange held(ApiClient caller, String pem, String... usages) {
        Exchange made = caller.post(ApiClient.REQUESTS, request(pem, usages)).expect(201);
        assertThat(made.state()).isEqualTo("PENDING");
        assertThat(made.certificateIds()).isEmpty();
        return made;
    }

    private static Exchange approve(ApiClient caller, Exchange request, ObjectNode word) {
        return caller.post(ApiClient.REQUESTS + "/" + request.id() + "/approve", word);
    }

    private static ObjectNode with(String authorityId) {
        return Bodies.object().put("reason", "because").put("ca_id", authorityId);
    }

    private static String csr(KeyPair key, String subject, String... names) {
        return TestCsrs.withSubject(key, subject, names);
    }

    @Test
    void theSigner_isThere_andAsksAPerson() {
        assertThat(server.signerNamed(MANUAL).at("/spec/type").asText()).isEqualTo("manual");
        assertThat(server.signerNamed(MANUAL).at("/spec/validity").asText()).isEqualTo("PT8760H");
        assertThat(server.signerNamed(MANUAL).at("/spec/profile").asText()).isEqualTo("requested");
        assertThat(server.signerNamed(MANUAL).at("/spec/policy").asText()).isEqualTo("person");
        assertThat(server.signerNamed(MANUAL).at("/spec").has("ca_id")).isFalse();
    }

    @Test
    void aPersonSigns_withAChosenCa_theWholeSubject_andItIsNotRenewed() {
        EnrolledAgent agent = server.agent("**.manual.test");
        String subject = "CN=www.manual.test, OU=Web, O=Example\\, Inc., C=DE";
        Exchange waiting = held(
                agent.api(),
                csr(TestCsrs.keyPair(), "CN=www.manual.test,OU=Web,O=Example\\, Inc.,C=DE", "www.manual.test"),
                "digital signature",
                "server auth",
                "client auth");
        assertThat(waiting.text("/status/subject")).isEqualTo(subject);

        ApiClient person = server.account(List.of("security-administrator")).api();
        Exchange missing = approve(person, waiting, Bodies.object().put("reason", "because"))
                .expectProblem(400, "malformed");
        assertThat(missing.detail()).contains("ca_id");
        approve(person, waiting, with("0000000000000000000000")).expectProblem(400, "malformed");
        approve(person, waiting, with(server.authorityId()).put("validity", "P400D"))
                .expectProblem(400, "malformed");

        Exchange issued = approve(person, waiting, with(server.authorityId()).put("validity", "P30D"))
                .expect(200);
        assertThat(issued.state()).isEqualTo("ISSUED");
        assertThat(issued.newestCertificate().subject())
                .isEqualTo(DistinguishedName.of(Pkcs10.parsePem(issued.text("/spec/request"))
                                .subject()
                                .attributes())
                        .der());
        assertThat(Duration.between(
                        issued.newestCertificate().notBefore(),
                        issued.newestCertificate().notAfter().plusSeconds(1)))
                .isEqualTo(Duration.ofDays(30));
        assertThat(issued.at("/status/auto_renew").asBoolean()).isFalse();
        assertThat(issued.text("/status/reason")).isEqualTo("manual");
        assertThat(issued.text("/status/message")).contains("not renewed");
        // Neither a setting nor a call makes the server renew it.
        agent.api().replace(issued.id(), issued.copy()).expect(200);
        assertThat(agent.api().request(issued.id()).at("/status/auto_renew").asBoolean())
                .isFalse();
        agent.api()
                .post(
                        ApiClient.REQUESTS + "/reissue",
                        Bodies.reissue(
                                issued.id(),
                                issued.newestCertificate().notAfter().toString()))
                .expectProblem(409, "conflict");
    }

    @Test
    void aNewGeneration_waitsBesideTheCertificate_andIsSignedByAPersonToo() {
        EnrolledAgent agent = server.agent("**.manual.test");
        Exchange waiting = held(agent.api(), TestCsrs.p256("a.manual.test"));
        approve(server.administrator(), waiting, with(server.authorityId())).expect(200);
        Exchange next = agent.api()
                .replace(waiting.id(), request(csr(TestCsrs.keyPair(), "O=Next", "a.manual.test"), "server auth"))
                .expect(200);
        assertThat(next.text("/status/next/state")).isEqualTo("PENDING");
        assertThat(next.text("/status/next/subject")).isEqualTo("O=Next");
        assertThat(next.texts("/status/next/usages")).containsExactly("server auth");
        Exchange swapped = approve(server.administrator(), next, with(server.authorityId()))
                .expect(200);
        assertThat(swapped.at("/status/generation").asInt()).isEqualTo(2);
        assertThat(swapped.at("/status/auto_renew").asBoolean()).isFalse();
    }

    @Test
    void aCertificateMadeElsewhere_isPutIn() {
        TestCa ca = TestCa.root(KeyKind.EC_P256);
        KeyPair key = TestCsrs.keyPair();
        String leaf = ca.issue(ca.plan(
                        Instant.now(), SubjectPublicKey.parse(key.getPublic().getEncoded()), "up.manual.test"))
                .pem();
        Exchange other = held(server.administrator(), TestCsrs.p256("up.manual.test"));
        assertThat(upload(other, leaf, ca).expectProblem(400, "malformed").detail())
                .contains("another key");
        Exchange waiting = held(server.administrator(), csr(key, "CN=up.manual.test", "up.manual.test"));
        upload(waiting, leaf, ca).expect(201);
        Exchange issued = server.administrator().request(waiting.id()).expect(200);
        assertThat(issued.state()).isEqualTo("ISSUED");
        assertThat(issued.newestCertificate().pem()).isEqualTo(leaf);
        assertThat(issued.text("/status/reason")).isEqualTo("uploaded");
    }

    private static Exchange upload(Exchange request, String leaf, TestCa ca) {
        return server.administrator()
                .post(
                        ApiClient.CERTIFICATES,
                        Bodies.spec(Map.of(
                                "org_id",
                                "default",
                                "csr_id",
                                request.id(),
                                "certificate",
                                leaf,
                                "ca",
                                ca.certificate().pem())));
    }

    @Test
    void aPersonDenies() {
        Exchange waiting = held(server.administrator(), TestCsrs.p256("no.manual.test"));
        String deny = ApiClient.REQUESTS + "/" + waiting.id() + "/deny";
        server.administrator().post(deny, with(server.authorityId())).expectProblem(400, "malformed");
        assertThat(server.administrator()
                        .post(deny, Bodies.object().put("reason", "no"))
                        .expect(200)
                        .state())
                .isEqualTo("DENIED");
    }

    @Test
    void whatHasFailed_aPersonSignsAfterAll() {
        Exchange waiting = held(server.administrator(), TestCsrs.p256("failed.manual.test"));
        Await.value(server.database()
                .query(
                        "UPDATE generations SET state = 'FAILED', reason = 'failed' WHERE request_id = $1",
                        Tuple.of(waiting.id())));
        assertThat(approve(server.administrator(), waiting, with(server.authorityId()))
                        .expect(200)
                        .state())
                .isEqualTo("ISSUED");
    }

    @Test
    void aCa_isNamedWhereTheSignerIsManualOnly() {
        String name = "manual.test/held";
        server.administrator()
                .post(
                        ApiClient.SIGNERS,
                        Bodies.with(Bodies.signer(name, server.authorityId(), "server"), "policy", "person"))
                .expect(201);
        Exchange waiting = server.administrator()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("l.manual.test"), "target_issuer", name))
                .expect(201);
        approve(server.administrator(), waiting, with(server.authorityId())).expectProblem(400, "malformed");
        approve(server.administrator(), waiting, Bodies.object().put("reason", "because"))
                .expect(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=other.test               | a.manual.test | server auth | common-name",
                "O=system:masters,CN=jane    | a.manual.test | client auth | subject",
                "CN=jane                     | a.manual.test | cert sign   | usages",
                "2.5.4.97=VATDE-1            | a.manual.test | server auth | 2.5.4.97",
            })
    void whatNobodyCouldApprove_doesNotWait(String subject, String name, String usage, String told) {
        ObjectNode body = request(csr(TestCsrs.keyPair(), subject, name), usage);
        Exchange refused = server.administrator().post(ApiClient.REQUESTS, body).expectHelp();
        assertThat(refused.detail()).contains(told);
    }

    @Test
    void aPkcs10_comesBackWithItsUsagesOnly() {
        MadeAccount caller = server.account(List.of("requester"), "**");
        String first = TestCsrs.p256("b.manual.test");
        Exchange waiting = held(caller.api(), first, "server auth");
        caller.api()
                .replace(waiting.id(), request(TestCsrs.p256("c.manual.test"), "server auth"))
                .expect(200);
        // An approver who looked at the first PKCS#10 and names it by its hash must find what was seen.
        caller.api()
                .replace(waiting.id(), request(first, "server auth", "client auth"))
                .expectProblem(409, "conflict");
        caller.api().replace(waiting.id(), request(first, "server auth")).expect(200);
    }
}
