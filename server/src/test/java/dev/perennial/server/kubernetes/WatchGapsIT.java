package dev.perennial.server.kubernetes;

import static dev.perennial.server.testing.KubernetesObjects.OUTSIDE;
import static dev.perennial.server.testing.KubernetesObjects.PATH;
import static dev.perennial.server.testing.KubernetesObjects.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.KubernetesClients;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import dev.perennial.server.testing.WatchStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watches where something comes between: another signer, a server that is behind, many objects, what is forgotten. */
class WatchGapsIT {
    private static final String SERVER = "perennial.dev/server";
    private static final String MANY = "signers.example.org/many";
    private static final String CLIENT = "perennial.dev/client";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final MadeAccount account = server.account(List.of("administrator"), "**");
    private final ApiClient administrator = account.api();
    private String token = "";

    @BeforeEach
    void makeToken() {
        // Where nothing has happened yet the version is 0, and that is any.
        administrator
                .post(PATH, object("first-" + account.name(), OUTSIDE, TestCsrs.p256("first.test")))
                .expect(201);
        token = KubernetesClients.tokenOf(server, account);
    }

    private WatchStream watch(URI uri, String query) {
        return WatchStream.open(uri, server.first().roots(), token, PATH + "?watch=true&" + query);
    }

    private WatchStream watch(String query) {
        return watch(server.uri(), query);
    }

    private String version() {
        return administrator.get(PATH + "?limit=1").expect(200).text("/metadata/resourceVersion");
    }

    private static String signerIs(String name) {
        return "fieldSelector=spec.signerName%3D" + name + "&resourceVersion=";
    }

    @Test
    void otherSigner_isLeavingOneSelection_andEnteringTheOther_alsoWhereNobodyWatchedThen() {
        String before = version();
        String pem = TestCsrs.p256("another-signer.test");
        try (WatchStream left = watch(signerIs(SERVER) + before);
                WatchStream entered = watch(signerIs(CLIENT) + before)) {
            String id = administrator
                    .post(ApiClient.REQUESTS, Bodies.request(pem))
                    .expect(201)
                    .id();
            administrator
                    .replace(id, Bodies.request(pem, "target_issuer", CLIENT))
                    .expect(200);
            administrator
                    .replace(id, Bodies.request(pem, "target_issuer", CLIENT))
                    .expect(200);
            List<String> leaving = List.of("ADDED " + id, "DELETED " + id);
            List<String> entering = List.of("ADDED " + id, "MODIFIED " + id);
            assertThat(left.await(2).told()).isEqualTo(leaving);
            assertThat(entered.await(2).told()).isEqualTo(entering);
            assertThat(left.lines().get(0).at("/object/spec/signerName").asText())
                    .isEqualTo(SERVER);
            URI other = server.second().uri();
            try (WatchStream leftLater = watch(other, "timeoutSeconds=1&" + signerIs(SERVER) + before);
                    WatchStream enteredLater = watch(other, "timeoutSeconds=1&" + signerIs(CLIENT) + before)) {
                assertThat(leftLater.awaitEnd().told()).isEqualTo(leaving);
                assertThat(enteredLater.awaitEnd().told()).isEqualTo(entering);
            }
        }
    }

