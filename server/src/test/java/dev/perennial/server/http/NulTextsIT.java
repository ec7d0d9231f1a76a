package dev.perennial.server.http;

import static dev.perennial.server.testing.FastlyBodies.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.FastlyBodies;
import dev.perennial.server.testing.KubernetesObjects;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.TestCsrs;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** U+0000, which PostgreSQL has no text with, at the doors whose bodies {@code openapi.yaml} does not tell of. */
class NulTextsIT {
    private static final String NUL = "no\u0000body";
    private static final String CSR = "/tls/certificate_signing_requests";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient administrator =
            server.account(List.of("administrator"), "**").api();

    private String mark;

    @BeforeEach
    void mark() {
        mark = server.databaseLog().mark();
    }

    @AfterEach
    void noneReachedTheDatabase() {
        assertThat(server.databaseLog().since(mark)).doesNotContain("invalid byte sequence", "unsupported Unicode");
    }

    @ParameterizedTest
    @ValueSource(strings = {NUL, "../x", "a b", "\ud800", "%00"})
    void fastlysKey_thatIsNoId_isNoSuchKey(String id) {
        ObjectNode flat = FastlyBodies.request("nul.test");
        attributes(flat).remove("key_type");
        ObjectNode related = flat.deepCopy();
        attributes(flat).put("relationships.tls_private_key.id", id);
        related.withObject("/data/relationships/tls_private_key/data").put("id", id);
        for (ObjectNode body : List.of(flat, related)) {
            Exchange refused = administrator.post(CSR, body).expect(404);
            assertThat(refused.text("/errors/0/title")).isEqualTo("Not found");
        }
    }

    @Test
    void nameOfWhoComesIn_isNobodys() {
        // Spaces and control characters make no other name: it is nobody's for its letters.
        String pair =
                Base64.getEncoder().encodeToString((NUL + ":correct horse battery").getBytes(StandardCharsets.UTF_8));
        ApiClient somebody = server.nobody().authorized("Basic " + pair);
        for (String path : List.of("/v1/accounts", "/tls/private_keys", KubernetesObjects.PATH, "/api/v1/accounts")) {
            somebody.get(path).expect(401);
        }
        QradarCalls.of(server)
                .call("GET", QradarCalls.PATH, null, "Authorization", "Basic " + pair)
                .expectCode(401, 18);
        for (String email : List.of(NUL, NUL + "/x", "default/" + NUL)) {
            ObjectNode login = Bodies.object().put("email", email).put("password", "correct horse battery");
            server.nobody().post("/login", login).expect(401);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/metadata/name",
                "/metadata/generateName",
                "/metadata/labels/a.test~1x",
                "/metadata/annotations/a.test~1x",
                "/spec/signerName",
                "/spec/request",
                "/status/conditions/0/message"
            })
    void kubernetesObject_isRefused(String place) {
        ObjectNode made = KubernetesObjects.object(
                "nul-" + UUID.randomUUID(), KubernetesObjects.OUTSIDE, TestCsrs.p256("nul.test"));
        administrator.post(KubernetesObjects.PATH, made).expect(201);
        ObjectNode odd = KubernetesObjects.with(made, "Odd");
        int last = place.lastIndexOf('/');
        String field = place.substring(last + 1).replace("~1", "/");
        odd.withObject(place.substring(0, last)).put(field, NUL);
        administrator.post(KubernetesObjects.PATH, odd).expect(400);
        String one = KubernetesObjects.one(made.at("/metadata/name").asText());
        for (String path : List.of(one, one + "/status", one + "/approval")) {
            administrator.put(path, odd).expect(400);
            administrator.patch(path, KubernetesObjects.MERGE, odd.toString()).expect(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fieldSelector=metadata.name%3D", "labelSelector=a%3D", "continue=", "resourceVersion="})
    void kubernetesQuery_isRefused(String parameter) {
        administrator.get(KubernetesObjects.PATH + "?" + parameter + "a%00b").expect(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"common_name", "organization_name", "not_valid_after", "sans_dns"})
    void notarysAuthority_isRefused(String field) {
        ObjectNode body =
                Bodies.object().put("self_signed", true).put("common_name", "a").put(field, NUL);
        administrator.post("/api/v1/certificate_authorities", body).expect(400);
    }

    @Test
    void qradarsQuery_isRefusedOrFindsNothing() {
        QradarCalls admin = QradarCalls.as(server, "administrator", "**");
        assertThat(admin.list("filter=description%20%3D%20%22a%00b%22")
                        .expect(200)
                        .body())
                .isEqualTo("[]");
        admin.list("fields=a%00b").expectCode(422, 1101);
    }
}
