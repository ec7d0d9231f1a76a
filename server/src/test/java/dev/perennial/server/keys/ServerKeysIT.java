package dev.perennial.server.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.FastlyBodies;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys that the server keeps, natively: seen, named, changed for others, deleted. */
class ServerKeysIT {
    private static final String PATH = "/v1/server_keys";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient api = server.account(List.of("requester"), "**").api();

    private Exchange asked(String name) {
        return api.post("/tls/certificate_signing_requests", FastlyBodies.request(name))
                .expect(201);
    }

    private static String keyOf(Exchange asked) {
        return asked.text("/data/relationships/tls_private_key/data/id");
    }

    private static Exchange approved(String id) {
        ObjectNode word = Bodies.object().put("reason", "known").put("ca_id", server.authorityId());
        return server.administrator()
                .post(ApiClient.REQUESTS + "/" + id + "/approve", word)
                .expect(200);
    }

    @Test
    void key_isSeenByWhoeverSeesItsRequest_andRenamed() {
        String id = keyOf(asked("seen.test"));
        Exchange seen = api.get(PATH + "/" + id).expect(200);
        assertThat(seen.text("/spec/name")).isEqualTo("csr for seen.test");
        assertThat(seen.text("/status/kind")).isEqualTo("ec-p256");
        assertThat(seen.text("/status/public_key")).startsWith("-----BEGIN PUBLIC KEY-----");
        assertThat(seen.at("/status/in_use").asBoolean()).isTrue();
        assertThat(seen.body().toString()).doesNotContain("PRIVATE");
        ObjectNode other = Bodies.spec(Map.of("name", "front door"));
        assertThat(api.put(PATH + "/" + id, other).expect(200).text("/spec/name"))
                .isEqualTo("front door");
        api.put(PATH + "/" + id, Bodies.spec(Map.of("name", "a\u0000b"))).expectProblem(400, "malformed");
        api.put(PATH + "/" + id, Bodies.spec(Map.of("name", "a\u202eb"))).expectProblem(400, "malformed");
        ApiClient stranger = server.account(List.of("requester"), "**").api();
        stranger.get(PATH + "/" + id).expectProblem(404, "notFound");
        stranger.put(PATH + "/" + id, other).expectProblem(404, "notFound");
        stranger.delete(PATH + "/" + id).expectProblem(404, "notFound");
        ApiClient reader = server.account(List.of("reader")).api();
        reader.get(PATH + "/" + id).expect(200);
        reader.put(PATH + "/" + id, other).expectProblem(403, "unauthorized");
        Exchange told =
                server.administrator().get(ApiClient.AUDIT + "?object_id=" + id).expect(200);
        assertThat(told.body().toString()).contains("make-key", "rename-key", "front door, before csr for seen.test");
    }

