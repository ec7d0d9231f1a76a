package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.authority;
import static dev.perennial.server.notary.NotaryCalls.post;
import static dev.perennial.server.notary.NotaryCalls.request;
import static dev.perennial.server.notary.NotaryCalls.sign;
import static dev.perennial.server.notary.NotaryCalls.signing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OfflineRoot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A CA whose certificate was taken back signs nothing any more, whatever chain it is given. */
class NotaryRevokedAuthoritiesIT {
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

    private static long below() {
        long below = authority(administrator, false);
        administrator
                .post(NotaryCalls.authority(below) + "/sign", signing(root))
                .expect(202);
        return below;
    }

    private static Exchange certify(long number, String chain) {
        ObjectNode body = Bodies.object().put("certificate_chain", chain);
        return administrator.post(NotaryCalls.authority(number) + "/certificate", body);
    }

    private static Exchange enable(long number) {
        return administrator.put(NotaryCalls.authority(number), Bodies.object().put("enabled", true));
    }

    @Test
    void aRevokedOne_takesNeitherItsCertificateAgain_norAnother() throws Exception {
        long below = below();
        String csr = shown(below).text("/result/csr");
        String chain = shown(below).text("/result/certificate");
        post(administrator, NotaryCalls.authority(below) + "/revoke").expect(202);

        assertThat(certify(below, chain).expect(422).error()).contains("revoked");
        OfflineRoot offline = new OfflineRoot(directory);
        assertThat(certify(below, offline.signed(csr + "\n") + offline.text("root.pem"))
                        .expect(422)
                        .error())
                .contains("revoked");
        assertThat(enable(below).expect(422).error()).contains("revoked");
        assertThat(shown(below).at("/result/enabled").asBoolean()).isFalse();
        post(administrator, NotaryCalls.authority(below) + "/revoke").expect(202);
    }

    @Test
    void itsOwnChainAgain_leavesItWhereItWas_soThatItCanBeRevoked() {
        long below = below();
        String chain = shown(below).text("/result/certificate");
        certify(below, chain).expect(201);
        assertThat(shown(below).text("/result/certificate")).isEqualTo(chain);

        post(administrator, NotaryCalls.authority(below) + "/revoke").expect(202);
        assertThat(shown(below).at("/result/enabled").asBoolean()).isFalse();
    }

    @Test
    void backFromARootElsewhere_itIsRevokedByWhoHasSignedIt() throws Exception {
        long below = below();
        String chain = shown(below).text("/result/certificate");
        OfflineRoot offline = new OfflineRoot(directory);
        certify(below, offline.signed(shown(below).text("/result/csr") + "\n") + offline.text("root.pem"))
                .expect(201);
        post(administrator, NotaryCalls.authority(below) + "/revoke").expect(422);
        // What it signs now names another key identifier, OpenSSL's, than its certificate of before has.
        sign(administrator, request(administrator, "between.test"), below).expect(202);
        certify(below, chain).expect(201);
        post(administrator, NotaryCalls.authority(below) + "/revoke").expect(202);
        assertThat(enable(below).expect(422).error()).contains("revoked");
    }
}
