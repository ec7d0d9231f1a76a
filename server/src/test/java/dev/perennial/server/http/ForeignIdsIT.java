package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every id inside a body or a query, tried with another organisation's by an administrator who may do all in his own. */
class ForeignIdsIT {
    /** The properties of bodies that name something by an id, and {@link #calls} has each. */
    private static final Set<String> TRIED =
            Set.of("org_id", "csr_id", "connector_id", "account", "certificate_sha256", "ca_id", "issuer_id");

    /** What an id in a body is called. */
    private static final String ID = ".*_id|account|certificate_sha256";

    /** An own word of the requester for a key that it holds itself: it names nothing here. */
    private static final Set<String> NO_IDS = Set.of("private_key_id");

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private record Call(String method, String path, ObjectNode body, int expected) {}

    @Test
    void everyIdInABody_isTried() throws IOException {
        Set<String> ids = new TreeSet<>();
        try (InputStream in = ForeignIdsIT.class.getResourceAsStream("/openapi.yaml")) {
            JsonNode schemas = new YAMLMapper().readTree(in).at("/components/schemas");
            schemas.properties().forEach(schema -> {
                if (schema.getKey().matches(".*(Order|Upload|Change|Report)")) {
                    addIds(schema.getValue(), ids);
                }
            });
        }
        assertThat(ids).containsExactlyInAnyOrderElementsOf(TRIED);
    }

    private static void addIds(JsonNode schema, Set<String> ids) {
        schema.properties().forEach(property -> {
            if (property.getKey().matches(ID) && !NO_IDS.contains(property.getKey())) {
                ids.add(property.getKey());
            }
            addIds(property.getValue(), ids);
        });
    }

    @Test
    void anotherOrganisationsId_isNotThere() {
        String org = server.organisation("**");
        MadeAccount theirs = server.accountOf(org, List.of("requester"), "**");
        String pem = TestCsrs.p256("theirs.test");
        Exchange request = theirs.api()
                .post(ApiClient.REQUESTS, Bodies.with(Bodies.request(pem), "org_id", org))
                .expect(201);
        MadeAccount ours = server.account(List.of("administrator"), "**");
        Exchange own = ours.api().submit(TestCsrs.p256("ours.test")).expect(201);
        EnrolledAgent agent = server.agent("**");
        String authority = server.authorityId();
        Exchange signer = server.administrator()
                .post(
                        ApiClient.SIGNERS,
                        Bodies.with(Bodies.signer("theirs.test/web", authority, "server"), "org_id", org))
                .expect(201);

        String theirAgent = agentOf(org);

        List<Call> all = new ArrayList<>(calls(org, theirs, request, own, agent, theirAgent));
        all.addAll(signerCalls(org, signer, own));
        for (Call call : all) {
            ApiClient caller = call.path().startsWith(ApiClient.AGENTS) ? agent.api() : ours.api();
            caller.send(
                            call.method(),
                            call.path(),
                            call.body() == null ? null : call.body().toString())
                    .expect(call.expected());
        }
        Exchange after = theirs.api().request(request.id()).expect(200);
        assertThat(after.body()).isEqualTo(request.body());
        // The same PKCS#10 is no duplicate across organisations: each has a name space of its own.
        ours.api().submit(pem).expect(201);
    }

    private static List<Call> signerCalls(String org, Exchange signer, Exchange own) {
        String path = ApiClient.SIGNERS + "/" + signer.id();
        ObjectNode named = Bodies.request(TestCsrs.p256("m.test"), "target_issuer", signer.text("/spec/name"));
        ObjectNode made = Bodies.signer("ours.test/web", server.authorityId(), "server");
        String identity = Await.value(
                        server.database().query("SELECT id FROM authorities WHERE role = 'identity'", Tuple.tuple()))
                .iterator()
                .next()
                .getString("id");
        return List.of(
                new Call("POST", ApiClient.REQUESTS, named, 400),
                new Call("POST", ApiClient.REQUESTS + "?dry_run=true", named, 400),
                new Call("PUT", ApiClient.REQUESTS + "/" + own.id(), named, 400),
                new Call("GET", path, null, 404),
                new Call("PUT", path, signer.copy(), 404),
                new Call("POST", ApiClient.SIGNERS, Bodies.with(made.deepCopy(), "org_id", org), 404),
                new Call("POST", ApiClient.SIGNERS, Bodies.with(made.deepCopy(), "ca_id", identity), 400));
    }

