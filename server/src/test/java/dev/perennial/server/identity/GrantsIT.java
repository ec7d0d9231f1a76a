package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.TestCsrs;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose grants are judged when, and how many there may be. */
class GrantsIT {
    private static final String PASSWORD = "correct horse battery";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static String make(String orgId, String name, String... names) {
        return server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(Bodies.account(orgId, name, List.of("requester"), names), "password", PASSWORD))
                .expect(201)
                .id();
    }

    private static void change(ApiClient by, String id, ObjectNode body, int status) {
        by.put(ApiClient.ACCOUNTS + "/" + id, body).expect(status);
    }

    @Test
    void whoHoldsANameOfTheServer_logsIn_andIsDisabledByAnyAdministrator() {
        String id = make("default", "host", "localhost", "**.host.test");
        server.nobody()
                .withPassword("host", PASSWORD)
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of()))
                .expect(201);
        server.nobody()
                .withPassword("host", PASSWORD)
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("names", List.of("localhost"))))
                .expect(201);
        MadeAccount administrator = server.account(List.of("administrator"));
        ObjectNode disabled = Bodies.with(
                Bodies.account("default", "host", List.of("requester"), "localhost", "more.host.test"),
                "enabled",
                false);
        change(administrator.api(), id, disabled, 200);
        server.nobody().withPassword("host", PASSWORD).get("/v1/me").expectProblem(401, "unauthenticated");
        // Once taken away it is not his to give.
        change(administrator.api(), id, Bodies.account("default", "host", List.of("requester"), "more.host.test"), 200);
        change(administrator.api(), id, Bodies.account("default", "host", List.of("requester"), "localhost"), 403);
    }

    @Test
    void aGrantThatTheOrganisationNoLongerCovers_staysInTheWayOfNothing() {
        String orgId = server.organisation("**.wide.test", "**.other.test");
        String id = make(orgId, "left", "**.wide.test");
        String agent = server.administrator()
                .enrol(
                        server.administrator()
                                .post(
                                        ApiClient.TOKENS,
                                        Bodies.spec(Map.of("org_id", orgId, "names", List.of("a.wide.test"))))
                                .expect(201)
                                .text("/status/token"),
                        "left",
                        TestCsrs.keyPair())
                .expect(201)
                .id();
        server.administrator()
                .put(
                        ApiClient.ORGANISATIONS + "/" + orgId,
                        Bodies.spec(Map.of("name", "narrowed", "names", List.of("**.other.test"))))
                .expect(200);

        server.nobody()
                .withPassword(orgId + "/left", PASSWORD)
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of()))
                .expect(201);
        ApiClient administrator =
                server.accountOf(orgId, List.of("administrator")).api();
        ObjectNode kept = Bodies.account(orgId, "left", List.of("requester"), "**.wide.test", "b.other.test");
        change(administrator, id, Bodies.with(kept, "enabled", false), 200);
        change(
                administrator,
                id,
                Bodies.account(orgId, "left", List.of("requester"), "**.wide.test", "new.wide.test"),
                400);
        setNames(administrator, agent, 200, "a.wide.test", "c.other.test");
        setNames(administrator, agent, 400, "b.wide.test");
    }

    private static void setNames(ApiClient by, String agent, int status, String... names) {
        by.put(ApiClient.AGENTS + "/" + agent, Bodies.spec(Map.of("names", List.of(names))))
                .expect(status);
    }

    @Test
    void anAgentWithANameOfTheServer_isGivenOthersByAnyAdministrator() {
        EnrolledAgent agent = server.agent("localhost", "a.agent.test");
        ApiClient administrator = server.account(List.of("administrator")).api();
        setNames(administrator, agent.id(), 200, "localhost", "b.agent.test");
        setNames(administrator, agent.id(), 200, "b.agent.test");
        setNames(administrator, agent.id(), 403, "localhost", "b.agent.test");
    }

    @Test
    void aDisabledAccount_staysSo_whereNothingIsSaidOfIt() {
        String id = make("default", "silent");
        ObjectNode body = Bodies.account("default", "silent", List.of("reader"));
        assertThat(server.administrator()
                        .get(ApiClient.ACCOUNTS + "/" + id)
                        .at("/spec/enabled")
                        .asBoolean())
                .isTrue();
        change(server.administrator(), id, Bodies.with(body.deepCopy(), "enabled", false), 200);
        change(server.administrator(), id, body, 200);
        server.nobody().withPassword("silent", PASSWORD).get("/v1/me").expectProblem(401, "unauthenticated");
        change(server.administrator(), id, Bodies.with(body.deepCopy(), "enabled", true), 200);
        change(server.administrator(), id, body, 200);
        server.nobody().withPassword("silent", PASSWORD).get("/v1/me").expect(200);
    }

    @Test
    void aList_hasAtMostTwoHundredPatterns_ofAThousandCharacters() {
        String id = make("default", "lists");
        String[] most =
                IntStream.range(0, 200).mapToObj(i -> "n" + i + ".lists.test").toArray(String[]::new);
        String[] more =
                IntStream.range(0, 201).mapToObj(i -> "n" + i + ".lists.test").toArray(String[]::new);
        String longest = "uri:x:" + "y".repeat(1_018);
        String tooLong = longest + "y";
        for (String[] names : List.of(more, new String[] {tooLong})) {
            change(server.administrator(), id, Bodies.account("default", "lists", List.of("reader"), names), 400);
            server.administrator()
                    .post(ApiClient.ACCOUNTS, Bodies.account("default", "long", List.of("reader"), names))
                    .expectProblem(400, "malformed");
            server.administrator()
                    .post(ApiClient.TOKENS, Bodies.enrolmentToken(names))
                    .expectProblem(400, "malformed");
            server.administrator()
                    .post(ApiClient.ORGANISATIONS, Bodies.spec(Map.of("name", "long", "names", List.of(names))))
                    .expectProblem(400, "malformed");
            server.administrator()
                    .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id, "names", List.of(names))))
                    .expectProblem(400, "malformed");
        }
        change(server.administrator(), id, Bodies.account("default", "lists", List.of("reader"), most), 200);
        change(server.administrator(), id, Bodies.account("default", "lists", List.of("reader"), longest), 200);
        ObjectNode signers = Bodies.account("default", "lists", List.of("reader"));
        List<String> tooMany = IntStream.range(0, 201)
                .mapToObj(i -> "approve:example.com/s" + i)
                .toList();
        change(server.administrator(), id, Bodies.with(signers, "signers", tooMany), 400);
    }
}
