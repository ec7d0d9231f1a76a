package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.authority;
import static dev.perennial.server.notary.NotaryCalls.certificate;
import static dev.perennial.server.notary.NotaryCalls.created;
import static dev.perennial.server.notary.NotaryCalls.csr;
import static dev.perennial.server.notary.NotaryCalls.post;
import static dev.perennial.server.notary.NotaryCalls.request;
import static dev.perennial.server.notary.NotaryCalls.sign;
import static dev.perennial.server.notary.NotaryCalls.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Chains from elsewhere that come, go and come back, among certificates that are signed here. */
class NotaryUploadsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private static ApiClient administrator;
    private static long root;

    @BeforeAll
    static void makeRoot() {
        administrator = server.account(List.of("administrator")).api();
        root = authority(administrator, true);
    }

    private static String chain(long number) {
        return administrator.get(request(number)).expect(200).text("/result/certificate_chain");
    }

    private static Exchange upload(long number, String chain) {
        return administrator.post(certificate(number), Bodies.object().put("certificate", chain));
    }

    /** A request, and a chain from elsewhere for its key whose first day begins so much later than now. */
    private record Elsewhere(long number, String chain) {
        static Elsewhere dated(Duration ahead, String name) {
            KeyPair key = TestCsrs.keyPair();
            long number = created(administrator.post(NotaryCalls.REQUESTS, csr(TestCsrs.p256(key, name))));
            TestCa ca = TestCa.root(KeyKind.EC_P256);
            SubjectPublicKey subject = SubjectPublicKey.parse(key.getPublic().getEncoded());
            X509 leaf = ca.issue(ca.plan(server.clock().instant().plus(ahead), subject, name));
            return new Elsewhere(number, leaf.pem() + ca.certificate().pem().strip());
        }
    }

    @Test
    void sign_takesThePlaceOfAnUpload_thatIsDatedLater() {
        Elsewhere elsewhere = Elsewhere.dated(Duration.ofHours(1), "ahead.test");
        upload(elsewhere.number(), elsewhere.chain()).expect(201);
        sign(administrator, elsewhere.number(), root).expect(202);
        X509 shown = X509.parseAll(chain(elsewhere.number())).get(0);
        assertThat(shown).isNotEqualTo(X509.parseAll(elsewhere.chain()).get(0));

        post(administrator, certificate(elsewhere.number()) + "/revoke").expect(202);
        assertThat(status(administrator, elsewhere.number())).isEqualTo("Revoked");
        upload(elsewhere.number(), elsewhere.chain()).expect(201);
        assertThat(chain(elsewhere.number())).isEqualTo(elsewhere.chain());
    }

    @Test
    void aChainThatWasTakenAway_isPutBack() {
        Elsewhere elsewhere = Elsewhere.dated(Duration.ZERO, "back.test");
        long stored = created(upload(elsewhere.number(), elsewhere.chain()));
        for (int time = 0; time < 2; time++) {
            administrator.delete(certificate(elsewhere.number())).expect(200);
            assertThat(status(administrator, elsewhere.number())).isEqualTo("Outstanding");
            assertThat(created(upload(elsewhere.number(), elsewhere.chain()))).isEqualTo(stored);
            assertThat(chain(elsewhere.number())).isEqualTo(elsewhere.chain());
            assertThat(status(administrator, elsewhere.number())).isEqualTo("Active");
        }
        // The same once more changes nothing.
        assertThat(created(upload(elsewhere.number(), elsewhere.chain()))).isEqualTo(stored);
        assertThat(chain(elsewhere.number())).isEqualTo(elsewhere.chain());
    }

    @Test
    void whatWasSignedHere_isPutBackByItsOwnChain_unlessItIsRevoked() {
        long number = request(administrator, "ours.test");
        sign(administrator, number, root).expect(202);
        String chain = chain(number);
        administrator.delete(certificate(number)).expect(200);
        upload(number, chain).expect(201);
        assertThat(chain(number)).isEqualTo(chain);

        post(administrator, certificate(number) + "/revoke").expect(202);
        assertThat(upload(number, chain).expect(422).error()).contains("is revoked");
        assertThat(status(administrator, number)).isEqualTo("Revoked");
    }

    @Test
    void anotherRequestsCertificate_isNotTaken() {
        Elsewhere elsewhere = Elsewhere.dated(Duration.ZERO, "theirs.test");
        upload(elsewhere.number(), elsewhere.chain()).expect(201);
        assertThat(upload(request(administrator, "theirs.test"), elsewhere.chain())
                        .expect(400)
                        .error())
                .contains("another key");
    }

    @Test
    void aChainThatIsTooLong_isCountedBeforeItIsRead() {
        Elsewhere elsewhere = Elsewhere.dated(Duration.ZERO, "long.test");
        String none = "\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----";
        assertThat(upload(elsewhere.number(), elsewhere.chain() + none.repeat(9))
                        .expect(400)
                        .error())
                .contains("2 to 10 PEM blocks");
        long waits = authority(administrator, false);
        ObjectNode chain = Bodies.object().put("certificate_chain", elsewhere.chain() + none.repeat(10));
        assertThat(administrator
                        .post(NotaryCalls.authority(waits) + "/certificate", chain)
                        .expect(400)
                        .error())
                .contains("more than 11 certificates");
    }

    @Test
    void aTextThatIsTooLong_isNotCalledNoJson() {
        long number = request(administrator, "text.test");
        assertThat(upload(number, "a".repeat(70 * 1024)).expect(400).error())
                .isEqualTo("Invalid request: a text in the JSON is longer than 65536 characters");
        assertThat(upload(number, "a".repeat(100 * 1024)).expect(413).error()).isEqualTo("Request Entity Too Large");
    }
}
