package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.FastlyBodies;
import dev.perennial.server.testing.Kubectl;
import dev.perennial.server.testing.KubernetesClients;
import dev.perennial.server.testing.KubernetesObjects;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One request is the same at every door: made at one, decided about at another, read at a third. */
class AcrossDoorsIT {
    private static final String QRADAR = "/api/staged_config/certificates/certificate_signing_request";
    private static final String NOTARY = "/api/v1/certificate_requests";
    private static final String AUTHORITIES = "/api/v1/certificate_authorities";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final MadeAccount account = server.account(List.of("administrator"), "**");
    private final ApiClient administrator = account.api();

    @TempDir
    private Path directory;

    @Test
    void madeAtQradars_signedAtNotarys_revokedNatively_isNotGoodAnyMore() throws Exception {
        String body = "{\"common_name\":\"story.test\",\"purpose\":\"SERVER\",\"dns\":[\"story.test\"]}";
        Exchange made = administrator.send("POST", QRADAR, body).expect(201);
        String number = made.header("Location").replaceAll(".*/", "");
        Exchange waiting = administrator.get(NOTARY + "/" + number).expect(200);
        assertThat(waiting.text("/result/status")).isEqualTo("Outstanding");
        assertThat(waiting.text("/result/csr")).startsWith("-----BEGIN CERTIFICATE REQUEST-----");
        String authority = administrator
                .send("POST", AUTHORITIES, "{\"self_signed\":true,\"common_name\":\"Across Doors\"}")
                .expect(201)
                .text("/result/id");
        administrator
                .post(NOTARY + "/" + number + "/sign", Bodies.object().put("certificate_authority_id", authority))
                .expect(202);
        Exchange signed = administrator.get(NOTARY + "/" + number).expect(200);
        assertThat(signed.text("/result/status")).isEqualTo("Active");
        String chain = signed.text("/result/certificate_chain");
        // The responder of the new CA is made in the second after it.
        Until.is(() -> said(chain).equals("good"), () -> "OCSP tells of the certificate");

        Exchange found =
                administrator.get(ApiClient.REQUESTS + "?name=story.test").expect(200);
        String certificateId = found.text("/certificate_signing_requests/0/status/certificates/0/metadata/id");
        administrator
                .post(ApiClient.CERTIFICATES + "/" + certificateId + "/revoke", Bodies.revocation("superseded"))
                .expect(200);
        Until.is(() -> said(chain).equals("revoked"), () -> "OCSP tells of the revocation");
        assertThat(administrator.get(NOTARY + "/" + number).expect(200).text("/result/status"))
                .isEqualTo("Revoked");
    }

    /** What OCSP says of the first of the chain. */
    private String said(String chain) {
        try {
            int end = chain.indexOf("-----BEGIN CERTIFICATE-----", 1);
            Files.writeString(directory.resolve("leaf.pem"), chain.substring(0, end));
            Files.writeString(directory.resolve("issuer.pem"), chain.substring(end));
            new OpenSsl(directory)
                    .run("ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-no_nonce", "-reqout", "question.der");
            byte[] question = Files.readAllBytes(directory.resolve("question.der"));
            Publication publication =
                    new Publication(server.uri(), server.first().roots());
            OCSPResp answer = new OCSPResp(publication.ocsp(question).body());
            if (answer.getStatus() != OCSPResp.SUCCESSFUL) {
                return "nothing";
            }
            CertificateStatus status = ((BasicOCSPResp) answer.getResponseObject()).getResponses()[0].getCertStatus();
            return status == CertificateStatus.GOOD ? "good" : status instanceof RevokedStatus ? "revoked" : "unknown";
        } catch (Exception e) {
            throw new AssertionError("no answer of OCSP", e);
        }
    }

    @Test
    void madeAtFastlys_approvedWithKubectl_readAndSignedNatively() {
        Exchange made = administrator
                .post("/tls/certificate_signing_requests", FastlyBodies.request("kubectl.test"))
                .expect(201);
        String id = made.text("/data/id");
        Kubectl kubectl = Kubectl.of(
                Kubectl.programs().get(0),
                directory,
                server.uri(),
                server.first().roots(),
                KubernetesClients.tokenOf(server, account));
        assertThat(kubectl.run("get", "csr", id).expect(0).out()).contains("perennial.dev/manual", "Pending");
        assertThat(kubectl.run("certificate", "approve", id).expect(0).out()).contains("approved");
        Exchange approved = administrator.request(id).expect(200);
        assertThat(approved.state()).isEqualTo("APPROVED");
        assertThat(kubectl.run("get", "csr", id).expect(0).out()).contains("Approved");
        Exchange issued = administrator
                .post(
                        ApiClient.REQUESTS + "/" + id + "/approve",
                        Bodies.object().put("reason", "as approved").put("ca_id", server.authorityId()))
                .expect(200);
        assertThat(issued.state()).isEqualTo("ISSUED");
        assertThat(kubectl.run("get", "csr", id).expect(0).out()).contains("Approved,Issued");
        assertThat(administrator.get(KubernetesObjects.one(id)).expect(200).text("/status/certificate"))
                .isNotEmpty();
    }

    @Test
    void madeByAnAgent_isSeenEverywhereByWhoMay_andNotTouchedByARequester() {
        EnrolledAgent agent = server.agent("**.agent.test");
        Exchange made = agent.api().submit(TestCsrs.p256("a.agent.test")).expect(201);
        X509 certificate = made.newestCertificate();
        assertThat(administrator
                        .get(KubernetesObjects.one(made.id()))
                        .expect(200)
                        .text("/spec/username"))
                .startsWith("agent:");
        Exchange listed = administrator.get(NOTARY).expect(200);
        String number = "";
        for (var one : listed.at("/result")) {
            if (one.at("/certificate_chain")
                    .asText()
                    .startsWith(certificate.pem().strip())) {
                number = one.at("/id").asText();
            }
        }
        assertThat(number).isNotEmpty();
        administrator.get(QRADAR + "/" + number).expect(200);
        ApiClient requester = server.account(List.of("requester"), "**").api();
        requester.get(ApiClient.REQUESTS + "/" + made.id()).expectProblem(404, "unknown");
        requester.get(KubernetesObjects.one(made.id())).expect(404);
        requester.get(NOTARY + "/" + number).expect(403);
        for (String act : List.of("/sign", "/reject", "/certificate", "/certificate/revoke")) {
            requester.send("POST", NOTARY + "/" + number + act, "{}").expect(403);
        }
        requester.delete(NOTARY + "/" + number).expect(403);
        requester.get(QRADAR + "/" + number).expect(403);
        assertThat(agent.api().request(made.id()).expect(200).etag())
                .isEqualTo(administrator.request(made.id()).expect(200).etag());
        assertThat(agent.api().request(made.id()).expect(200).state()).isEqualTo("ISSUED");
    }
}
