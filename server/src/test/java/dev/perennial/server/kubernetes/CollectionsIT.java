package dev.perennial.server.kubernetes;

import static dev.perennial.server.testing.KubernetesObjects.MERGE;
import static dev.perennial.server.testing.KubernetesObjects.OUTSIDE;
import static dev.perennial.server.testing.KubernetesObjects.PATH;
import static dev.perennial.server.testing.KubernetesObjects.object;
import static dev.perennial.server.testing.KubernetesObjects.one;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists, page after page, what is deleted of them, and what finalizers hold (contracts/kubernetes.md §7, §8). */
class CollectionsIT {
    private static final String SIGNER = "perennial.dev/server";
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.PERSON, false);

    private final ApiClient administrator =
            server.account(List.of("administrator"), "**").api();

    private static String name() {
        return "listed-" + NUMBERS.incrementAndGet();
    }

    private Exchange made(ObjectNode object) {
        return administrator.post(PATH, object).expect(201);
    }

    @Test
    void finalizer_holdsTheObject_notTheWithdrawal() {
        String name = name();
        ObjectNode object = object(name, SIGNER, TestCsrs.p256("held-here.test"));
        object.withObject("/metadata").putArray("finalizers").add("example.org/keep");
        made(object);
        Exchange deleted = administrator.delete(one(name)).expect(200);
        assertThat(deleted.text("/metadata/deletionTimestamp")).isNotEmpty();
        Exchange still = administrator.get(one(name)).expect(200);
        assertThat(administrator.get(PATH).expect(200).body().toString()).contains(name);
        String id = server.administrator()
                .get(ApiClient.REQUESTS + "?name=held-here.test")
                .expect(200)
                .body()
                .toString();
        assertThat(id).doesNotContain("held-here.test");
        administrator.post(PATH, object).expect(409);
        ObjectNode without = still.copy();
        without.withObject("/metadata").remove("finalizers");
        administrator.put(one(name), without).expect(200);
        administrator.get(one(name)).expect(404);
    }

    @Test
    void finalizers_areCounted_soThatWhatTheyHoldHasRoomInAList() {
        Await.value(server.database().inOneStatement("""
                        INSERT INTO kubernetes_objects (request_id, org_id, name, born, generation, finalizers, created)
                        SELECT 'held' || n, 'default', 'held-' || n, true, 1, ARRAY ['a/b'], now()
                        FROM generate_series(1, 1000) AS n
                        """, Tuple.tuple()));
        String name = name();
        ObjectNode object = object(name, OUTSIDE, TestCsrs.p256(name + ".test"));
        made(object);
        String holds = "{\"metadata\":{\"finalizers\":[\"example.org/keep\"]}}";
        assertThat(administrator.patch(one(name), MERGE, holds).expect(429).text("/message"))
                .contains("1000 objects of your organisation have finalizers");
        object.withObject("/metadata")
                .put("name", name())
                .putArray("finalizers")
                .add("example.org/keep");
        administrator.post(PATH, object).expect(429);
        Await.value(server.database()
                .inOneStatement("DELETE FROM kubernetes_objects WHERE request_id LIKE 'held%'", Tuple.tuple()));
        administrator.patch(one(name), MERGE, holds).expect(200);
    }

    @Test
    void collection_isDeletedAsSelected_andNothingThatWasMadeElsewhere() {
        String mine = name();
        String other = name();
        for (String name : List.of(mine, other)) {
            ObjectNode object = object(name, OUTSIDE, TestCsrs.p256(name + ".test"));
            object.withObject("/metadata").putObject("labels").put("name", name);
            made(object);
        }
        String fleet = server.administrator()
                .submit(TestCsrs.p256("fleet.test"))
                .expect(201)
                .id();
        Exchange deleted = administrator
                .delete(PATH + "?labelSelector=name%20in%20(" + mine + ")")
                .expect(200);
        assertThat(deleted.at("/items")).hasSize(1);
        administrator.get(one(mine)).expect(404);
        administrator.get(one(other)).expect(200);
        ApiClient requester = server.account(List.of("requester"), "**").api();
        String own = name();
        requester.post(PATH, object(own, OUTSIDE, TestCsrs.p256(own + ".test"))).expect(201);
        assertThat(requester.delete(PATH).expect(200).at("/items")).hasSize(1);
        administrator.get(one(own)).expect(404);
        administrator.get(one(other)).expect(200);
        administrator.delete(PATH + "/").expect(400);
        administrator.delete(PATH).expect(200);
        administrator.get(one(other)).expect(404);
        administrator.get(one(fleet)).expect(200);
        assertThat(administrator.delete(one(fleet)).expect(403).text("/message"))
                .contains("not made at this door");
    }

    @Test
    void pages_goOnAfterEachOther_andTellTheirVersion() {
        for (int i = 0; i < 5; i++) {
            ObjectNode object = object(name(), OUTSIDE, TestCsrs.p256(name() + ".test"));
            object.withObject("/metadata").putObject("labels").put("page", "yes");
            made(object);
        }
        List<String> names = new ArrayList<>();
        String next = "";
        String version = "";
        do {
            Exchange page = administrator
                    .get(PATH + "?limit=2&labelSelector=page%3Dyes" + (next.isEmpty() ? "" : "&continue=" + next))
                    .expect(200);
            page.at("/items").forEach(one -> names.add(one.at("/metadata/name").asText()));
            next = page.at("/metadata/continue").asText();
            assertThat(version).isIn("", page.text("/metadata/resourceVersion"));
            version = page.text("/metadata/resourceVersion");
        } while (!next.isEmpty());
        assertThat(names).hasSize(5).doesNotHaveDuplicates();
        administrator.get(PATH + "?continue=nonsense").expect(400);
        administrator
                .get(PATH + "?resourceVersion=1&resourceVersionMatch=Exact")
                .expect(410);
        administrator.get(PATH + "?resourceVersion=999999999").expect(504);
    }
}