    @Test
    void list_goesOnPageAfterPage() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            made.add(keyOf(asked("listed" + i + ".test")));
        }
        Exchange first = api.get(PATH + "?limit=2").expect(200);
        assertThat(first.at("/total").asInt()).isEqualTo(3);
        Exchange second = api.get(PATH + "?limit=2&page_token=" + first.text("/next_page_token"))
                .expect(200);
        List<String> ids = new ArrayList<>();
        first.at("/server_keys").forEach(key -> ids.add(key.at("/metadata/id").asText()));
        second.at("/server_keys").forEach(key -> ids.add(key.at("/metadata/id").asText()));
        assertThat(ids).isEqualTo(made);
        assertThat(second.at("/next_page_token").isMissingNode()).isTrue();
        assertThat(api.get(PATH + "?unused=true").expect(200).at("/total").asInt())
                .isZero();
    }

    @Test
    void otherKey_waitsBesideTheOldOne_untilAPersonSaysYes() {
        Exchange asked = asked("rekeyed.test");
        String requestId = asked.text("/data/id");
        String old = keyOf(asked);
        approved(requestId);
        Exchange made = api.send("POST", PATH + "/" + old + "/rekey", null).expect(201);
        String fresh = made.id();
        assertThat(fresh).isNotEqualTo(old);
        assertThat(made.header("Location")).isEqualTo(PATH + "/" + fresh);
        Exchange waiting = api.request(requestId).expect(200);
        assertThat(waiting.state()).isEqualTo("ISSUED");
        assertThat(waiting.text("/status/next/state")).isEqualTo("PENDING");
        api.delete(PATH + "/" + old).expectProblem(409, "conflict");
        api.delete(PATH + "/" + fresh).expectProblem(409, "conflict");
        assertThat(api.get(PATH + "/" + fresh).expect(200).at("/status/in_use").asBoolean())
                .isTrue();

        Exchange issued = approved(requestId);
        assertThat(issued.text("/status/generation")).isEqualTo("2");
        Pkcs10 pkcs10 = Pkcs10.parsePem(issued.text("/spec/request"));
        assertThat(pkcs10.identifiers().toString()).isEqualTo("[dns:rekeyed.test]");
        assertThat(Pem.encode(Pem.PUBLIC_KEY, issued.newestCertificate().key().der()))
                .isEqualTo(api.get(PATH + "/" + fresh).expect(200).text("/status/public_key"));
        assertThat(issued.text("/spec/private_key_id")).isEqualTo(fresh);
        api.delete(PATH + "/" + old).expect(204);
    }

    @Test
    void keyThatWaits_isChangedForAnother_andTheOneInForceIsNotChangedTwice() {
        Exchange asked = asked("twice.test");
        approved(asked.text("/data/id"));
        String old = keyOf(asked);
        String second = rekeyed(api, old).id();
        api.send("POST", PATH + "/" + old + "/rekey", null).expectProblem(409, "conflict");
        String third = rekeyed(api, second).id();
        assertThat(api.get(PATH + "/" + third).expect(200).at("/status/in_use").asBoolean())
                .isTrue();
        api.delete(PATH + "/" + second).expect(204);
    }

    @Test
    void keyThatAnAdministratorHasChanged_isItsOwnersStill() {
        String fresh =
                rekeyed(server.administrator(), keyOf(asked("owned.test"))).id();
        assertThat(api.get(PATH + "/" + fresh).expect(200).text("/status/owner"))
                .isEqualTo(api.get(PATH).expect(200).text("/server_keys/0/status/owner"));
        api.put(PATH + "/" + fresh, Bodies.spec(Map.of("name", "mine"))).expect(200);
    }

    private static Exchange rekeyed(ApiClient caller, String id) {
        return caller.send("POST", PATH + "/" + id + "/rekey", null).expect(201);
    }

    @Test
    void requestThatOnlyNamesTheKey_keepsItsOwn() {
        String key = keyOf(asked("named.test"));
        Exchange other = api.post(
                        ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("other.test"), "private_key_id", key))
                .expect(201);
        server.administrator().send("POST", PATH + "/" + key + "/rekey", null).expect(201);
        Exchange after = api.request(other.id()).expect(200);
        assertThat(after.text("/spec/request")).isEqualTo(other.text("/spec/request"));
        assertThat(after.text("/spec/private_key_id")).isEqualTo(key);
    }

    @Test
    void key_isSealed_inTheDatabase() {
        String id = keyOf(asked("sealed.test"));
        String select = "SELECT sealed_key FROM server_keys WHERE id = $1";
        Row row = Await.value(server.database().query(select, Tuple.of(id)))
                .iterator()
                .next();
        String stored = HexFormat.of().formatHex(row.getBuffer("sealed_key").getBytes());
        // The algorithm of every PKCS#8 of an EC key: 1.2.840.10045.2.1.
        assertThat(stored).isNotEmpty().doesNotContain("06072a8648ce3d0201");
    }

    @Test
    void keysThatNothingHolds_areCounted() {
        Await.value(server.database().inOneStatement("""
                        INSERT INTO server_keys (id, org_id, owner, name, kind, spki, spki_sha256, sealed_key, created, updated)
                        SELECT 'many' || n, 'default', 'nobody', 'x', 'ec-p256', '', int8send(n), '', now(), now()
                        FROM generate_series(1, 1000) AS n
                        """, Tuple.tuple()));
        String held = keyOf(asked("held.test"));
        api.post("/tls/private_keys", FastlyBodies.key(TestCsrs.keyPair())).expect(429);
        api.send("POST", PATH + "/" + held + "/rekey", null).expectProblem(429, "rateLimited");
        Await.value(server.database().inOneStatement("DELETE FROM server_keys WHERE id LIKE 'many%'", Tuple.tuple()));
    }
}
