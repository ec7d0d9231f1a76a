package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.AUTHORITIES;
import static dev.perennial.server.notary.NotaryCalls.authority;
import static dev.perennial.server.notary.NotaryCalls.created;
import static dev.perennial.server.notary.NotaryCalls.newAuthority;
import static dev.perennial.server.notary.NotaryCalls.post;
import static dev.perennial.server.notary.NotaryCalls.request;
import static dev.perennial.server.notary.NotaryCalls.sign;
import static dev.perennial.server.notary.NotaryCalls.signing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OfflineRoot;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CAs as upstream has them: made, certified from elsewhere or here, enabled, disabled, and their CRLs. */
class NotaryAuthoritiesIT {
    private static final String SUCCESS = "{\"result\":{\"message\":\"success\"}}";

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private static ApiClient administrator;
    private static long root;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeRoot() {
        administrator = server.account(List.of("administrator")).api();
        root = authority(administrator, true);
    }

    private static Exchange shown(long number) {
        return administrator.get(NotaryCalls.authority(number)).expect(200);
    }

    @Test
    void aRoot_signsItself_andIsEnabledAtOnce() {
        Instant end = server.clock().instant().plus(Duration.ofDays(400)).truncatedTo(ChronoUnit.SECONDS);
        String name = "Root " + UUID.randomUUID();
        Exchange made = administrator
                .post(
                        AUTHORITIES,
                        newAuthority(true)
                                .put("common_name", name)
                                .put("country_name", "DE")
                                .put("state_or_province_name", "Berlin")
                                .put("locality_name", "Mitte")
                                .put("organization_name", "Example")
                                .put("organizational_unit_name", "Trust")
                                .put("sans_dns", "")
                                .put("not_valid_after", end.toString()))
                .expect(201);
        Exchange shown = shown(created(made));
        assertThat(shown.at("/result/enabled").asBoolean()).isTrue();
        List<X509> chain = X509.parseAll(shown.text("/result/certificate"));
        assertThat(chain).hasSize(2).containsOnly(chain.get(0));
        X509 certificate = chain.get(0);
        assertThat(DistinguishedName.parse(certificate.subject()).toString())
                .isEqualTo("C=DE, ST=Berlin, L=Mitte, O=Example, OU=Trust, CN=" + name);
        assertThat(certificate.key().kind()).isEqualTo(KeyKind.RSA_4096);
        assertThat(Duration.between(end, certificate.notAfter()).abs()).isLessThan(Duration.ofMinutes(1));
        assertThat(StreamSupport.stream(
                        administrator.get(AUTHORITIES).expect(200).at("/result").spliterator(), false))
                .anyMatch(one -> one.path("id").asLong() == created(made));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "common_name      | ''                   | common_name is required",
                "country_name     | DEU                  | country_name must be exactly 2 letters",
                "country_name     | d1                   | country",
                "sans_dns         | ca.example.com       | sans_dns",
                "not_valid_after  | tomorrow             | not_valid_after must be an RFC 3339 instant",
                "not_valid_after  | 2001-01-01T00:00:00Z | not_valid_after must be in the future",
                "not_valid_after  | 9999-01-01T00:00:00Z | not_valid_after must be",
            })
    void whatIsWrong_isTold(String field, String value, String told) {
        Exchange refused = administrator
                .post(AUTHORITIES, newAuthority(true).put(field, value))
                .expect(400);
        assertThat(refused.error()).startsWith("Invalid request: ").contains(told);
    }

    @Test
    void wrongTypes_areNoJson() {
        for (ObjectNode body : List.of(
                newAuthority(true).put("common_name", 7),
                newAuthority(true).put("self_signed", "yes"),
                newAuthority(true).put("organization_name", true))) {
            assertThat(administrator.post(AUTHORITIES, body).expect(400).error())
                    .isEqualTo("Invalid JSON format");
        }
        String path = NotaryCalls.authority(root);
        assertThat(administrator
                        .put(path, Bodies.object().put("enabled", "no"))
                        .expect(400)
                        .error())
                .isEqualTo("Invalid JSON format");
        assertThat(administrator.put(path, Bodies.object()).expect(400).error())
                .isEqualTo("Invalid request: enabled is required");
    }

    @Test
    void anIntermediate_isSignedByAnotherOfOurs_andSignsThen() throws Exception {
        long below = authority(administrator, false);
        Exchange waits = shown(below);
        assertThat(waits.at("/result/enabled").asBoolean()).isFalse();
        assertThat(waits.text("/result/certificate")).isEmpty();
        assertThat(waits.text("/result/crl")).isEmpty();
        assertThat(waits.text("/result/csr")).startsWith("-----BEGIN CERTIFICATE REQUEST-----");
        assertThat(server.nobody()
                        .get(NotaryCalls.authority(below) + "/crl")
                        .expect(404)
                        .error())
                .isEqualTo("Not Found");
        String sign = NotaryCalls.authority(below) + "/sign";
        administrator.post(sign, signing(below)).expect(422);
        administrator.post(sign, signing(root + 1_000)).expect(404);
        administrator.send("POST", sign, "{\"certificate_authority_id\":1}").expect(400);
        assertThat(administrator.post(sign, signing(root)).expect(202).body().toString())
                .isEqualTo(SUCCESS);

        Exchange enabled = shown(below);
        assertThat(enabled.at("/result/enabled").asBoolean()).isTrue();
        List<X509> chain = X509.parseAll(enabled.text("/result/certificate"));
        assertThat(chain).hasSize(2);
        administrator.post(sign, signing(root)).expect(422);

        long number = request(administrator, "below.test");
        sign(administrator, number, below).expect(202);
        List<X509> issued =
                X509.parseAll(administrator.get(NotaryCalls.request(number)).text("/result/certificate_chain"));
        assertThat(issued).hasSize(3).endsWith(chain.get(0), chain.get(1));
        Files.writeString(directory.resolve("leaf.pem"), issued.get(0).pem());
        Files.writeString(directory.resolve("ca.pem"), issued.get(1).pem());
        Files.writeString(directory.resolve("root.pem"), issued.get(2).pem());
        new OpenSsl(directory).run("verify", "-CAfile", "root.pem", "-untrusted", "ca.pem", "leaf.pem");
    }

    @Test
    void whatAnIntermediateAsksFor_itIsGiven() {
        Exchange waits = administrator
                .post(
                        ApiClient.AUTHORITIES,
                        Bodies.spec(Map.of(
                                "org_id",
                                "default",
                                "type",
                                "intermediate",
                                "name",
                                "Constrained " + UUID.randomUUID(),
                                "key",
                                "ec-p256",
                                "name_constraints",
                                Map.of("permitted", List.of("dns:example.com")))))
                .expect(201);
        String pem = waits.text("/status/certificate_signing_request").strip();
        long number = StreamSupport.stream(
                        administrator.get(AUTHORITIES).expect(200).at("/result").spliterator(), false)
                .filter(one -> one.path("csr").asText().equals(pem))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asLong();
        administrator
                .post(NotaryCalls.authority(number) + "/sign", signing(root))
                .expect(202);
        Exchange signed =
                administrator.get(ApiClient.AUTHORITIES + "/" + waits.id()).expect(200);
        assertThat(signed.texts("/spec/name_constraints/permitted")).containsExactly("dns:example.com");
        assertThat(signed.at("/spec/path_length").asInt()).isZero();
        long outside = request(administrator, "example.org");
        assertThat(sign(administrator, outside, number).expect(403).error()).contains("name constraints");
    }

    @Test
    void anIntermediate_isCertifiedByARootElsewhere() throws Exception {
        OfflineRoot offline = new OfflineRoot(directory);
        long below = authority(administrator, false);
        String ca = offline.signed(shown(below).text("/result/csr") + "\n");
        String path = NotaryCalls.authority(below) + "/certificate";
        assertThat(administrator
                        .post(path, Bodies.object().put("certificate_chain", ca))
                        .expect(400)
                        .error())
                .isEqualTo("Bad Request");
        assertThat(administrator.post(path, Bodies.object()).expect(400).error())
                .isEqualTo("Invalid request: certificate_chain is required");
        long other = authority(administrator, false);
        ObjectNode chain = Bodies.object().put("certificate_chain", ca + offline.text("root.pem"));
        assertThat(administrator
                        .post(NotaryCalls.authority(other) + "/certificate", chain)
                        .expect(400)
                        .error())
                .contains("another key");
        assertThat(administrator.post(path, chain).expect(201).body().toString())
                .isEqualTo(SUCCESS);
        assertThat(shown(below).at("/result/enabled").asBoolean()).isTrue();
        assertThat(X509.parseAll(shown(below).text("/result/certificate"))).hasSize(2);
        Until.is(() -> !shown(below).text("/result/crl").isEmpty(), "its first CRL");
    }

    @Test
    void enabled_isSetAndUnset_andWhatSigned_isNotDeleted() {
        long number = authority(administrator, true);
        String path = NotaryCalls.authority(number);
        assertThat(administrator
                        .put(path, Bodies.object().put("enabled", false))
                        .expect(200)
                        .body()
                        .toString())
                .isEqualTo(SUCCESS);
        assertThat(shown(number).at("/result/enabled").asBoolean()).isFalse();
        administrator.put(path, Bodies.object().put("enabled", true)).expect(200);
        assertThat(shown(number).at("/result/enabled").asBoolean()).isTrue();
        assertThat(administrator.delete(path).expect(422).error()).contains("not deleted");

        long waits = authority(administrator, false);
        administrator
                .put(NotaryCalls.authority(waits), Bodies.object().put("enabled", true))
                .expect(422);
        assertThat(administrator
                        .delete(NotaryCalls.authority(waits))
                        .expect(200)
                        .body()
                        .toString())
                .isEqualTo(SUCCESS);
        administrator.get(NotaryCalls.authority(waits)).expect(404);
    }

    @Test
    void revoke_putsAnIntermediateOnItsIssuersList_andDisablesItForGood() throws Exception {
        long below = authority(administrator, false);
        String path = NotaryCalls.authority(below);
        assertThat(post(administrator, path + "/revoke").expect(422).error()).contains("no other CA of ours");
        administrator.post(path + "/sign", signing(root)).expect(202);
        long number = request(administrator, "revoked-ca.test");
        sign(administrator, number, below).expect(202);
        List<X509> chain =
                X509.parseAll(administrator.get(NotaryCalls.request(number)).text("/result/certificate_chain"));
        for (int place = 0; place < 3; place++) {
            Files.writeString(
                    directory.resolve(place + ".pem"), chain.get(place).pem());
        }
        Until.is(() -> fetched(root, "root.crl") && fetched(below, "below.crl"), "the first CRLs");
        OpenSsl openSsl = new OpenSsl(directory);
        verify(openSsl);

        assertThat(post(administrator, path + "/revoke").expect(202).body().toString())
                .isEqualTo(SUCCESS);
        post(administrator, path + "/revoke").expect(202);
        assertThat(shown(below).at("/result/enabled").asBoolean()).isFalse();
        assertThat(administrator
                        .put(path, Bodies.object().put("enabled", true))
                        .expect(422)
                        .error())
                .contains("revoked");
        sign(administrator, number, below).expect(422);
        String serial = chain.get(1).serial().hex();
        Until.is(
                () -> fetched(root, "root.crl")
                        && openSsl.run("crl", "-in", "root.crl", "-noout", "-text")
                                .replace(":", "")
                                .toLowerCase(Locale.ROOT)
                                .contains(serial),
                "the CA on the CRL of its issuer");
        assertThatThrownBy(() -> verify(openSsl)).hasMessageContaining("certificate revoked");
        assertThat(ocsp(openSsl)).contains("1.pem: revoked");
        assertThat(post(administrator, NotaryCalls.authority(root) + "/revoke")
                        .expect(422)
                        .error())
                .contains("no other CA of ours");
    }

    /** What OCSP says of the intermediate. */
    private String ocsp(OpenSsl openSsl) throws IOException {
        openSsl.run("ocsp", "-issuer", "2.pem", "-cert", "1.pem", "-no_nonce", "-reqout", "ocsp.req");
        byte[] answer = new Publication(server.uri(), server.first().roots())
                .ocsp(Files.readAllBytes(directory.resolve("ocsp.req")))
                .body();
        Files.write(directory.resolve("ocsp.resp"), answer);
        return openSsl.run("ocsp", "-issuer", "2.pem", "-cert", "1.pem", "-CAfile", "2.pem", "-respin", "ocsp.resp");
    }

    private boolean fetched(long authority, String file) {
        Exchange crl = server.nobody().get(NotaryCalls.authority(authority) + "/crl");
        if (crl.status() != 200) {
            return false;
        }
        try {
            Files.writeString(directory.resolve(file), crl.text("/result/crl") + "\n");
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void verify(OpenSsl openSsl) {
        openSsl.run(
                "verify",
                "-crl_check_all",
                "-CAfile",
                "2.pem",
                "-untrusted",
                "1.pem",
                "-CRLfile",
                "root.crl",
                "-CRLfile",
                "below.crl",
                "0.pem");
    }

    @Test
    void crl_isForEverybody_asPemInJson_orAsDer() throws Exception {
        String path = NotaryCalls.authority(root) + "/crl";
        Until.is(() -> server.nobody().get(path).status() == 200, "the first CRL");
        Exchange json = server.nobody().get(path).expect(200);
        assertThat(json.text("/result/crl"))
                .startsWith("-----BEGIN X509 CRL-----")
                .endsWith("-----END X509 CRL-----");
        assertThat(shown(root).text("/result/crl")).startsWith("-----BEGIN X509 CRL-----");
        HttpResponse<byte[]> der =
                new Publication(server.uri(), server.first().roots()).get(path, "Accept", "application/pkix-crl");
        assertThat(der.headers().firstValue("Content-Type")).contains("application/pkix-crl");
        Files.write(directory.resolve("crl.der"), der.body());
        assertThat(new OpenSsl(directory).run("crl", "-inform", "DER", "-in", "crl.der", "-noout", "-issuer"))
                .contains("CN");
        server.nobody().get(AUTHORITIES + "/99999999/crl").expect(404);
        assertThat(server.nobody().get(AUTHORITIES + "/x/crl").expect(400).error())
                .isEqualTo("Invalid ID");
    }

    @Test
    void anotherOrganisations_isNotThere() {
        String organisation = server.organisation("**");
        ApiClient theirs =
                server.accountOf(organisation, List.of("administrator"), "**").api();
        theirs.get(NotaryCalls.authority(root)).expect(404);
        long number = request(theirs, "theirs.test");
        assertThat(sign(theirs, number, root).expect(404).error()).isEqualTo("Not Found");
        theirs.put(NotaryCalls.authority(root), Bodies.object().put("enabled", false))
                .expect(404);
        assertThat(shown(root).at("/result/enabled").asBoolean()).isTrue();
    }
}
