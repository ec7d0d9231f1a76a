package dev.perennial.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Things of the organisation {@code default}, each with its owner, and the call of each route that is about them. */
final class AccessTargets {
    private static final String PASSWORD = "correct horse battery";

    private final TestServer server;
    private final MadeAccount owner;
    private final EnrolledAgent agent;
    private final Exchange request;
    private final Exchange held;
    private final Exchange agentRequest;
    private final Exchange agentHeld;
    private final String organisationId;
    private final String enrolmentTokenId;
    private final String accessTokenId;
    private final ClientIdentity certificate;
    private final String auditEventId;
    private final String authorityId;
    private final Exchange signer;
    private final String onHoldId;
    private final String revocationId;
    private final String ownAuthorityId;
    private final String pendingAuthorityId;

    AccessTargets(TestServer server) {
        this.server = server;
        this.owner = owner(server);
        this.agent = server.agent("**.owner.test");
        this.request = owner.api().submit(TestCsrs.p256("a.owner.test")).expect(201);
        this.held = owner.api().submit(TestCsrs.p256("held.test")).expect(201);
        this.agentRequest = agent.api().submit(TestCsrs.p256("b.owner.test")).expect(201);
        this.agentHeld = agent.api().submit(TestCsrs.p256("held.test")).expect(201);
        this.organisationId = server.organisation("**.elsewhere.test");
        ApiClient administrator = server.administrator();
        this.enrolmentTokenId = administrator
                .post(ApiClient.TOKENS, Bodies.enrolmentToken("**.owner.test"))
                .expect(201)
                .id();
        this.accessTokenId = administrator
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", owner.id())))
                .expect(201)
                .id();
        this.auditEventId = administrator
                .get(ApiClient.AUDIT + "?object_id=" + request.id())
                .expect(200)
                .text("/audit_events/0/id");
        this.authorityId = server.authorityId();
        this.signer = administrator.post(ApiClient.SIGNERS, signer(newSigner())).expect(201);
        this.onHoldId = owner.api()
                .submit(TestCsrs.p256("hold.owner.test"))
                .expect(201)
                .certificateIds()
                .get(0);
        administrator
                .post(ApiClient.CERTIFICATES + "/" + onHoldId + "/revoke", Bodies.revocation("certificateHold"))
                .expect(200);
        this.revocationId =
                administrator.post("/v1/revocations", revocation()).expect(201).id();
        this.ownAuthorityId = administrator
                .post(ApiClient.AUTHORITIES, authority("root"))
                .expect(201)
                .id();
        this.pendingAuthorityId = administrator
                .post(ApiClient.AUTHORITIES, authority("intermediate"))
                .expect(201)
                .id();
        KeyPair key = TestCsrs.keyPair();
        this.certificate = ClientIdentity.of(
                key,
                owner.api()
                        .submit(TestCsrs.p256(key, "client.owner.test"))
                        .expect(201)
                        .text("/status/certificates/0/spec/certificate"));
    }

    private static ObjectNode authority(String type) {
        String name = "CA " + UUID.randomUUID();
        return Bodies.spec(Map.of("org_id", "default", "name", name, "type", type, "key", "ec-p256"));
    }

    /** An account with a password, which ended the token that it had, and another token. */
    private static MadeAccount owner(TestServer server) {
        MadeAccount made = server.account(List.of("requester"), "**.owner.test");
        ApiClient administrator = server.administrator();
        administrator
                .post(ApiClient.ACCOUNTS + "/" + made.id() + "/password", Bodies.spec(Map.of("password", PASSWORD)))
                .expect(200);
        String token = administrator
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", made.id())))
                .expect(201)
                .text("/status/token");
        return new MadeAccount(made.id(), made.name(), server.nobody().withToken(token));
    }

    private ObjectNode revocation() {
        return Bodies.spec(
                Map.of("org_id", "default", "reason", "superseded", "query", Map.of("csr_id", request.id())));
    }

    /** Who owns what the route is about: the agent itself, the account with its password, or who made the request. */
    ApiClient owner(String path) {
        if (path.startsWith(ApiClient.AGENTS)) {
            return agent.api();
        }
        return path.startsWith(ApiClient.ACCOUNTS) || path.startsWith(ApiClient.ACCESS_TOKENS)
                ? server.nobody().as(certificate).withPassword(owner.name(), PASSWORD)
                : owner.api();
    }

    private static String newSigner() {
        return "owner.test/s" + Integer.toHexString(TestCsrs.keyPair().hashCode());
    }

    private ObjectNode signer(String name) {
        return Bodies.signer(name, authorityId, "server");
    }

    /** The certificate that the calls about client certificates are made with. */
    ClientIdentity certificate() {
        return certificate;
    }

    String path(String route) {
        return path("DELETE", route);
    }

