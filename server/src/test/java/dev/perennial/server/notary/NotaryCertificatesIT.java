package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.authority;
import static dev.perennial.server.notary.NotaryCalls.certificate;
import static dev.perennial.server.notary.NotaryCalls.created;
import static dev.perennial.server.notary.NotaryCalls.csr;
import static dev.perennial.server.notary.NotaryCalls.post;
import static dev.perennial.server.notary.NotaryCalls.request;
import static dev.perennial.server.notary.NotaryCalls.sign;
import static dev.perennial.server.notary.NotaryCalls.signing;
import static dev.perennial.server.notary.NotaryCalls.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of requests: signed, uploaded, revoked, taken away, from each state that there is. */
class NotaryCertificatesIT {
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

    private static List<X509> chain(long number) {
        return X509.parseAll(administrator.get(request(number)).expect(200).text("/result/certificate_chain"));
    }

    private static Exchange upload(long number, String chain) {
        return administrator.post(certificate(number), Bodies.object().put("certificate", chain));
    }

    /** A request and the chain that a CA elsewhere has made for it. */
    private record Elsewhere(long number, String chain) {
        static Elsewhere of(String name) {
            KeyPair key = TestCsrs.keyPair();
            long number = created(administrator.post(NotaryCalls.REQUESTS, csr(TestCsrs.p256(key, name))));
            return new Elsewhere(number, chain(key, name));
        }

        static String chain(KeyPair key, String name) {
            TestCa ca = TestCa.root(KeyKind.EC_P256);
            SubjectPublicKey subject = SubjectPublicKey.parse(key.getPublic().getEncoded());
            return ca.issue(ca.plan(server.clock().instant(), subject, name)).pem()
                    + "\n"
                    + ca.certificate().pem();
        }
    }

    @Test
    void sign_givesAChain_thatOpenSslVerifies_untilItIsRevoked() throws Exception {
        long number = request(administrator, "www.sign.test", "ip:192.0.2.7");
        sign(administrator, number, root).expect(202);
        assertThat(status(administrator, number)).isEqualTo("Active");
        String text = administrator.get(request(number)).text("/result/certificate_chain");
        assertThat(text).startsWith("-----BEGIN CERTIFICATE-----").endsWith("-----END CERTIFICATE-----");
        List<X509> chain = chain(number);
        assertThat(chain).hasSize(2);
        X509 leaf = chain.get(0);
        assertThat(Duration.between(leaf.notBefore(), leaf.notAfter().plusSeconds(1)))
                .isEqualTo(Duration.ofDays(365));

        OpenSsl openSsl = new OpenSsl(directory);
        Files.writeString(directory.resolve("leaf.pem"), leaf.pem());
        Files.writeString(directory.resolve("root.pem"), chain.get(1).pem());
        assertThat(openSsl.run("x509", "-in", "leaf.pem", "-noout", "-ext", "extendedKeyUsage,keyUsage"))
                .contains("TLS Web Server Authentication, TLS Web Client Authentication", "Digital Signature");
        Until.is(this::hasList, "the first CRL");
        verify(openSsl);

        post(administrator, certificate(number) + "/revoke").expect(202);
        assertThat(status(administrator, number)).isEqualTo("Revoked");
        assertThat(administrator.get(request(number)).text("/result/certificate_chain"))
                .isEmpty();
        Until.is(() -> hasList() && isListed(openSsl, leaf), "the revoked certificate on the CRL");
        assertThatThrownBy(() -> verify(openSsl)).hasMessageContaining("certificate revoked");
        // Revoked once more there is nothing to revoke.
        assertThat(post(administrator, certificate(number) + "/revoke")
                        .expect(422)
                        .error())
                .isEqualTo("the request has no certificate");
    }