    /** An agent of that organisation that has a certificate. */
    private static String agentOf(String org) {
        ApiClient administrator = server.administrator();
        String token = administrator
                .post(ApiClient.TOKENS, Bodies.with(Bodies.enrolmentToken("**"), "org_id", org))
                .expect(201)
                .text("/status/token");
        KeyPair key = TestCsrs.keyPair();
        Exchange enrolled = server.nobody()
                .withToken(token)
                .post(
                        ApiClient.AGENTS,
                        Bodies.spec(Map.of("org_id", org, "name", "theirs", "request", TestCsrs.withSubject(key, ""))))
                .expect(201);
        server.nobody()
                .as(ClientIdentity.of(key, enrolled.text("/status/identity")))
                .post(
                        ApiClient.REQUESTS,
                        Bodies.with(Bodies.request(TestCsrs.p256("agent.theirs.test")), "org_id", org))
                .expect(201);
        return enrolled.id();
    }

    private static ObjectNode revocation(String org, String condition, String id) {
        return Bodies.spec(Map.of("org_id", org, "reason", "superseded", "query", Map.of(condition, id)));
    }

    private static List<Call> calls(
            String org, MadeAccount theirs, Exchange request, Exchange own, EnrolledAgent agent, String theirAgent) {
        ObjectNode newRequest = Bodies.with(Bodies.request(TestCsrs.p256("n.test")), "org_id", org);
        String notAfter = request.text("/status/certificates/0/status/not_after");
        ObjectNode upload = Bodies.spec(Map.of(
                "org_id",
                "default",
                "csr_id",
                request.id(),
                "certificate",
                own.text("/status/certificates/0/spec/certificate"),
                "ca",
                own.text("/status/certificates/0/spec/ca") + server.first().roots()));
        ObjectNode root = Bodies.spec(Map.of("org_id", org, "name", "Their root", "type", "root"));
        String authority = server.administrator()
                .post(ApiClient.AUTHORITIES, root)
                .expect(201)
                .id();
        ObjectNode below = Bodies.spec(
                Map.of("org_id", "default", "name", "Ours", "type", "intermediate", "issuer_id", authority));
        return List.of(
                new Call("POST", ApiClient.AUTHORITIES, below, 404),
                new Call("POST", ApiClient.AUTHORITIES, root, 404),
                new Call("GET", ApiClient.AUTHORITIES + "?org_id=" + org, null, 404),
                new Call("GET", ApiClient.AUTHORITIES + "/" + authority, null, 404),
                new Call("POST", ApiClient.REQUESTS, newRequest, 404),
                new Call("POST", ApiClient.REQUESTS + "?dry_run=true", newRequest, 404),
                new Call("PUT", ApiClient.REQUESTS + "/" + own.id(), newRequest, 404),
                new Call("POST", ApiClient.REQUESTS + "/reissue", Bodies.reissue(request.id(), notAfter), 404),
                new Call(
                        "POST",
                        ApiClient.REQUESTS + "/reissue",
                        Bodies.with(Bodies.reissue(request.id(), notAfter), "org_id", org),
                        404),
                new Call("POST", ApiClient.CERTIFICATES, upload, 404),
                new Call("POST", ApiClient.CERTIFICATES, Bodies.with(upload.deepCopy(), "org_id", org), 404),
                new Call("POST", ApiClient.TOKENS, Bodies.with(Bodies.enrolmentToken("**"), "org_id", org), 404),
                new Call("POST", ApiClient.ACCOUNTS, Bodies.account(org, "spy", List.of("administrator")), 404),
                new Call("POST", ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", theirs.id())), 404),
                new Call("POST", ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("org_id", org)), 404),
                new Call(
                        "POST",
                        ApiClient.AGENTS + "/" + agent.id() + "/report",
                        Bodies.report(request.text("/status/certificates/0/status/sha256"), true, true),
                        404),
                new Call("POST", "/v1/revocations", revocation(org, "csr_id", request.id()), 404),
                new Call("POST", "/v1/revocations", revocation("default", "csr_id", request.id()), 404),
                new Call("POST", "/v1/revocations", revocation("default", "connector_id", theirAgent), 404),
                new Call("GET", "/v1/revocations?org_id=" + org, null, 404),
                new Call("GET", ApiClient.REQUESTS + "?org_id=" + org, null, 404),
                new Call("GET", ApiClient.REQUESTS + "/" + own.id() + "?org_id=" + org, null, 404),
                new Call("GET", ApiClient.CERTIFICATES + "?org_id=" + org, null, 404),
                new Call("GET", ApiClient.ACCOUNTS + "?org_id=" + org, null, 404),
                new Call("GET", ApiClient.ACCESS_TOKENS + "?org_id=" + org, null, 404),
                new Call("GET", ApiClient.TOKENS + "?org_id=" + org, null, 404),
                new Call("GET", ApiClient.AGENTS + "?org_id=" + org, null, 404));
    }
}
