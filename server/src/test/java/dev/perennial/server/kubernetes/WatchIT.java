package dev.perennial.server.kubernetes;

import static dev.perennial.server.testing.KubernetesObjects.MERGE;
import static dev.perennial.server.testing.KubernetesObjects.OUTSIDE;
import static dev.perennial.server.testing.KubernetesObjects.PATH;
import static dev.perennial.server.testing.KubernetesObjects.object;
import static dev.perennial.server.testing.KubernetesObjects.one;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.KubernetesClients;
import dev.perennial.server.testing.SlowSocket;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.WatchStream;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Watches, line by line: what is told, to whom, and how one goes on after another (contracts/kubernetes.md §7). */
class WatchIT {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.PERSON, false);

    private final MadeAccount account = server.account(List.of("administrator"), "**");
    private final ApiClient administrator = account.api();
    private String token = "";

    @BeforeEach
    void makeToken() {
        token = KubernetesClients.tokenOf(server, account);
    }

    private WatchStream watch(String query, String... headers) {
        return watch(server.uri(), query, headers);
    }

    private WatchStream watch(URI uri, String query, String... headers) {
        return WatchStream.open(uri, server.first().roots(), token, PATH + "?watch=true&" + query, headers);
    }

    private String version() {
        return administrator.get(PATH + "?limit=1").expect(200).text("/metadata/resourceVersion");
    }

    private String made() {
        String name = "watched-" + NUMBERS.incrementAndGet();
        administrator
                .post(PATH, object(name, OUTSIDE, TestCsrs.p256(name + ".test")))
                .expect(201);
        return name;
    }

    private void label(String name, String labels) {
        administrator
                .patch(one(name), MERGE, "{\"metadata\":{\"labels\":" + labels + "}}")
                .expect(200);
    }

    @Test
    void everyChange_isTold_inOrder_andAnotherServerGoesOnAfterAnyOfThem() {
        String before = version();
        String name = made();
        label(name, "{\"a\":\"b\"}");
        String other = made();
        label(name, "{\"a\":\"c\"}");
        administrator.delete(one(name)).expect(200);
        List<String> all =
                List.of("ADDED " + name, "MODIFIED " + name, "ADDED " + other, "MODIFIED " + name, "DELETED " + name);
        List<JsonNode> lines;
        try (WatchStream watch = watch("resourceVersion=" + before)) {
            assertThat(watch.status()).isEqualTo(200);
            assertThat(watch.contentType()).isEqualTo("application/json");
            lines = watch.await(all.size()).lines();
            assertThat(watch.told()).isEqualTo(all);
        }
        for (int seen = 1; seen <= all.size(); seen++) {
            String after =
                    lines.get(seen - 1).at("/object/metadata/resourceVersion").asText();
            List<String> rest = all.subList(seen, all.size());
            try (WatchStream watch = watch(server.second().uri(), "timeoutSeconds=1&resourceVersion=" + after)) {
                assertThat(watch.awaitEnd().told()).isEqualTo(rest);
            }
        }
    }

    @Test
    void selection_isEntered_andLeft_alsoWhereNobodyWatchedThen() {
        String name = made();
        String selected = "labelSelector=team%3D" + name + "&resourceVersion=";
        String before = version();
        String entered;
        try (WatchStream watch = watch(selected + before)) {
            label(name, "{\"team\":\"" + name + "\"}");
            label(name, "{\"more\":\"x\"}");
            watch.await(2);
            entered = watch.lastVersion();
            label(name, "{\"team\":null}");
            label(name, "{\"more\":\"y\"}");
            String last = made();
            label(last, "{\"team\":\"" + name + "\"}");
            watch.await(4);
            assertThat(watch.told())
                    .containsExactly("ADDED " + name, "MODIFIED " + name, "DELETED " + name, "ADDED " + last);
        }
        try (WatchStream watch = watch(server.second().uri(), selected + entered)) {
            assertThat(watch.await(2).told()).first().isEqualTo("DELETED " + name);
        }
    }

    @Test
    void otherPkcs10_isAnotherObject_underTheSameName() {
        String name = "replaced-" + NUMBERS.incrementAndGet();
        administrator
                .post(PATH, object(name, "perennial.dev/server", TestCsrs.p256(name + ".test")))
                .expect(201);
        String id = server.administrator()
                .get(ApiClient.REQUESTS + "?name=" + name + ".test")
                .expect(200)
                .text("/certificate_signing_requests/0/metadata/id");
        try (WatchStream watch = watch("fieldSelector=metadata.name%3D" + name)) {
            watch.await(1);
            server.administrator()
                    .replace(id, Bodies.request(TestCsrs.p256("other." + name + ".test")))
                    .expect(200);
            watch.await(3);
            assertThat(watch.told()).containsExactly("ADDED " + name, "DELETED " + name, "ADDED " + name);
            List<JsonNode> lines = watch.lines();
            assertThat(lines.get(1).at("/object/metadata/uid"))
                    .isEqualTo(lines.get(0).at("/object/metadata/uid"))
                    .isNotEqualTo(lines.get(2).at("/object/metadata/uid"));
            assertThat(lines.get(1).at("/object/spec/request"))
                    .isEqualTo(lines.get(0).at("/object/spec/request"));
        }
    }

    @Test
    void finalizer_isToldAsAChange_andItsEndAsTheEnd() {
        String name = "finalized-" + NUMBERS.incrementAndGet();
        var object = object(name, OUTSIDE, TestCsrs.p256(name + ".test"));
        object.withObject("/metadata").putArray("finalizers").add("example.org/keep");
        try (WatchStream watch = watch("fieldSelector=metadata.name%3D" + name + "&resourceVersion=" + version())) {
            administrator.post(PATH, object).expect(201);
            administrator.delete(one(name)).expect(200);
            administrator
                    .patch(one(name), MERGE, "{\"metadata\":{\"finalizers\":null}}")
                    .expect(200);
            watch.await(3);
            assertThat(watch.told()).containsExactly("ADDED " + name, "MODIFIED " + name, "DELETED " + name);
            assertThat(watch.lines()
                            .get(1)
                            .at("/object/metadata/deletionTimestamp")
                            .isTextual())
                    .isTrue();
        }
    }

    @Test
    void whatIsForgotten_isExpired_andWhatIsNotThereYet_too() {
        made();
        String before = version();
        made();
        String forget = "UPDATE event_horizon SET position = $1 RETURNING position";
        Await.value(server.database().query(forget, Tuple.of(Long.parseLong(before) + 1)));
        Exchange gone = administrator
                .get(PATH + "?watch=true&resourceVersion=" + before)
                .expect(410);
        assertThat(gone.reason()).isEqualTo("Expired");
        administrator.get(PATH + "?watch=true&resourceVersion=99999999").expect(504);
        administrator.get(PATH + "?watch=true&sendInitialEvents=true").expect(422);
    }

    @Test
    void table_namesItsColumnsOnce_andTheBeginningEndsWithABookmark() {
        String name = made();
        String selected = "fieldSelector=metadata.name%3D" + name + "&timeoutSeconds=2";
        try (WatchStream watch = watch(selected, "Accept", TABLE)) {
            watch.await(1);
            label(name, "{\"a\":\"b\"}");
            watch.awaitEnd();
            List<JsonNode> lines = watch.lines();
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0).at("/object/columnDefinitions")).hasSize(6);
            assertThat(lines.get(1).at("/object/columnDefinitions")).isEmpty();
            assertThat(lines.get(1).at("/object/rows/0/cells/0").asText()).isEqualTo(name);
        }
        String initial = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
        try (WatchStream watch = watch(selected + initial)) {
            watch.await(2);
            assertThat(watch.told()).containsExactly("ADDED " + name, "BOOKMARK ");
            assertThat(watch.lines()
                            .get(1)
                            .at("/object/metadata/annotations")
                            .path("k8s.io/initial-events-end")
                            .asText())
                    .isEqualTo("true");
        }
        String deprecated = PATH.replace("v1/", "v1/watch/") + "/" + name + "?timeoutSeconds=1";
        try (WatchStream watch = WatchStream.open(server.uri(), server.first().roots(), token, deprecated)) {
            assertThat(watch.awaitEnd().told()).containsExactly("ADDED " + name);
        }
    }

    @Test
    void requester_isToldOfItsOwn_andNothingOnceItsTokenIsTakenBack() {
        MadeAccount requester = server.account(List.of("requester"), "**");
        Exchange lent = server.administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", requester.id())))
                .expect(201);
        token = lent.text("/status/token");
        try (WatchStream watch = watch("resourceVersion=" + version())) {
            made();
            String own = "own-" + NUMBERS.incrementAndGet();
            requester
                    .api()
                    .post(PATH, object(own, OUTSIDE, TestCsrs.p256(own + ".test")))
                    .expect(201);
            assertThat(watch.await(1).told()).containsExactly("ADDED " + own);
            server.administrator()
                    .delete(ApiClient.ACCESS_TOKENS + "/" + lent.id())
                    .expect(204);
            watch.awaitEnd();
        }
    }

    @Test
    void whoDoesNotRead_isCut_andTheOthersAreTold() {
        String name = made();
        String query = PATH + "?watch=true&resourceVersion=" + version();
        try (SlowSocket slow = SlowSocket.open(server.uri(), server.first().roots());
                WatchStream watch = watch("resourceVersion=" + version())) {
            slow.send("GET " + query + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
            String large = "x".repeat(60_000);
            for (int i = 0; i < 400; i++) {
                administrator
                        .patch(
                                one(name),
                                MERGE,
                                "{\"metadata\":{\"annotations\":{\"n\":\"" + i + "\",\"large\":\"" + large + "\"}}}")
                        .expect(200);
            }
            watch.await(400);
            assertThat(slow.readToEnd()).isLessThan(400L * 60_000);
        }
    }
}
