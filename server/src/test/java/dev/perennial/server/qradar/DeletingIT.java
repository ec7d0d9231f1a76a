package dev.perennial.server.qradar;

import static dev.perennial.server.testing.QradarCalls.idOf;
import static dev.perennial.server.testing.QradarCalls.model;
import static dev.perennial.server.testing.QradarCalls.numberOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.QradarCalls.Answer;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes with a request that is deleted, and what stays. */
class DeletingIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static final String KEYS = "/v1/server_keys";

    private final QradarCalls admin = QradarCalls.as(server, "administrator", "**");

    private long made(String description) {
        return admin.made(model("delete.example.com").put("description", description));
    }

    @Test
    void deleted_isWithdrawn_andItsKeyIsGone() {
        long number = made("to be deleted");
        String id = idOf(server, number);
        assertThat(keysOf(number)).isEqualTo(1);

        Answer deleted = admin.delete(number, "Accept", "text/plain").expect(204);

        assertThat(deleted.body()).isEmpty();
        admin.download(number).expectCode(404, 1002);
        admin.delete(number).expectCode(404, 1002);
        assertThat(admin.list("filter=id%3D" + number).expect(200).body()).isEqualTo("[]");
        assertThat(keysOf(number)).isZero();
        server.administrator().get(ApiClient.REQUESTS + "/" + id).expectProblem(404, "withdrawn");
    }

    @Test
    void deleted_onceItWasCertified_leavesItsKey() {
        long number = made("certified");
        server.administrator()
                .post(
                        ApiClient.REQUESTS + "/" + idOf(server, number) + "/approve",
                        Bodies.object().put("reason", "because").put("ca_id", server.authorityId()))
                .expect(200);

        admin.delete(number).expect(204);

        assertThat(keysOf(number)).isEqualTo(1);
    }

    @Test
    void deleted_takesTheKeyThatWaits_andLeavesTheOneThatWasCertified() {
        long number = made("changed");
        String id = idOf(server, number);
        server.administrator()
                .post(
                        ApiClient.REQUESTS + "/" + id + "/approve",
                        Bodies.object().put("reason", "because").put("ca_id", server.authorityId()))
                .expect(200);
        String old = server.administrator().request(id).expect(200).text("/spec/private_key_id");
        String fresh = server.administrator()
                .send("POST", KEYS + "/" + old + "/rekey", null)
                .expect(201)
                .id();

        admin.delete(number).expect(204);

        server.administrator().get(KEYS + "/" + fresh).expectProblem(404, "notFound");
        server.administrator().get(KEYS + "/" + old).expect(200);
    }

    @Test
    void refused_leavesNoKey() {
        int before = server.administrator().get(KEYS).expect(200).at("/total").asInt();
        admin.post(model("named.example.com").put("common_name", "other.example.com"))
                .expectCode(403, 403);
        assertThat(server.administrator().get(KEYS).expect(200).at("/total").asInt())
                .isEqualTo(before);
    }

    /** Whoever writes the id of a key into a request of his own has it deleted with that no more than before. */
    @Test
    void deleted_leavesAKey_thatItOnlyNames() {
        long number = made("another's");
        String keyId = Await.value(server.database()
                        .query("SELECT private_key_id FROM signing_requests WHERE number = $1", Tuple.of(number)))
                .iterator()
                .next()
                .getString("private_key_id");
        ObjectNode naming = Bodies.request(TestCsrs.p256("naming.example.com"), "private_key_id", keyId);
        String id = server.administrator()
                .post(ApiClient.REQUESTS, naming)
                .expect(201)
                .id();
        long other = numberOf(server, id);
        assertThat(admin.list("filter=id%3D" + other).texts("description")).containsExactly("");

        admin.delete(other).expect(204);

        assertThat(keysOf(number)).isEqualTo(1);
    }

    private static long keysOf(long number) {
        return Await.value(server.database()
                        .query(
                                "SELECT count(*) AS keys FROM server_keys k JOIN signing_requests r ON"
                                        + " r.private_key_id = k.id WHERE r.number = $1",
                                Tuple.of(number)))
                .iterator()
                .next()
                .getLong("keys");
    }
}