    /** What is deleted, and certified, is a CA that waits for its certificate. */
    String path(String method, String route) {
        boolean pending = method.equals("DELETE") || route.endsWith("/certificate");
        boolean ofAgent = route.startsWith(ApiClient.AGENTS);
        boolean decides = route.endsWith("/approve") || route.endsWith("/deny");
        Exchange about = ofAgent ? (decides ? agentHeld : agentRequest) : (decides ? held : request);
        if (route.equals("/ocsp/")) {
            return route + "MAA=";
        }
        return route.replace(":csr_id", about.id())
                .replace(":connector_id", agent.id())
                .replace(
                        ":certificate_id",
                        route.endsWith("/release")
                                ? onHoldId
                                : request.certificateIds().get(0))
                .replace(":revocation_id", revocationId)
                .replace(":enrolment_token_id", enrolmentTokenId)
                .replace(":organisation_id", organisationId)
                .replace(":account_id", owner.id())
                .replace(":access_token_id", accessTokenId)
                .replace(":sha256", "ab".repeat(32))
                .replace(":authority_id", pending ? pendingAuthorityId : ownAuthorityId)
                .replace(":audit_event_id", auditEventId)
                .replace(":signer_id", signer.id())
                .replace(":slug", "malformed")
                .replace(":ca_file", "unknown.crt");
    }

    /** What a caller would send who may. */
    @Nullable
    JsonNode body(String method, String route) {
        return switch (method + " " + route) {
            case "POST /v1/certificate_signing_requests" -> Bodies.request(TestCsrs.p256("new.owner.test"));
            case "POST /v1/agent_connectors/:connector_id/certificate_signing_requests" ->
                Bodies.request(TestCsrs.p256("new.owner.test"));
            case "PUT /v1/certificate_signing_requests/:csr_id",
                    "PUT /v1/agent_connectors/:connector_id/certificate_signing_requests/:csr_id" ->
                Bodies.request(TestCsrs.p256("other.owner.test"));
            case "POST /v1/certificate_signing_requests/reissue" ->
                Bodies.reissue(request.id(), request.text("/status/certificates/0/status/not_after"));
            case "POST /v1/certificates" ->
                Bodies.spec(Map.of(
                        "org_id",
                        "default",
                        "csr_id",
                        held.id(),
                        "certificate",
                        request.text("/status/certificates/0/spec/certificate")));
            case "POST /v1/certificates/:certificate_id/revoke" -> Bodies.revocation("superseded");
            case "POST /v1/certificates/:certificate_id/release" ->
                Bodies.object().put("reason", "found");
            case "POST /v1/certificates/revoke_by_key" -> Bodies.spec(Map.of());
            case "POST /v1/revocations" -> revocation();
            case "POST /ocsp" -> Bodies.object();
            case "POST /v1/enrolment_tokens" -> Bodies.enrolmentToken("**.owner.test");
            case "POST /v1/agent_connectors" ->
                Bodies.spec(Map.of("name", "host", "request", TestCsrs.withSubject(TestCsrs.keyPair(), "")));
            case "PUT /v1/agent_connectors/:connector_id" -> Bodies.spec(Map.of("names", List.of("a.owner.test")));
            case "POST /v1/agent_connectors/:connector_id/identity" ->
                Bodies.spec(Map.of("request", TestCsrs.withSubject(TestCsrs.keyPair(), "")));
            case "POST /v1/agent_connectors/:connector_id/recovery" -> Bodies.spec(Map.of());
            case "POST /v1/agent_connectors/:connector_id/report" ->
                Bodies.report(agentRequest.text("/status/certificates/0/status/sha256"), true, true);
            case "POST /v1/organisations" ->
                Bodies.spec(Map.of("name", "new " + TestCsrs.keyPair().hashCode(), "names", List.of("**.new.test")));
            case "PUT /v1/organisations/:organisation_id" ->
                Bodies.spec(Map.of("name", "other " + organisationId, "names", List.of("**.other.test")));
            case "POST /v1/certificate_authorities" -> authority("root");
            case "POST /v1/certificate_authorities/:authority_id/certificate" ->
                Bodies.spec(Map.of("certificate", server.first().roots()));
            case "POST /v1/accounts" ->
                Bodies.account("default", "new" + TestCsrs.keyPair().hashCode(), List.of("reader"));
            case "PUT /v1/accounts/:account_id" ->
                Bodies.account("default", owner.name(), List.of("administrator"), "**");
            case "POST /v1/accounts/:account_id/password" -> Bodies.spec(Map.of("password", "another horse battery"));
            case "POST /v1/signers" -> signer(newSigner());
            case "PUT /v1/signers/:signer_id" -> Bodies.with(signer(signer.text("/spec/name")), "validity", "P20D");
            case "POST /v1/access_tokens" -> Bodies.spec(Map.of("account", owner.id()));
            default ->
                route.endsWith("/approve") || route.endsWith("/deny")
                        ? Bodies.object().put("reason", "because")
                        : null;
        };
    }
}