    /** More changes than are read at once come before the first of them is read. */
    @Test
    void serverThatIsBehind_tellsWhatWasThenToo() {
        String lasting = TestCsrs.p256("lasting.test");
        String lastingId = administrator
                .post(ApiClient.REQUESTS, Bodies.request(lasting))
                .expect(201)
                .id();
        List<String> expected = new ArrayList<>();
        Promise<Void> over = Promise.promise();
        Promise<Void> locked = Promise.promise();
        try (WatchStream watch = watch("resourceVersion=" + version())) {
            // Whoever reads changes asks first what is forgotten; who makes them does not.
            Future<Void> lock = server.database().inTransaction(tx -> tx.query("LOCK event_horizon")
                    .execute()
                    .onSuccess(done -> locked.complete())
                    .compose(done -> over.future()));
            Await.value(locked.future());
            administrator
                    .replace(lastingId, Bodies.request(lasting, "auto_renew", false))
                    .expect(200);
            expected.add("MODIFIED " + lastingId);
            Until.is(WatchGapsIT::isReaderWaiting, () -> "the change is about to be read");
            String id = administrator
                    .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("short-lived.test")))
                    .expect(201)
                    .id();
            expected.add("ADDED " + id);
            for (int i = 0; i < 510; i++) {
                administrator
                        .replace(lastingId, Bodies.request(lasting, "auto_renew", i % 2 == 0))
                        .expect(200);
                expected.add("MODIFIED " + lastingId);
            }
            administrator.delete(ApiClient.REQUESTS + "/" + id).expect(204);
            expected.add("DELETED " + id);
            over.complete();
            Await.value(lock);
            assertThat(watch.await(expected.size()).told()).isEqualTo(expected);
        }
    }

    private static boolean isReaderWaiting() {
        String waiting = "SELECT 1 FROM pg_locks WHERE relation = 'event_horizon'::regclass AND NOT granted";
        return Await.value(server.database().query(waiting, Tuple.tuple())).rowCount() > 0;
    }

    @Test
    void beginning_isAllThereIs_inSeveralParts() {
        int many = 1_100;
        List<String> names =
                Stream.iterate(1, i -> i + 1).limit(many).map(i -> "many-" + i).toList();
        // Two, because of one 1,000 may wait.
        ApiClient other = server.account(List.of("administrator"), "**").api();
        List<ApiClient> crowd = Stream.concat(administrator.crowd(4).stream(), other.crowd(4).stream())
                .toList();
        List<CompletableFuture<Exchange>> made = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            ObjectNode object = object(names.get(i), MANY, TestCsrs.p256(names.get(i) + ".test"));
            object.withObject("/metadata").putObject("labels").put("many", i % 2 == 0 ? "even" : "odd");
            made.add(crowd.get(i % 8).sendAsync("POST", PATH, object.toString()));
            if (made.size() == 50) {
                made.forEach(one -> ApiClient.value(one).expect(201));
                made.clear();
            }
        }
        String initial = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
        try (WatchStream all = watch("fieldSelector=spec.signerName%3D" + MANY + "&" + initial);
                WatchStream even = watch("labelSelector=many%3Deven&" + initial)) {
            assertThat(all.await(many + 1).told())
                    .endsWith("BOOKMARK ")
                    .containsAll(names.stream().map(name -> "ADDED " + name).toList());
            assertThat(even.await(many / 2 + 1).told())
                    .hasSize(many / 2 + 1)
                    .contains("ADDED many-1", "ADDED many-1099")
                    .endsWith("BOOKMARK ");
            administrator.delete(PATH + "?labelSelector=many").expect(200);
            assertThat(all.await(2 * many + 1).told().subList(many + 1, 2 * many + 1))
                    .allMatch(line -> line.startsWith("DELETED many-"));
        }
        assertThat(administrator.get(PATH + "?labelSelector=many").expect(200).at("/items"))
                .isEmpty();
    }

    @Test
    void whatIsForgottenBeforeItWasTold_isToldAsExpired() {
        try (WatchStream watch = watch("resourceVersion=" + version())) {
            String forget =
                    "UPDATE event_horizon SET position = (SELECT coalesce(max(position), 0) + 1 FROM events) RETURNING position";
            Await.value(server.database().query(forget, Tuple.tuple()));
            administrator
                    .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("forgotten.test")))
                    .expect(201);
            watch.awaitEnd();
            Until.is(() -> watch.lines().size() == 1, () -> "one line: " + watch.told());
            assertThat(watch.lines().get(0).path("type").asText()).isEqualTo("ERROR");
            assertThat(watch.lines().get(0).at("/object/code").asInt()).isEqualTo(410);
            assertThat(watch.lines().get(0).at("/object/reason").asText()).isEqualTo("Expired");
        }
    }
}