    private boolean hasList() {
        Exchange crl = server.nobody().get(NotaryCalls.authority(root) + "/crl");
        if (crl.status() != 200) {
            return false;
        }
        write("crl.pem", crl.text("/result/crl") + "\n");
        return true;
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isListed(OpenSsl openSsl, X509 leaf) {
        String text = openSsl.run("crl", "-in", "crl.pem", "-noout", "-text").replace(":", "");
        return text.toLowerCase(Locale.ROOT).contains(leaf.serial().hex());
    }

    private static void verify(OpenSsl openSsl) {
        openSsl.run("verify", "-crl_check", "-CAfile", "root.pem", "-CRLfile", "crl.pem", "leaf.pem");
    }

    @Test
    void sign_isOfAnyState() {
        long number = request(administrator, "any.test");
        sign(administrator, number, root).expect(202);
        X509 first = chain(number).get(0);
        // Upstream signs again where the first is about to end.
        sign(administrator, number, root).expect(202);
        assertThat(chain(number).get(0)).isNotEqualTo(first);
        post(administrator, certificate(number) + "/revoke").expect(202);
        sign(administrator, number, root).expect(202);
        assertThat(status(administrator, number)).isEqualTo("Active");

        long rejected = request(administrator, "rejected.test");
        post(administrator, request(rejected) + "/reject").expect(202);
        sign(administrator, rejected, root).expect(202);
        assertThat(status(administrator, rejected)).isEqualTo("Active");
    }

    @Test
    void sign_byAManager_byNoRequester_andOnlyWithACaThatMay() {
        ApiClient requester = server.account(List.of("requester")).api();
        ApiClient manager = server.account(List.of("security-administrator")).api();
        long number = request(requester, "who.test");
        assertThat(sign(requester, number, root).expect(403).error()).isEqualTo("forbidden: insufficient permissions");
        assertThat(sign(manager, number, root + 1_000).expect(404).error()).isEqualTo("Not Found");
        long waits = authority(administrator, false);
        assertThat(sign(manager, number, waits).expect(422).error()).contains("not active");
        long disabled = authority(administrator, true);
        administrator
                .put(NotaryCalls.authority(disabled), Bodies.object().put("enabled", false))
                .expect(200);
        assertThat(sign(manager, number, disabled).expect(422).error()).contains("not active");
        assertThat(status(requester, number)).isEqualTo("Outstanding");

        String path = request(number) + "/sign";
        assertThat(manager.send("POST", path, "{\"certificate_authority_id\":1}")
                        .expect(400)
                        .error())
                .isEqualTo("Invalid JSON format");
        assertThat(manager.send("POST", path, "{\"certificate_authority_id\":\"one\"}")
                        .expect(400)
                        .error())
                .isEqualTo("Invalid request: invalid certificate authority ID");
        manager.send("POST", path, "{}").expect(400);
        assertThat(manager.post(NotaryCalls.REQUESTS + "/x/sign", signing(root))
                        .expect(400)
                        .error())
                .isEqualTo("Invalid ID");
        sign(manager, number, root).expect(202);
        assertThat(status(requester, number)).isEqualTo("Active");
        assertThat(requester.get(request(number)).text("/result/certificate_chain"))
                .isNotEmpty();
    }

    @Test
    void aRootOfTheInstallation_signsNoEndEntity() {
        long number = request(administrator, "installation.test");
        long first = administrator
                .get(NotaryCalls.AUTHORITIES)
                .expect(200)
                .at("/result/0/id")
                .asLong();
        sign(administrator, number, first).expect(400);
        assertThat(status(administrator, number)).isEqualTo("Outstanding");
    }

    @Test
    void upload_isTakenFromElsewhere_andNotRevokedHere() {
        Elsewhere elsewhere = Elsewhere.of("up.test");
        upload(elsewhere.number(), elsewhere.chain()).expect(201);
        assertThat(status(administrator, elsewhere.number())).isEqualTo("Active");
        assertThat(administrator.get(request(elsewhere.number())).text("/result/certificate_chain"))
                .isEqualTo(elsewhere.chain().replace("\n\n", "\n").strip());
        assertThat(post(administrator, certificate(elsewhere.number()) + "/revoke")
                        .expect(422)
                        .error())
                .contains("not signed by");
        assertThat(status(administrator, elsewhere.number())).isEqualTo("Active");
    }

    @Test
    void upload_takesThePlaceOfWhatIsThere() {
        KeyPair key = TestCsrs.keyPair();
        long number = created(administrator.post(NotaryCalls.REQUESTS, csr(TestCsrs.p256(key, "place.test"))));
        sign(administrator, number, root).expect(202);
        String chain = Elsewhere.chain(key, "place.test");
        upload(number, chain).expect(201);
        assertThat(chain(number)).isEqualTo(X509.parseAll(chain));
        // The same certificate again changes nothing.
        upload(number, chain).expect(201);

        long rejected = Elsewhere.of("later.test").number();
        post(administrator, request(rejected) + "/reject").expect(202);
        assertThat(status(administrator, rejected)).isEqualTo("Rejected");
    }

    @Test
    void upload_saysWhatIsWrong() {
        Elsewhere elsewhere = Elsewhere.of("wrong.test");
        String pem = elsewhere.chain();
        String leaf = pem.substring(0, pem.indexOf("-----BEGIN", 20)).strip();
        String text = "/error";
        assertThat(upload(elsewhere.number(), "").expect(400).text(text))
                .isEqualTo("Invalid request: certificate is required");
        administrator.send("POST", certificate(elsewhere.number()), "{}").expect(400);
        assertThat(upload(elsewhere.number(), "no PEM").expect(400).text(text))
                .isEqualTo("Invalid request: could not decode PEM block");
        assertThat(upload(elsewhere.number(), TestCsrs.p256("x.test"))
                        .expect(400)
                        .text(text))
                .isEqualTo("Invalid request: expected PEM block type 'CERTIFICATE'");
        assertThat(upload(elsewhere.number(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + pem)
                        .expect(400)
                        .text(text))
                .isEqualTo("Invalid request: could not parse certificate");
        assertThat(upload(elsewhere.number(), leaf).expect(400).text(text)).isEqualTo("Bad Request");
        assertThat(upload(elsewhere.number(), pem + TestCsrs.p256("x.test"))
                        .expect(400)
                        .text(text))
                .isEqualTo("Bad Request");
        assertThat(upload(elsewhere.number(), leaf + "\n" + server.first().roots())
                        .expect(400)
                        .text(text))
                .contains("did not issue");
        assertThat(upload(request(administrator, "wrong.test"), pem).expect(400).text(text))
                .contains("another key");
        assertThat(upload(elsewhere.number() + 1_000_000, pem).expect(400).text(text))
                .isEqualTo("Bad Request");
        assertThat(administrator
                        .post(NotaryCalls.REQUESTS + "/x/certificate", Bodies.object())
                        .expect(400)
                        .text(text))
                .isEqualTo("Invalid ID");
        assertThat(status(administrator, elsewhere.number())).isEqualTo("Outstanding");
    }

    @Test
    void delete_leavesTheRequestOutstanding_withAnEmptyChain() {
        long number = request(administrator, "delete.test");
        assertThat(administrator.delete(certificate(number)).expect(400).error())
                .isEqualTo("Bad Request");
        sign(administrator, number, root).expect(202);
        sign(administrator, number, root).expect(202);
        administrator.delete(certificate(number)).expect(200);
        Exchange left = administrator.get(request(number)).expect(200);
        assertThat(left.text("/result/status")).isEqualTo("Outstanding");
        assertThat(left.text("/result/certificate_chain")).isEmpty();
        sign(administrator, number, root).expect(202);
        assertThat(status(administrator, number)).isEqualTo("Active");
        assertThat(administrator
                        .delete(certificate(number + 1_000_000))
                        .expect(400)
                        .error())
                .isEqualTo("Bad Request");
    }

    @Test
    void reject_pointsToRevoke_whereThereIsACertificate() {
        long number = request(administrator, "point.test");
        sign(administrator, number, root).expect(202);
        assertThat(post(administrator, request(number) + "/reject").expect(400).error())
                .contains(certificate(number) + "/revoke");
        assertThat(status(administrator, number)).isEqualTo("Active");
        post(administrator, certificate(number) + "/revoke").expect(202);
        post(administrator, request(number) + "/reject").expect(400);
        assertThat(status(administrator, number)).isEqualTo("Revoked");
        assertThat(post(administrator, certificate(number + 1_000_000) + "/revoke")
                        .expect(404)
                        .error())
                .isEqualTo("Not Found");
        assertThat(post(administrator, certificate(request(administrator, "none.test")) + "/revoke")
                        .expect(422)
                        .error())
                .isEqualTo("the request has no certificate");
    }

    @Test
    void onHold_isRevoked_andReleasedAgain() {
        long number = request(administrator, "hold.test");
        sign(administrator, number, root).expect(202);
        String id = administrator
                .get(ApiClient.CERTIFICATES + "?serial_number="
                        + chain(number).get(0).serial().hex())
                .expect(200)
                .text("/certificates/0/metadata/id");
        String path = ApiClient.CERTIFICATES + "/" + id;
        administrator
                .post(path + "/revoke", Bodies.revocation("certificateHold"))
                .expect(200);
        assertThat(status(administrator, number)).isEqualTo("Revoked");
        administrator
                .post(path + "/release", Bodies.object().put("reason", "found"))
                .expect(200);
        assertThat(status(administrator, number)).isEqualTo("Active");
    }

    /** The number of what was made last. */
    private static long last() {
        JsonNode all = administrator.get(NotaryCalls.REQUESTS).expect(200).at("/result");
        return all.get(all.size() - 1).path("id").asLong();
    }

    @Test
    void whatASignerOfOursServes_isSeen_andNotSignedByAPerson() {
        server.administrator().submit(TestCsrs.p256("served.test")).expect(201);
        long number = last();
        assertThat(status(administrator, number)).isEqualTo("Active");
        assertThat(chain(number)).hasSize(3);
        assertThat(sign(administrator, number, root).expect(400).error()).contains("the signer is manual");
        post(administrator, certificate(number) + "/revoke").expect(202);
        assertThat(status(administrator, number)).isEqualTo("Revoked");
    }

    @Test
    void anotherPkcs10_thatWaitsBeside_isNotSignedUnseen() {
        Exchange made = administrator
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(TestCsrs.p256("beside.test"), "target_issuer", "perennial.dev/manual"))
                .expect(201);
        long number = last();
        sign(administrator, number, root).expect(202);
        X509 first = chain(number).get(0);
        administrator
                .put(
                        ApiClient.REQUESTS + "/" + made.id(),
                        Bodies.request(TestCsrs.p256("other.test"), "target_issuer", "perennial.dev/manual"))
                .expect(200);
        assertThat(sign(administrator, number, root).expect(422).error()).contains("another PKCS#10 waits");
        assertThat(chain(number).get(0)).isEqualTo(first);
    }

    @Test
    void signingTwiceAtOnce_isOneOfTheTwo_orBothOneAfterTheOther() {
        long number = request(administrator, "twice.test");
        String path = request(number) + "/sign";
        String body = signing(root).toString();
        var first = administrator.sendAsync("POST", path, body);
        var second = administrator.sendAsync("POST", path, body);
        assertThat(List.of(
                        ApiClient.value(first).status(), ApiClient.value(second).status()))
                .contains(202)
                .allMatch(status -> status == 202 || status == 409 || status == 422);
    }
}
