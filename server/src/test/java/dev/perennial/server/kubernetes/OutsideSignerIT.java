package dev.perennial.server.kubernetes;

import static dev.perennial.server.testing.KubernetesObjects.MERGE;
import static dev.perennial.server.testing.KubernetesObjects.OUTSIDE;
import static dev.perennial.server.testing.KubernetesObjects.base64;
import static dev.perennial.server.testing.KubernetesObjects.decoded;
import static dev.perennial.server.testing.KubernetesObjects.one;
import static dev.perennial.server.testing.KubernetesObjects.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.KubernetesClients;
import dev.perennial.server.testing.KubernetesObjects;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A signer of another house, which has a grant to sign and nothing else: what it may, and a controller that does. */
class OutsideSignerIT {
    private static final TestCa CA = TestCa.root(KeyKind.EC_P256);

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.PERSON, false);

    private final ApiClient administrator =
            server.account(List.of("administrator"), "**").api();

    private static MadeAccount signer() {
        MadeAccount account = server.account(List.of());
        server.administrator()
                .put(
                        ApiClient.ACCOUNTS + "/" + account.id(),
                        Bodies.with(
                                Bodies.account("default", account.name(), List.of()),
                                "signers",
                                List.of("sign:" + OUTSIDE)))
                .expect(200);
        return account;
    }

    private static String signed(SubjectPublicKey key, String name) {
        return Pem.encode(
                        Pem.CERTIFICATE,
                        CA.issue(CA.plan(Instant.now(), key, name)).der())
                + "some text\n"
                + Pem.encode(Pem.CERTIFICATE, CA.certificate().der());
    }

    private Exchange made(String name) {
        return administrator
                .post(KubernetesObjects.PATH, KubernetesObjects.object(name, OUTSIDE, TestCsrs.p256(name + ".test")))
                .expect(201);
    }

    @Test
    void controller_signsWhatWasApproved_andOthersSeeIt() {
        MadeAccount account = signer();
        try (KubernetesClient client =
                KubernetesClients.of(server, server.uri(), KubernetesClients.tokenOf(server, account))) {
            client.certificates().v1().certificateSigningRequests().inform(new Controller(client));
            String name = "controlled";
            Exchange made = made(name);
            assertThat(made.at("/status/conditions").isMissingNode()).isTrue();
            administrator
                    .put(one(name) + "/approval", with(made.copy(), "Approved"))
                    .expect(200);
            Until.is(
                    () -> administrator.get(one(name)).at("/status/certificate").isTextual(),
                    "the controller has signed");

            String chain = decoded(administrator.get(one(name)).text("/status/certificate"));
            assertThat(Pem.decodeAll(Pem.CERTIFICATE, chain)).hasSize(2);
            Exchange found = server.administrator()
                    .get(ApiClient.REQUESTS + "?name=" + name + ".test")
                    .expect(200);
            assertThat(found.text("/certificate_signing_requests/0/status/state"))
                    .isEqualTo("ISSUED");
        }
    }

    /** As cert-manager and others do: it looks at what it is told, signs what is approved, and writes the status. */
    private static final class Controller implements ResourceEventHandler<CertificateSigningRequest> {
        private final KubernetesClient client;

        private Controller(KubernetesClient client) {
            this.client = client;
        }

        @Override
        public void onAdd(CertificateSigningRequest object) {
            boolean approved = object.getStatus() != null
                    && object.getStatus().getCertificate() == null
                    && object.getStatus().getConditions().stream()
                            .anyMatch(one -> one.getType().equals("Approved"));
            if (approved && object.getSpec().getSignerName().equals(OUTSIDE)) {
                Pkcs10 pkcs10 = Pkcs10.parsePem(decoded(object.getSpec().getRequest()));
                object.getStatus()
                        .setCertificate(
                                base64(signed(pkcs10.key(), object.getMetadata().getName() + ".test")));
                client.resource(object).updateStatus();
            }
        }

        @Override
        public void onUpdate(CertificateSigningRequest before, CertificateSigningRequest object) {
            onAdd(object);
        }

        @Override
        public void onDelete(CertificateSigningRequest object, boolean unknown) {}
    }

    @Test
    void certificate_isForTheRequestsKey_setOnce_andByWhoMaySign() {
        String name = "once";
        Exchange made = made(name);
        SubjectPublicKey key =
                Pkcs10.parsePem(decoded(made.text("/spec/request"))).key();
        SubjectPublicKey other = Pkcs10.parsePem(TestCsrs.p256("x.test")).key();
        ApiClient signer = signer().api();
        String status = one(name) + "/status";

        assertThat(put(administratorOf("requester"), status, made, signed(key, "once.test"))
                        .status())
                .isEqualTo(404);
        Exchange wrong = put(signer, status, made, signed(other, "once.test")).expect(422);
        assertThat(wrong.text("/message")).contains("for another key");
        assertThat(put(signer, status, made, "no certificate").expect(422).reason())
                .isEqualTo("Invalid");
        assertThat(put(signer, one(name) + "/approval", made, "x").status()).isEqualTo(403);
        assertThat(signer.patch(one(name), MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                        .status())
                .isEqualTo(403);

        // Without a yes before: that is the signer's own care, as upstream has it.
        Exchange set = put(signer, status, made, signed(key, "once.test")).expect(200);
        assertThat(set.at("/status/conditions").isMissingNode()).isTrue();
        Exchange again = put(signer, status, set, signed(key, "once.test")).expect(422);
        assertThat(again.text("/message")).contains("may not modify existing certificate content");
        signer.put(status, set.copy()).expect(200);
    }

    @Test
    void certificate_isNotPutIn_overANo_andIsReadHoweverItIsWrapped() {
        String name = "denied";
        Exchange denied = administrator
                .put(one(name) + "/approval", with(made(name).copy(), "Denied"))
                .expect(200);
        SubjectPublicKey key =
                Pkcs10.parsePem(decoded(denied.text("/spec/request"))).key();
        put(signer().api(), one(name) + "/status", denied, signed(key, "denied.test"))
                .expect(409);
        Exchange other = made("wrapped");
        SubjectPublicKey otherKey =
                Pkcs10.parsePem(decoded(other.text("/spec/request"))).key();
        ObjectNode wrapped = other.copy();
        String text = signed(otherKey, "wrapped.test") + "x-----BEGIN CERTIFICATE-----".repeat(10_000);
        wrapped.withObject("/status")
                .put("certificate", Base64.getMimeEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII)));
        signer().api()
                .patch(one("wrapped") + "/status", MERGE, "{\"status\":" + wrapped.path("status") + "}")
                .expect(200);
    }

    @Test
    void failure_standsBesideTheYes() {
        String name = "failing";
        Exchange approved = administrator
                .put(one(name) + "/approval", with(made(name).copy(), "Approved"))
                .expect(200);
        Exchange failed = signer().api()
                .put(one(name) + "/status", with(approved.copy(), "Failed"))
                .expect(200);
        assertThat(failed.at("/status/conditions"))
                .extracting(one -> one.path("type").asText())
                .containsExactly("Approved", "Failed");
        Exchange found = server.administrator()
                .get(ApiClient.REQUESTS + "?name=" + name + ".test")
                .expect(200);
        assertThat(found.text("/certificate_signing_requests/0/status/state")).isEqualTo("FAILED");
    }

    @Test
    void builtInSigners_areThereOnceMadeWithACa_andTakeTheirShapesOnly() {
        String serving = "kubernetes.io/kubelet-serving";
        server.administrator()
                .post(ApiClient.SIGNERS, Bodies.signer(serving, server.authorityId(), "server"))
                .expectProblem(400, "malformed");
        server.administrator()
                .post(ApiClient.SIGNERS, Bodies.signer(serving, server.authorityId(), "kubelet-serving"))
                .expect(201);
        ApiClient node = server.account(
                        List.of("requester"), "**.nodes.test", "user:system:node:one", "group:system:nodes")
                .api();
        String good = TestCsrs.withSubject(TestCsrs.keyPair(), "O=system:nodes,CN=system:node:one", "one.nodes.test");
        Exchange made = node.post(KubernetesObjects.PATH, KubernetesObjects.object("kubelet", serving, good))
                .expect(201);
        assertThat(made.text("/status/certificate")).isNotEmpty();
        for (String subject : List.of("O=system:nodes,CN=one.nodes.test", "CN=system:node:one")) {
            String bad = TestCsrs.withSubject(TestCsrs.keyPair(), subject, "one.nodes.test");
            assertThat(node.post(KubernetesObjects.PATH, KubernetesObjects.object("bad", serving, bad))
                            .expect(403)
                            .text("/message"))
                    .contains("O=system:nodes, CN=system:node:NAME");
        }
    }

    private static ApiClient administratorOf(String role) {
        return server.account(List.of(role), "**").api();
    }

    private static Exchange put(ApiClient caller, String path, Exchange object, String certificate) {
        ObjectNode changed = object.copy();
        changed.withObject("/status").put("certificate", base64(certificate));
        return caller.put(path, changed);
    }
}
