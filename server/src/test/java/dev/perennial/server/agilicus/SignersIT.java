package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signers over the API: made, changed, disabled; whose they are; and what certificates have of their terms. */
class SignersIT {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String NO_REVOCATION_AVAILABLE = "2.5.29.56";
    private static final String POLICIES = "2.5.29.32";

    @RegisterExtension
    static final TestServer server = TestServer.standard()
            .limit(1_000, Duration.ofDays(1))
            .signer("perennial.dev/client", SignerTerms.lasting(Duration.ofDays(3)));

    private static String newName() {
        return "signers.test/s" + COUNT.incrementAndGet();
    }

    private static ObjectNode signer(String name) {
        return Bodies.signer(name, server.authorityId(), "server");
    }

    private static Exchange make(ObjectNode body) {
        return server.administrator().post(ApiClient.SIGNERS, body).expect(201);
    }

    private static Exchange submit(ApiClient caller, String signer, String name) {
        return caller.post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256(name), "target_issuer", signer));
    }

    private static String path(Exchange signer) {
        return ApiClient.SIGNERS + "/" + signer.id();
    }

    @Test
    void aSignerThatWasMade_signsAtOnce_onItsTerms() {
        String name = newName();
        Exchange made = make(Bodies.with(signer(name), "validity", "PT12H"));
        assertThat(made.header("Location")).isEqualTo(path(made));
        assertThat(made.text("/spec/policy")).isEqualTo("grants");
        assertThat(made.text("/spec/revocation")).isEqualTo("crl-ocsp");
        assertThat(made.at("/status/configured").asBoolean()).isFalse();

        Exchange issued = submit(server.administrator(), name, "a.signers.test").expect(201);
        assertThat(issued.text("/status/signer")).isEqualTo(name);
        assertThat(Duration.between(
                        issued.newestCertificate().notBefore(),
                        issued.newestCertificate().notAfter().plusSeconds(1)))
                .isEqualTo(Duration.ofHours(12));
        Exchange shown = server.administrator().get(path(made)).expect(200);
        assertThat(shown.body()).isEqualTo(made.body());
        server.administrator().get(path(made), "If-None-Match", shown.etag()).expect(304);
        server.administrator().post(ApiClient.SIGNERS, signer(name)).expectProblem(409, "conflict");
    }

    @Test
    void policiesAndNoRevocation_standInTheCertificate() throws Exception {
        String name = newName();
        make(Bodies.with(
                Bodies.with(signer(name), "revocation", "none"),
                "policies",
                List.of("1.3.6.1.4.1.55555.1", "2.23.140.1.2.1")));

        Map<String, byte[]> extensions = Extensions.of(
                submit(server.administrator(), name, "n.signers.test").expect(201));

        assertThat(extensions.keySet())
                .contains(NO_REVOCATION_AVAILABLE, POLICIES)
                .doesNotContain("2.5.29.31");
        assertThat(Extensions.of(server.administrator()
                                .submit(TestCsrs.p256("m.signers.test"))
                                .expect(201))
                        .keySet())
                .doesNotContain(NO_REVOCATION_AVAILABLE, POLICIES);
    }

    @Test
    void aChange_holdsToTheVersionSeen_andIsAuditedWithBeforeAndAfter() {
        Exchange made = make(signer(newName()));
        Exchange seen = server.administrator().get(path(made)).expect(200);
        ObjectNode body = Bodies.with(seen.copy(), "validity", "P20D");

        Exchange changed = server.administrator()
                .put(path(made), body, "If-Match", seen.etag())
                .expect(200);
        assertThat(changed.text("/spec/validity")).isEqualTo("PT480H");
        server.administrator().put(path(made), body, "If-Match", seen.etag()).expectProblem(412, "preconditionFailed");
        server.administrator()
                .put(path(made), Bodies.with(changed.copy(), "name", newName()))
                .expectProblem(400, "malformed");

        Exchange told = server.administrator()
                .get(ApiClient.AUDIT + "?action=change-signer&object_id="
                        + made.text("/spec/name").replace("/", "%2F"))
                .expect(200);
        assertThat(told.text("/audit_events/0/reason")).contains("validity PT720H", " -> ", "validity PT480H");
    }

    @Test
    void aChangeHere_isKnownToOtherServers() {
        ApiClient elsewhere = server.administrator().at(server.second().uri());
        String name = newName();
        Exchange made = make(signer(name));
        Until.is(
                () -> submit(elsewhere, name, "e" + COUNT.incrementAndGet() + ".signers.test")
                                .status()
                        == 201,
                "the other server knows the signer");
        server.administrator()
                .put(path(made), Bodies.with(made.copy(), "enabled", false))
                .expect(200);
        // Here in the same call, there with the notification.
        submit(server.administrator(), name, "h.signers.test").expectProblem(409, "conflict");
        Until.is(
                () -> submit(elsewhere, name, "f" + COUNT.incrementAndGet() + ".signers.test")
                                .status()
                        == 409,
                "the other server knows that it is disabled");
    }

    @Test
    void aSignerOfTheConfiguration_isReadOnly() {
        String id =
                server.signerNamed("perennial.dev/client").at("/metadata/id").asText();
        Exchange shown =
                server.administrator().get(ApiClient.SIGNERS + "/" + id).expect(200);
        assertThat(shown.at("/status/configured").asBoolean()).isTrue();
        Exchange refused = server.administrator()
                .put(ApiClient.SIGNERS + "/" + id, Bodies.with(shown.copy(), "enabled", false))
                .expectProblem(409, "conflict");
        assertThat(refused.detail()).contains("configuration file");
    }

    @Test
    void aSignerOfAnOrganisation_isUnknownToOthers() {
        String org = server.organisation("**.signers.test");
        MadeAccount theirs = server.accountOf(org, List.of("administrator"), "**.signers.test");
        String name = newName();
        Exchange made = theirs.api()
                .post(ApiClient.SIGNERS, Bodies.with(signer(name), "org_id", org))
                .expect(201);
        theirs.api()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.with(
                                Bodies.request(TestCsrs.p256("own.signers.test"), "target_issuer", name),
                                "org_id",
                                org))
                .expect(201);

        MadeAccount ours = server.account(List.of("administrator"), "**");
        Exchange unknown = submit(ours.api(), name, "foreign.signers.test").expectProblem(400, "unknownSigner");
        assertThat(unknown.detail()).doesNotContain(name);
        ours.api().get(path(made)).expectProblem(404, "notFound");
        ours.api().put(path(made), made.copy()).expectProblem(404, "notFound");
        assertThat(ours.api().get(ApiClient.SIGNERS).expect(200).body().toString())
                .doesNotContain(name);
        assertThat(theirs.api().get(ApiClient.SIGNERS).expect(200).body().toString())
                .contains(name, "perennial.dev/server");
        // Nor does the bootstrap administrator's request for another organisation reach it.
        submit(server.administrator(), name, "foreign.signers.test").expectProblem(400, "unknownSigner");
    }

    @Test
    void oneOfAllOrganisations_isTheBootstrapAdministrators() {
        ObjectNode shared = signer(newName());
        ((ObjectNode) shared.get("spec")).remove("org_id");
        MadeAccount ours = server.account(List.of("administrator"), "**");
        ours.api().post(ApiClient.SIGNERS, shared).expectProblem(403, "unauthorized");
        Exchange made = make(shared);
        ours.api().put(path(made), made.copy()).expectProblem(403, "unauthorized");
        ours.api().post(ApiClient.SIGNERS, signer("certs.kubernetes.io/mine")).expectProblem(403, "unauthorized");
        Exchange nowhere = server.administrator()
                .post(ApiClient.SIGNERS, Bodies.with(signer(newName()), "org_id", "nowhere"))
                .expectProblem(404, "notFound");
        assertThat(nowhere.detail()).contains("spec.org_id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name     | one/x               | spec.name",
                "name     | signers.test        | spec.name",
                "name     | Signers.test/x      | spec.name",
                "name     | signers.test/x/y    | spec.name",
                "name     | signers.test/       | spec.name",
                "name     | -a.test/x           | spec.name",
                "type     | acme                | spec.type",
                "type     | manual              | spec.type",
                "ca_id    | 0000000000000000000000 | ca_id",
                "profile  | ca                  | spec.profile",
                "profile  | Server              | spec.profile",
                "validity | 90d                 | spec.validity",
                "validity | PT0S                | spec.validity",
                "validity | P99999D             | spec.validity",
                "policy   | anybody             | spec.policy",
                "revocation | crl               | spec.revocation",
            })
    void aBadField_isNamed(String field, String value, String told) {
        ObjectNode body = Bodies.with(signer(newName()), field, value);
        assertThat(server.administrator()
                        .post(ApiClient.SIGNERS, body)
                        .expectProblem(400, "malformed")
                        .detail())
                .contains(told);
    }

    @Test
    void badPolicies_areNamed() {
        for (List<String> policies : List.of(
                List.of("1"),
                List.of("3.1.2"),
                List.of("1.40.2"),
                List.of("1.2.03"),
                List.of("1.2.x"),
                List.of("1.2.3", "1.2.3"),
                List.of("2.5.29.32.0"),
                List.of("1.2." + "9".repeat(40)))) {
            assertThat(server.administrator()
                            .post(ApiClient.SIGNERS, Bodies.with(signer(newName()), "policies", policies))
                            .expectProblem(400, "malformed")
                            .detail())
                    .contains("spec.policies");
        }
    }

    @Test
    void onlyACaThatSignsCertificates_signs() {
        Exchange roots = server.nobody().get("/v1/root_certificates").expect(200);
        String root = roots.text("/root_certificates/0/metadata/id");
        assertThat(server.administrator()
                        .post(ApiClient.SIGNERS, Bodies.with(signer(newName()), "ca_id", root))
                        .expectProblem(400, "malformed")
                        .detail())
                .contains("ca_id");
    }
}
