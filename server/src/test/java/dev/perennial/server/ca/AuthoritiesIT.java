package dev.perennial.server.ca;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.CaExtensions;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CAs as they are made, seen, disabled and enabled, over the API and over servers. */
class AuthoritiesIT {
    private static final String PATH = ApiClient.AUTHORITIES;

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static ObjectNode order(String type, String name, Map<String, ?> more) {
        Map<String, Object> spec = new HashMap<>(Map.of("org_id", "default", "type", type, "name", name));
        spec.put("key", "ec-p256");
        spec.putAll(more);
        return Bodies.spec(spec);
    }

    private static Exchange make(String type, String name, Map<String, ?> more) {
        return server.administrator().post(PATH, order(type, name, more));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-2048", "rsa-3072", "rsa-4096", "ec-p256", "ec-p384", "ed25519"})
    void make_ofEveryKind_withOneBelow(String kind) {
        String name = "Root " + kind;
        Exchange root = make(
                        "root",
                        name,
                        Map.of(
                                "key",
                                kind,
                                "validity",
                                "P3650D",
                                "subject",
                                Map.of("organization", "Example", "country", "DE")))
                .expect(201);
        assertThat(root.state()).isEqualTo("enabled");
        assertThat(root.text("/spec/key")).isEqualTo(kind);
        assertThat(root.text("/status/subject")).isEqualTo("C=DE, O=Example, CN=" + name);
        X509 certificate = X509.parsePem(root.text("/status/certificate"));
        assertThat(certificate.verifiedBy(certificate.key().publicKey())).isTrue();
        assertThat(certificate.key().kind().word()).isEqualTo(kind);
        assertThat(root.text("/status/serial_number"))
                .isEqualTo(certificate.serial().hex());
        assertThat(root.text("/status/sha256")).isEqualTo(HexFormat.of().formatHex(certificate.sha256()));
        assertThat(Duration.between(
                        certificate.notBefore(), certificate.notAfter().plusSeconds(1)))
                .isEqualTo(Duration.ofDays(3650));
        assertThat(root.header("Location")).isEqualTo(PATH + "/" + root.id());

        Exchange below = make("intermediate", "Below " + kind, Map.of("issuer_id", root.id()))
                .expect(201);
        X509 intermediate = X509.parsePem(below.text("/status/certificate"));
        assertThat(intermediate.verifiedBy(certificate.key().publicKey())).isTrue();
        assertThat(intermediate.notAfter()).isEqualTo(certificate.notAfter());
        assertThat(CaExtensions.of(intermediate).pathLength()).isZero();
        assertThat(below.text("/spec/issuer_id")).isEqualTo(root.id());
        assertThat(server.nobody().get("/ca/" + below.id() + ".crt").status()).isEqualTo(200);
    }

    @Test
    void make_ofWhatCannotBe_isRefused() {
        ApiClient administrator = server.administrator();
        for (Map<String, ?> wrong : List.of(
                Map.of("type", "leaf"),
                Map.of("key", "rsa-1024"),
                Map.of("key", "dsa"),
                Map.of("validity", "P1Y"),
                Map.of("validity", "PT1H"),
                Map.of("validity", "P999999D"),
                Map.of("path_length", 11),
                Map.of("path_length", -1),
                Map.of("name", "x".repeat(65)),
                Map.of("name", ""),
                Map.of("name", "a\u202eb"),
                Map.of("subject", Map.of("country", "Deutschland")),
                Map.of("subject", Map.of("organization", "")),
                Map.of("issuer_id", "AAAAAAAAAAAAAAAAAAAAAA"),
                Map.of("password", "x"),
                Map.of("name_constraints", Map.of("permitted", List.of("example.com"))),
                Map.of("private_key", "x"),
                Map.of("certificate", "x"),
                Map.of("pkcs12", "x"))) {
            administrator.post(PATH, order("root", "Wrong", wrong)).expectHelp().expect(400);
        }
        make("intermediate", "Wrong", Map.of("issuer_id", "AAAAAAAAAAAAAAAAAAAAAA"))
                .expectProblem(404, "notFound");
        make("intermediate", "Wrong", Map.of("validity", "P10D")).expect(400);
        administrator
                .post(PATH, Bodies.with(order("root", "Wrong", Map.of()), "org_id", "nowhere"))
                .expect(404);
        // The identities' CA is nobody's issuer.
        String identity = Await.value(server.database()
                        .query("SELECT id FROM authorities WHERE role = 'identity-root'", Tuple.tuple()))
                .iterator()
                .next()
                .getString("id");
        make("intermediate", "Wrong", Map.of("issuer_id", identity)).expect(404);
        administrator.get(PATH + "/" + identity).expect(404);
    }

    @Test
    void subject_isOfOneCaOnly() {
        make("root", "Twice", Map.of()).expect(201);
        make("root", "Twice", Map.of()).expectProblem(409, "conflict");
        make("root", "Twice", Map.of("subject", Map.of("organization", "Another")))
                .expect(201);
    }

    @Test
    void pathLength_isKept() {
        String root =
                make("root", "Long root", Map.of("path_length", 1)).expect(201).id();
        make("intermediate", "Too long", Map.of("issuer_id", root, "path_length", 1))
                .expectProblem(409, "conflict");
        String below = make("intermediate", "Long enough", Map.of("issuer_id", root))
                .expect(201)
                .id();
        make("intermediate", "Below that", Map.of("issuer_id", below)).expectProblem(409, "conflict");
    }

    @Test
    void organisations_haveTheirOwn() {
        String organisation = server.organisation("**");
        ApiClient theirs = server.accountOf(organisation, List.of("security-administrator"))
                .api();
        Exchange made = theirs.post(PATH, Bodies.with(order("root", "Theirs", Map.of()), "org_id", organisation))
                .expect(201);
        ApiClient ours = server.account(List.of("administrator")).api();
        ours.get(PATH + "/" + made.id()).expect(404);
        ours.send("POST", PATH + "/" + made.id() + "/disable", null).expect(404);
        ours.get(PATH + "?org_id=" + organisation).expect(404);
        ours.post(PATH, order("intermediate", "Stolen", Map.of("issuer_id", made.id())))
                .expect(404);
        assertThat(ours.get(PATH).expect(200).body().toString())
                .doesNotContain(made.id())
                .contains("Perennial Issuing CA");

        // Those of the installation are for all to use and for one to change.
        Exchange installation = server.administrator().get(PATH).expect(200);
        String first = installation.text("/certificate_authorities/0/metadata/id");
        assertThat(installation.text("/certificate_authorities/0/spec/name")).isEqualTo("Perennial Root CA");
        assertThat(installation.at("/certificate_authorities/0/spec/org_id").isMissingNode())
                .isTrue();
        ours.get(PATH + "/" + first).expect(200);
        ours.send("POST", PATH + "/" + first + "/disable", null).expectProblem(403, "unauthorized");
        ObjectNode ofAll = order("root", "Of all", Map.of());
        ((ObjectNode) ofAll.get("spec")).remove("org_id");
        ours.post(PATH, ofAll).expectProblem(403, "unauthorized");
        ours.post(PATH, order("intermediate", "Below all", Map.of("issuer_id", first)))
                .expect(201);
        assertThat(server.administrator()
                        .get(PATH + "?org_id=" + organisation)
                        .expect(200)
                        .at("/certificate_authorities"))
                .hasSize(1);
    }

    @Test
    void roots_ofAnOrganisation_areNotPublishedForAll() {
        String roots =
                server.nobody().get("/v1/root_certificates").expect(200).body().toString();
        make("root", "Not for all", Map.of()).expect(201);
        assertThat(server.nobody()
                        .get("/v1/root_certificates")
                        .expect(200)
                        .body()
                        .toString())
                .isEqualTo(roots);
        ObjectNode ofAll = order("root", "Another for all", Map.of());
        ((ObjectNode) ofAll.get("spec")).remove("org_id");
        Exchange made = server.administrator().post(PATH, ofAll).expect(201);
        assertThat(server.nobody()
                        .get("/v1/root_certificates")
                        .expect(200)
                        .body()
                        .toString())
                .contains(made.id());
    }

    @Test
    void disabled_signsNothing_onAnyServer_untilItIsEnabled() {
        ApiClient administrator = server.administrator();
        ApiClient second = administrator.at(server.second().uri());
        String issuing = administrator.get(PATH).expect(200).text("/certificate_authorities/1/metadata/id");
        administrator.submit(TestCsrs.p256("before.test")).expect(201);

        Exchange disabled = administrator
                .send("POST", PATH + "/" + issuing + "/disable", null)
                .expect(200);
        assertThat(disabled.state()).isEqualTo("disabled");
        administrator.submit(TestCsrs.p256("disabled.test")).expectProblem(503, "unavailable");
        Until.is(() -> second.submit(TestCsrs.p256("disabled.test")).status() == 503, "the other server knows");
        make("intermediate", "Below disabled", Map.of("issuer_id", issuing)).expectProblem(409, "conflict");
        administrator.send("POST", PATH + "/" + issuing + "/disable", null).expect(200);

        administrator
                .send("POST", PATH + "/" + issuing + "/enable", null, "If-Match", "\"stale\"")
                .expectProblem(412, "preconditionFailed");
        administrator
                .send("POST", PATH + "/" + issuing + "/enable", null, "If-Match", disabled.etag())
                .expect(200);
        administrator.submit(TestCsrs.p256("after.test")).expect(201);
        Until.is(() -> second.submit(TestCsrs.p256("again.test")).status() == 201, "the other server knows");
        assertThat(actions(issuing)).containsExactly("enable-authority", "disable-authority");
    }

    private static List<String> actions(String id) {
        Exchange events =
                server.administrator().get(ApiClient.AUDIT + "?object_id=" + id).expect(200);
        List<String> actions = new ArrayList<>(events.at("/audit_events").findValuesAsText("action"));
        actions.removeIf("publish-crl"::equals); // whenever it is due
        return actions;
    }

    @Test
    void another_server_signsWithANewOne_atOnce() {
        ApiClient second = server.administrator().at(server.second().uri());
        String root = make("root", "For both", Map.of()).expect(201).id();
        Until.is(
                () -> second.post(PATH, order("intermediate", "From there", Map.of("issuer_id", root)))
                                .status()
                        == 201,
                "the other server knows");
        assertThat(actions(root)).containsExactly("make-authority");
        String told = server.administrator()
                .get(ApiClient.AUDIT + "?object_id=" + root)
                .text("/audit_events/0/reason");
        assertThat(told).startsWith("For both, ec-p256, enabled, serial ");
    }

    @Test
    void get_isConditional() {
        Exchange made = make("root", "Conditional", Map.of()).expect(201);
        Exchange got = server.administrator().get(PATH + "/" + made.id()).expect(200);
        assertThat(got.etag()).isEqualTo(made.etag());
        assertThat(got.body()).isEqualTo(made.body());
        server.administrator()
                .get(PATH + "/" + made.id(), "If-None-Match", got.etag())
                .expect(304);
        server.administrator().delete(PATH + "/" + made.id()).expectProblem(409, "conflict");
    }
}
