package dev.perennial.server.kubernetes;

import static dev.perennial.server.testing.KubernetesObjects.PATH;
import static dev.perennial.server.testing.KubernetesObjects.object;
import static dev.perennial.server.testing.KubernetesObjects.one;
import static dev.perennial.server.testing.KubernetesObjects.with;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Golden;
import dev.perennial.server.testing.KubernetesClients;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.WatchStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Objects, lists, tables, events and statuses as the page and the contract describe them, whole, as golden files. */
class SamplesIT {
    private static final String SIGNER = "perennial.dev/server";

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.PERSON, false);

    private final MadeAccount account = server.accountOf(server.organisation("**"), List.of("administrator"), "**");
    private final ApiClient api = account.api();

    private static void check(String name, Exchange answer) {
        Golden.check("kubernetes/" + name, answer.body());
    }

    private Exchange made(String name) {
        ObjectNode object = object(name, SIGNER, TestCsrs.p256(name + ".test"));
        object.withObject("/metadata").putObject("labels").put("tier", "one");
        object.withObject("/spec").put("expirationSeconds", 7_200);
        return api.post(PATH, object).expect(201);
    }

    @Test
    void object_isMade_listed_approved_andDeleted() {
        Exchange made = made("sample");
        check("created", made);
        check("list", api.get(PATH).expect(200));
        check(
                "table",
                api.get(PATH, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                        .expect(200));
        check(
                "approved",
                api.put(one("sample") + "/approval", with(made.copy(), "Approved"))
                        .expect(200));
        check("deleted", api.delete(one("sample")).expect(200));
    }

    @Test
    void watch_tellsEvents() {
        String token = KubernetesClients.tokenOf(server, account);
        made("watched");
        String query = PATH + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan";
        try (WatchStream watch = WatchStream.open(server.uri(), server.first().roots(), token, query)) {
            watch.await(2);
            Golden.check("kubernetes/event-added", watch.lines().get(0));
            Golden.check("kubernetes/event-bookmark", watch.lines().get(1));
        }
    }

    @Test
    void noes_areStatuses() {
        Exchange made = made("refused");
        check("unauthorized", server.nobody().get(PATH).expect(401));
        check(
                "forbidden",
                server.account(List.of("reader"))
                        .api()
                        .send("POST", PATH, made.body().toString())
                        .expect(403));
        check("not-found", api.get(one("nowhere")).expect(404));
        check(
                "already-exists",
                api.post(PATH, object("refused", SIGNER, TestCsrs.p256("refused.test")))
                        .expect(409));
        ObjectNode otherVersion = made.copy();
        otherVersion.withObject("/metadata").put("resourceVersion", "999999");
        check("conflict", api.put(one("refused"), otherVersion).expect(409));
        ObjectNode wrong = object("wrong", "one-label/x", TestCsrs.p256("wrong.test"));
        ((ArrayNode) wrong.at("/spec/usages")).add("server auth");
        check("invalid", api.post(PATH, wrong).expect(422));
        made("another");
        String before = PATH + "?resourceVersionMatch=Exact&resourceVersion=" + made.text("/metadata/resourceVersion");
        check("expired", api.get(before).expect(410));
    }

    @Test
    void discovery_isThatOfOneGroup() {
        check("api-group-list", api.get("/apis").expect(200));
        check("api-group", api.get("/apis/certificates.k8s.io").expect(200));
        check("api-resource-list", api.get("/apis/certificates.k8s.io/v1").expect(200));
        check("api-versions", api.get("/api").expect(200));
    }
}
