package dev.perennial.server.agilicus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.BoundKeys;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An agent with the key that it comes back with. */
record BoundHost(TestServer server, String id, KeyPair boundKey, ClientIdentity identity) {
    static final Duration VALIDITY = Duration.ofHours(2);

    static BoundHost enrolled(TestServer server) {
        return enrolled(server, TestCsrs.keyPair());
    }

    static BoundHost enrolled(TestServer server, KeyPair boundKey) {
        KeyPair keyPair = TestCsrs.keyPair();
        String token = server.administrator().enrolmentToken("**");
        Exchange enrolled = server.nobody()
                .withToken(token)
                .post(ApiClient.AGENTS, BoundKeys.register(newcomer(keyPair), boundKey))
                .expect(201);
        return new BoundHost(
                server, enrolled.id(), boundKey, ClientIdentity.of(keyPair, enrolled.text("/status/identity")));
    }

    static BoundHost expired(TestServer server) {
        BoundHost host = enrolled(server);
        letIdentitiesExpire(server);
        return host;
    }

    static void letIdentitiesExpire(TestServer server) {
        server.clock().advance(VALIDITY.plusMinutes(1));
    }

    static ObjectNode newcomer(KeyPair keyPair) {
        return Bodies.spec(Map.of("name", "host", "request", TestCsrs.withSubject(keyPair, "")));
    }

    /** Somebody who says to be this agent and is not. */
    BoundHost thief() {
        return new BoundHost(server, id, TestCsrs.keyPair(), identity);
    }

    String path() {
        return ApiClient.AGENTS + "/" + id + "/recovery";
    }

    ApiClient api() {
        return server.nobody().as(identity);
    }

    String nonce() {
        return server.nobody().post(path(), Bodies.spec(Map.of())).expect(200).text("/status/nonce");
    }

    /** Both calls. */
    Exchange recover(KeyPair newKey) {
        return server.nobody().post(path(), order(nonce(), newKey));
    }

    Exchange recover() {
        return recover(TestCsrs.keyPair());
    }

    ObjectNode order(String nonce, KeyPair newKey) {
        return BoundKeys.recovery(boundKey, id, nonce, TestCsrs.withSubject(newKey, ""));
    }

    /** The states of its identities, oldest first. */
    List<String> states() {
        return Await.value(server.database()
                        .query(
                                "SELECT state FROM client_certificates WHERE agent_id = $1 ORDER BY created",
                                Tuple.of(id)))
                .stream()
                .map(row -> row.getString("state"))
                .toList();
    }

    /** How many recoveries were audited with that outcome. */
    long audited(String outcome) {
        return Await.value(server.database()
                        .query(
                                "SELECT count(*) AS n FROM audit_events WHERE object_id = $1 AND outcome = $2"
                                        + " AND action = 'recover-identity'",
                                Tuple.of(id, outcome)))
                .iterator()
                .next()
                .getLong("n");
    }
}
