package dev.perennial.server.identity;

import dev.perennial.server.TestServer;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.TestCsrs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A token that was narrowed to some names gets at no others, by whatever way round. */
class NarrowedTokenIT {
    private static final String SERVER = "perennial.dev/server";

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.GRANTS_OR_PERSON, false);

    private static String account(String name, List<String> roles, List<String> signers, String... names) {
        return server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(Bodies.account("default", name, roles, names), "signers", signers))
                .expect(201)
                .id();
    }

    private static ApiClient narrowed(String id, String... names) {
        return server.nobody()
                .withToken(server.administrator()
                        .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id, "names", List.of(names))))
                        .expect(201)
                        .text("/status/token"));
    }

    private static String waiting(String name) {
        return server.account(List.of("requester"))
                .api()
                .submit(TestCsrs.p256(name))
                .expect(201)
                .id();
    }

    private static String decision(String id, String word) {
        return ApiClient.REQUESTS + "/" + id + "/" + word;
    }

    @Test
    void anAdministratorsNarrowedToken_makesAndChangesNobodyWithOtherNames() {
        String id = account("chief", List.of("administrator"), List.of(), "**.chief.test");
        String other = account("wide", List.of("requester"), List.of(), "**.wide.test");
        ApiClient narrow = narrowed(id, "one.chief.test");

        narrow.submit(TestCsrs.p256("one.chief.test")).expect(201);
        narrow.post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(
                                Bodies.account("default", "puppet", List.of("requester"), "one.chief.test"),
                                "password",
                                "correct horse battery"))
                .expectProblem(403, "unauthorized");
        narrow.post(
                        ApiClient.ACCOUNTS + "/" + other + "/password",
                        Bodies.spec(Map.of("password", "correct horse battery")))
                .expectProblem(403, "unauthorized");
        narrow.post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", other)))
                .expectProblem(403, "unauthorized");
        narrow.put(ApiClient.ACCOUNTS + "/" + id, Bodies.account("default", "chief", List.of("administrator"), "**"))
                .expectProblem(403, "unauthorized");
        narrow.post(ApiClient.TOKENS, Bodies.enrolmentToken("one.chief.test")).expectProblem(403, "unauthorized");
        narrow.get(ApiClient.TOKENS).expectProblem(403, "unauthorized");
        // What it sees is not narrowed.
        narrow.get(ApiClient.ACCOUNTS + "/" + other).expect(200);
    }

    @Test
    void aNarrowedToken_approvesNothing_whetherByRoleOrByGrant() {
        String byRole = account("security", List.of("security-administrator"), List.of(), "**.security.test");
        String byGrant = account("signing", List.of("reader"), List.of("approve:" + SERVER), "**.signing.test");
        for (ApiClient narrow : List.of(narrowed(byRole, "a.security.test"), narrowed(byGrant, "a.signing.test"))) {
            String request = waiting("waiting.test");
            narrow.post(decision(request, "approve"), Bodies.object().put("reason", "mine"))
                    .expectProblem(403, "unauthorized");
            narrow.post(decision(request, "deny"), Bodies.object().put("reason", "mine"))
                    .expectProblem(403, "unauthorized");
            server.administrator()
                    .post(decision(request, "deny"), Bodies.object().put("reason", "done"))
                    .expect(200);
        }
        server.nobody()
                .withToken(server.administrator()
                        .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", byGrant)))
                        .expect(201)
                        .text("/status/token"))
                .post(
                        decision(waiting("whole.test"), "approve"),
                        Bodies.object().put("reason", "seen"))
                .expect(200);
    }
}
