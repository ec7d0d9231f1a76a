package dev.perennial.server.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;

/** Has certificates issued as they were drawn, and revoked and released. */
final class RandomIssuer {
    private final ApiClient api;
    private final RandomAuthorities authorities;

    /** One for a run: it takes long to make. */
    private final KeyPair rsa3072 = TestCsrs.rsaKeyPair(3072);

    /** One that was issued. */
    record Issued(RandomIssuance asked, RandomAuthorities.Line line, X509 leaf) {}

    RandomIssuer(ApiClient api) {
        this.api = api;
        this.authorities = new RandomAuthorities(api);
    }

    Issued issue(RandomIssuance asked) {
        CsrBuilder csr = CsrBuilder.with(key(asked.key())).subject(asked.names().subject());
        if (!asked.names().names().isEmpty()) {
            csr.names(asked.names().names().toArray(String[]::new));
        }
        ObjectNode body = Bodies.request(csr.pem(), "target_issuer", authorities.signer(asked));
        if (!asked.usages().isEmpty()) {
            Bodies.with(body, "usages", asked.usages());
        }
        Exchange request = api.post(ApiClient.REQUESTS, body);
        if (request.status() != 201) {
            throw new AssertionError(request.status() + " " + request.body() + ": " + asked);
        }
        String path = ApiClient.CERTIFICATES + "/" + request.certificateIds().get(0);
        if (!asked.revocation().isEmpty()) {
            api.post(path + "/revoke", Bodies.revocation(asked.revocation())).expect(200);
        }
        if (asked.released()) {
            api.post(path + "/release", Bodies.revocation("judged")).expect(200);
        }
        return new Issued(asked, authorities.line(asked.authority()), request.newestCertificate());
    }

    private KeyPair key(String kind) {
        return switch (kind) {
            case "rsa-2048" -> TestCsrs.rsaKeyPair();
            case "rsa-3072" -> rsa3072;
            case "ec-p256" -> TestCsrs.keyPair();
            case "ec-p384" -> TestCsrs.ecKeyPair("secp384r1");
            case "ed25519" -> TestCsrs.ed25519KeyPair();
            default -> throw new IllegalArgumentException(kind);
        };
    }
}
