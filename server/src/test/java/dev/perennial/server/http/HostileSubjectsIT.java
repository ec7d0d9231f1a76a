package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.HostileCsrs;
import dev.perennial.server.testing.HostileCsrs.Hostile;
import dev.perennial.server.testing.KubernetesObjects;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile subjects at the doors that take a PKCS#10: each has its own form of a no, all say what is wrong without repeating
 * it, and nothing is stored. The doors that make the PKCS#10 themselves have such tests of their fields.
 */
class HostileSubjectsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient administrator =
            server.account(List.of("administrator"), "**").api();

    @AfterEach
    void nothingIsStored() {
        long stored = Await.value(server.database()
                        .query(
                                "SELECT (SELECT count(*) FROM signing_requests) + (SELECT count(*) FROM generations)"
                                        + " + (SELECT count(*) FROM kubernetes_objects) AS stored",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getLong("stored");
        assertThat(stored).isZero();
    }

    static List<Hostile> hostile() {
        return HostileCsrs.all();
    }

    private static void requireTold(String text, Hostile hostile) {
        assertThat(text).contains(hostile.told()).doesNotContain("\0", "\u202e", "\r", "\n");
        assertThat(text).hasSizeLessThan(1_000);
    }

    private Exchange atKubernetes(String pem) {
        return administrator.post(
                KubernetesObjects.PATH, KubernetesObjects.object("hostile", "perennial.dev/server", pem));
    }

    private Exchange atNotary(String pem) {
        return administrator.post(
                "/api/v1/certificate_requests", Bodies.object().put("csr", pem));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void nativeDoor_saysBadCsr(Hostile hostile) {
        Exchange refused = administrator.submit(hostile.pem()).expectProblem(400, "badCSR");
        requireTold(refused.detail(), hostile);
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void kubernetes_saysInvalid_ofTheField(Hostile hostile) {
        Exchange refused = atKubernetes(hostile.pem()).expect(422);
        assertThat(refused.reason()).isEqualTo("Invalid");
        assertThat(refused.at("/details/causes")).hasSize(1);
        assertThat(refused.text("/details/causes/0/field")).isEqualTo("spec.request");
        requireTold(refused.text("/details/causes/0/message"), hostile);
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void notary_saysInvalidRequest(Hostile hostile) {
        String error = atNotary(hostile.pem()).expect(400).error();
        assertThat(error).startsWith("Invalid request: ");
        requireTold(error, hostile);
    }

    @Test
    void tenThousandNames_areTooLarge() {
        String pem = HostileCsrs.large();
        administrator.submit(pem).expectProblem(413, "tooLarge");
        Exchange refused = atKubernetes(pem).expect(400);
        assertThat(refused.reason()).isEqualTo("BadRequest");
        assertThat(refused.text("/message")).contains("longer than 65536 characters");
        assertThat(atNotary(pem).expect(413).error()).isEqualTo("Request Entity Too Large");
    }
}
