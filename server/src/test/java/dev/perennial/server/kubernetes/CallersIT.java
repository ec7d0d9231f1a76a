package dev.perennial.server.kubernetes;

import static dev.perennial.server.testing.KubernetesObjects.PATH;
import static dev.perennial.server.testing.KubernetesObjects.object;
import static dev.perennial.server.testing.KubernetesObjects.one;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.Role;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.oidc.ClaimPath;
import dev.perennial.server.oidc.ClaimPattern;
import dev.perennial.server.oidc.Rule;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.TestIssuer;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may call at the Kubernetes door beside accounts with tokens. */
class CallersIT {
    private static final TestIssuer ISSUER = TestIssuer.start(new TestClock());
    private static final String SIGNER = "perennial.dev/server";

    @RegisterExtension
    static final TestServer server = TestServer.standard()
            .issuer(ISSUER.trusted(new Rule(
                    Map.of(new ClaimPath("sub"), ClaimPattern.parse("system:serviceaccount:web:*")),
                    Set.of(Role.REQUESTER),
                    Grants.parse(List.of("**.web.test")))));

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    private static ApiClient serviceAccount(String name) {
        return server.nobody()
                .withToken(ISSUER.token()
                        .claim("sub", "system:serviceaccount:web:" + name)
                        .signed());
    }

    @Test
    void serviceAccount_makesByApplying_underItsOwnName_andSeesItsOwn() {
        ApiClient issuer = serviceAccount("issuer");
        Exchange made = issuer.patch(
                        one("front") + "?fieldManager=issuer",
                        "application/apply-patch+yaml",
                        object("front", SIGNER, TestCsrs.p256("front.web.test")).toString())
                .expect(201);
        assertThat(made.text("/spec/username")).isEqualTo("system:serviceaccount:web:issuer");
        assertThat(made.text("/status/certificate")).isNotEmpty();
        assertThat(issuer.get(PATH).expect(200).at("/items")).hasSize(1);
        assertThat(serviceAccount("other").get(PATH).expect(200).at("/items")).isEmpty();
        serviceAccount("other").get(one("front")).expect(404);
        Exchange refused = issuer.post(PATH, object("back", SIGNER, TestCsrs.p256("back.mail.test")))
                .expect(403);
        assertThat(refused.text("/message")).contains("grants");
        issuer.post(PATH + "?dryRun=All", object("back", SIGNER, TestCsrs.p256("back.mail.test")))
                .expect(403);
        issuer.get(one("back")).expect(404);
        // The name was given back with the refusal.
        issuer.post(PATH, object("back", SIGNER, TestCsrs.p256("back.web.test")))
                .expect(201);
    }

    @Test
    void clientCertificate_letsItsAccountIn() {
        KeyPair key = TestCsrs.keyPair();
        String certificate = server.administrator()
                .submit(TestCsrs.p256(key, "client.test"))
                .expect(201)
                .text("/status/certificates/0/spec/certificate");
        ClientIdentity identity = ClientIdentity.of(key, certificate);
        MadeAccount account = server.accountOf(identity, List.of("requester"), "**");
        Exchange made = server.nobody()
                .as(identity)
                .post(PATH, object("certified", SIGNER, TestCsrs.p256("certified.test")))
                .expect(201);
        assertThat(made.text("/spec/username")).isEqualTo("account:" + account.id());
    }
}
