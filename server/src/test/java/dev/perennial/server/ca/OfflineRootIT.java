package dev.perennial.server.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OfflineRoot;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** CAs with a root elsewhere: a PKCS#10 out and the chain in; what is wrong with a chain is told. */
class OfflineRootIT {
    private static final String PATH = ApiClient.AUTHORITIES;

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    @TempDir
    private Path directory;

    private OfflineRoot root;

    @BeforeEach
    void offlineRoot() {
        root = new OfflineRoot(directory);
    }

    private static Exchange pending(String name) {
        return server.administrator()
                .post(
                        PATH,
                        Bodies.spec(Map.of(
                                "org_id",
                                "default",
                                "type",
                                "intermediate",
                                "name",
                                name,
                                "key",
                                "ec-p384",
                                "name_constraints",
                                Map.of("permitted", List.of("dns:example.com")))))
                .expect(201);
    }

    private static Exchange certify(String id, String chain) {
        return server.administrator().post(PATH + "/" + id + "/certificate", Bodies.spec(Map.of("certificate", chain)));
    }

    @Test
    void offlineRoot_signsOurRequest_andWhatWeIssueLeadsToIt() throws Exception {
        Exchange pending = pending("Below offline");
        assertThat(pending.state()).isEqualTo("pending");
        assertThat(pending.at("/status/certificate").isMissingNode()).isTrue();
        server.administrator()
                .send("POST", PATH + "/" + pending.id() + "/enable", null)
                .expectProblem(409, "conflict");
        String ca = root.signed(pending.text("/status/certificate_signing_request"));

        Exchange enabled = certify(pending.id(), ca + root.text("root.pem")).expect(200);
        assertThat(enabled.state()).isEqualTo("enabled");
        assertThat(enabled.text("/status/certificate"))
                .isEqualTo(X509.parsePem(ca).pem());
        assertThat(enabled.text("/status/ca"))
                .isEqualTo(X509.parsePem(root.text("root.pem")).pem());
        assertThat(enabled.at("/spec/path_length").asInt()).isZero();
        assertThat(enabled.texts("/spec/name_constraints/permitted")).containsExactly("dns:example.com");
        assertThat(enabled.at("/status/cuts_short_from").isMissingNode()).isTrue();

        signWith(pending.id());
        Exchange issued = submit("www.example.com").expect(201);
        Files.writeString(root.file("leaf.pem"), issued.text("/status/certificates/0/spec/certificate"));
        Files.writeString(root.file("chain.pem"), issued.text("/status/certificates/0/spec/ca"));
        assertThat(root.text("chain.pem")).isEqualTo(X509.parsePem(ca).pem());
        root.openSsl().run("verify", "-CAfile", "root.pem", "-untrusted", "chain.pem", "leaf.pem");

        // What its certificate does not let it certify, it is not asked to sign.
        assertThat(submit("www.example.org")
                        .expectProblem(403, "rejectedIdentifier")
                        .detail())
                .contains("name constraints");

        assertThat(server.administrator().get(PATH + "/" + pending.id()).text("/status/cuts_short_from"))
                .isNotEmpty();
        renewedElsewhere(pending, enabled);
    }

    /** The same key gets another certificate, and goes on. */
    private void renewedElsewhere(Exchange pending, Exchange enabled) throws IOException {
        String again = root.signed(pending.text("/status/certificate_signing_request"), "-days", "2000");
        Exchange renewed = certify(pending.id(), again + root.text("root.pem")).expect(200);
        assertThat(renewed.text("/status/sha256")).isNotEqualTo(enabled.text("/status/sha256"));
        assertThat(renewed.state()).isEqualTo("enabled");
        String renamed = root.signed(
                pending.text("/status/certificate_signing_request"), "-subj", "/CN=Other " + UUID.randomUUID());
        certify(pending.id(), renamed + root.text("root.pem")).expect(400);
    }

    private static Exchange submit(String name) {
        return server.administrator()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256(name), "target_issuer", "perennial.dev/client"));
    }

    /** Has the signer of clients sign with that CA. */
    private static void signWith(String authorityId) {
        Await.value(server.database()
                .query("UPDATE signers SET ca_id = $1 WHERE name = 'perennial.dev/client'", Tuple.of(authorityId)));
        server.restart();
    }

    @Test
    void chain_thatDoesNotFit_isRefused_withTheReason() throws Exception {
        Exchange pending = pending("Below wrong " + UUID.randomUUID());
        String request = pending.text("/status/certificate_signing_request");
        String ca = root.signed(request);
        String rootPem = root.text("root.pem");
        root.root("other", "Other Root " + UUID.randomUUID());
        String id = pending.id();

        certify(id, ca).expect(400);
        certify(id, rootPem).expect(400);
        certify(id, rootPem + ca).expect(400);
        certify(id, ca + root.text("other.pem")).expect(400);
        certify(id, ca + rootPem + root.text("other.pem")).expect(400);
        certify(id, ca + rootPem + rootPem).expect(400);
        certify(id, "nonsense").expectHelp().expect(400);
        certify(id, root.authority("Another key") + rootPem).expectHelp().expect(400);
        assertThat(certify(id, root.elsewhere("Leaf", "basicConstraints=critical,CA:FALSE") + rootPem)
                        .expect(400)
                        .detail())
                .contains("not a CA's");
        assertThat(server.administrator().get(PATH + "/" + id).state()).isEqualTo("pending");

        String installations = server.administrator().get(PATH).text("/certificate_authorities/1/metadata/id");
        certify(installations, ca + rootPem).expectProblem(409, "conflict");

        server.administrator().delete(PATH + "/" + id).expect(204);
        certify(id, ca + rootPem).expect(404);
    }

    @Test
    void rsaCa_signsOffTheEventLoop() {
        Exchange made = server.administrator()
                .post(PATH, Bodies.spec(Map.of("org_id", "default", "type", "root", "name", "Slow", "key", "rsa-4096")))
                .expect(201);
        signWith(made.id());
        X509 ca = X509.parsePem(made.text("/status/certificate"));
        for (int number = 0; number < 5; number++) {
            Exchange issued = submit("slow" + number + ".test").expect(201);
            assertThat(issued.newestCertificate().verifiedBy(ca.key().publicKey()))
                    .isTrue();
            server.administrator()
                    .replace(
                            issued.id(),
                            Bodies.request(
                                    TestCsrs.p256("slow" + number + ".test"), "target_issuer", "perennial.dev/client"))
                    .expect(200);
        }
    }
}
