package dev.perennial.server.qradar;

import static dev.perennial.server.testing.QradarCalls.PATH;
import static dev.perennial.server.testing.QradarCalls.model;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.QradarCalls.Answer;
import dev.perennial.server.testing.TestCsrs;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in, by which credential, and who may do something here. */
class CredentialsIT {
    private static final String PASSWORD = "correct horse battery";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final QradarCalls nobody = QradarCalls.of(server);

    @Test
    void sec_basic_bearer_andAClientCertificate_comeIn() {
        KeyPair key = TestCsrs.keyPair();
        String chain = server.administrator()
                .submit(TestCsrs.p256(key, "client.example.com"))
                .expect(201)
                .text("/status/certificates/0/spec/certificate");
        ClientIdentity identity = ClientIdentity.of(key, chain);
        MadeAccount account = server.accountOf(identity, List.of("security-administrator"), "**");
        String token = QradarCalls.token(server, account.id());

        nobody.with(token).made(model("sec.example.com"));
        nobody.call("POST", PATH, model("bearer.example.com").toString(), "Authorization", "Bearer " + token)
                .expect(201);
        nobody.call("POST", PATH, model("basic.example.com").toString(), "Authorization", basic(account.name()))
                .expect(201);
        server.nobody()
                .as(identity)
                .post(PATH, model("certificate.example.com"))
                .expect(201);
    }

    private static String basic(String name) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void wrongOrDoubleCredentials_are401() {
        String token = QradarCalls.token(
                server, server.account(List.of("administrator"), "**").id());
        Answer refused = nobody.with("wrong").list("").expectCode(401, 18);
        assertThat(refused.header("WWW-Authenticate")).contains("Basic");
        nobody.with("a b").list("").expectCode(401, 18);
        nobody.with(token).list("", "Authorization", "Bearer " + token).expectCode(401, 18);
        nobody.with(token).list("", "SEC", token).expectCode(401, 18);
        nobody.list("", "Authorization", basic("nobody")).expectCode(401, 18);
        nobody.with(token).list("").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"requester", "reader"})
    void otherRoles_areTold403_byEveryCall(String role) {
        long number = QradarCalls.as(server, "administrator", "**").made(model("roles.example.com"));
        QradarCalls caller = QradarCalls.as(server, role, "**");
        assertThat(caller.post(model("roles.example.com"))
                        .expectCode(403, 403)
                        .json()
                        .path("message")
                        .asText())
                .contains("security-administrator");
        caller.list("").expectCode(403, 403);
        caller.download(number).expectCode(403, 403);
        caller.delete(number).expectCode(403, 403);
    }

    @Test
    void anAgent_isTold403() {
        server.agent("**").api().get(PATH).expect(403);
    }

    @Test
    void aSecurityAdministrator_makesAndDeletesItsOwn_andLeavesOthers() {
        QradarCalls security = QradarCalls.as(server, "security-administrator");
        QradarCalls admin = QradarCalls.as(server, "administrator");
        long own = security.made(model("own.example.com"));
        long other = admin.made(model("other.example.com"));
        security.download(other).expect(200);
        security.delete(other).expectCode(403, 403);
        security.delete(own).expect(204);
        admin.delete(other).expect(204);
    }

    @Test
    void theBootstrapAdministrator_worksInTheFirstOrganisation() {
        QradarCalls bootstrap = nobody.with(server.first().administratorToken());
        long number = bootstrap.made(model("bootstrap.example.com"));
        assertThat(bootstrap.list("filter=id%3D" + number).expect(200).texts("id"))
                .containsExactly("" + number);
        assertThat(server.administrator()
                        .get(ApiClient.REQUESTS + "/" + QradarCalls.idOf(server, number))
                        .expect(200)
                        .text("/spec/org_id"))
                .isEqualTo("default");
        bootstrap.delete(number).expect(204);
    }

    @Test
    void whoAsked_isNoApproverOfIt_whereFourEyesAreAskedFor() {
        ObjectNode signer = server.signerNamed("perennial.dev/manual").deepCopy();
        signer.withObject("/spec").put("four_eyes", true);
        server.administrator()
                .put(ApiClient.SIGNERS + "/" + signer.at("/metadata/id").asText(), signer)
                .expect(200);
        MadeAccount security = server.account(List.of("security-administrator"), "**");
        long number = nobody.with(QradarCalls.token(server, security.id())).made(model("eyes.example.com"));
        String approve = ApiClient.REQUESTS + "/" + QradarCalls.idOf(server, number) + "/approve";
        ObjectNode yes = Bodies.object().put("reason", "because").put("ca_id", server.authorityId());

        security.api().post(approve, yes).expectProblem(403, "unauthorized");
        server.account(List.of("security-administrator"))
                .api()
                .post(approve, yes)
                .expect(200);
    }
}
