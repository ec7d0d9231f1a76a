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
import dev.perennial.server.testing.FastlyBodies;
import dev.perennial.server.testing.KubernetesObjects;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Things of the organisation {@code default}, each with its owner and made when it is first asked for, and the call of each
 * route that is about them.
 */
final class AccessTargets {
    private static final String PASSWORD = "correct horse battery";

    private static final Pattern PLACEHOLDER = Pattern.compile(":[a-z0-9_]+");

    private final TestServer server;
    private final Once<MadeAccount> owner = new Once<>(this::makeOwner);
    private final Once<EnrolledAgent> agent = new Once<>(this::makeAgent);
    private final Once<Exchange> request =
            new Once<>(() -> submitted(owner.get().api(), "a.owner.test"));
    private final Once<Exchange> held = new Once<>(() -> submitted(owner.get().api(), "held.test"));
    private final Once<Exchange> agentRequest =
            new Once<>(() -> submitted(agent.get().api(), "b.owner.test"));
    private final Once<Exchange> agentHeld =
            new Once<>(() -> submitted(agent.get().api(), "held.test"));
    private final Once<String> organisationId = new Once<>(this::makeOrganisation);
    private final Once<String> enrolmentTokenId = new Once<>(
            () -> made(ApiClient.TOKENS, Bodies.enrolmentToken("**.owner.test")).id());
    private final Once<String> accessTokenId =
            new Once<>(() -> made(ApiClient.ACCESS_TOKENS, accessToken()).id());
    private final Once<ClientIdentity> certificate = new Once<>(this::makeCertificate);
    private final Once<String> serverKeyId = new Once<>(this::makeServerKey);
    private final Once<String> unusedKeyId = new Once<>(this::makeUnusedKey);
    private final Once<String> objectName = new Once<>(this::makeObject);
    private final Once<Exchange> signer = new Once<>(() -> made(ApiClient.SIGNERS, signer(newSigner())));
    private final Once<String> onHoldId = new Once<>(this::makeOnHold);
    private final Once<String> revocationId =
            new Once<>(() -> made("/v1/revocations", revocation()).id());
    private final Once<String> authorityId =
            new Once<>(() -> made(ApiClient.AUTHORITIES, authority("root")).id());
    private final Once<String> pendingAuthorityId = new Once<>(
            () -> made(ApiClient.AUTHORITIES, authority("intermediate")).id());

    private final NotaryTargets notary;

    AccessTargets(TestServer server) {
        this.server = server;
        this.notary = new NotaryTargets(server, owner, authorityId, pendingAuthorityId);
    }

    private static Exchange submitted(ApiClient by, String name) {
        return by.submit(TestCsrs.p256(name)).expect(201);
    }

    private Exchange made(String path, JsonNode body) {
        return server.administrator().post(path, body).expect(201);
    }

    private EnrolledAgent makeAgent() {
        return server.agent("**.owner.test");
    }

    private String makeOrganisation() {
        return server.organisation("**.elsewhere.test");
    }

    private ObjectNode accessToken() {
        return Bodies.spec(Map.of("account", owner.get().id()));
    }

    private String makeOnHold() {
        String id =
                submitted(owner.get().api(), "hold.owner.test").certificateIds().get(0);
        server.administrator()
                .post(ApiClient.CERTIFICATES + "/" + id + "/revoke", Bodies.revocation("certificateHold"))
                .expect(200);
        return id;
    }

    private ClientIdentity makeCertificate() {
        KeyPair key = TestCsrs.keyPair();
        return ClientIdentity.of(
                key,
                owner.get()
                        .api()
                        .submit(TestCsrs.p256(key, "client.owner.test"))
                        .expect(201)
                        .text("/status/certificates/0/spec/certificate"));
    }

    private String auditEventId() {
        return server.administrator()
                .get(ApiClient.AUDIT + "?object_id=" + request.get().id())
                .expect(200)
                .text("/audit_events/0/id");
    }

    private static ObjectNode authority(String type) {
        String name = "CA " + UUID.randomUUID();
        return Bodies.spec(Map.of("org_id", "default", "name", name, "type", type, "key", "ec-p256"));
    }

    /** An account with a password, which ended the token that it had, and another token. */
    private MadeAccount makeOwner() {
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
        return Bodies.spec(Map.of(
                "org_id",
                "default",
                "reason",
                "superseded",
                "query",
                Map.of("csr_id", request.get().id())));
    }

    /** Who owns what the route is about: the agent itself, the account with its password, or who made the request. */
    ApiClient owner(String path) {
        if (path.startsWith(ApiClient.AGENTS)) {
            return agent.get().api();
        }
        return path.startsWith(ApiClient.ACCOUNTS)
                        || path.startsWith(ApiClient.ACCESS_TOKENS)
                        || NotaryTargets.needsPassword(path)
                ? server.nobody().as(certificate()).withPassword(owner.get().name(), PASSWORD)
                : owner.get().api();
    }

    /** With a condition, which is Approved or one that decides nothing. */
    private ObjectNode conditioned(String type) {
        ObjectNode object = Bodies.object();
        object.putObject("metadata").put("name", held.get().id());
        object.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", type)
                .put("status", "True");
        return object;
    }

    private ObjectNode labelled() {
        ObjectNode object = Bodies.object();
        object.putObject("metadata")
                .put("name", request.get().id())
                .putObject("labels")
                .put("tier", "one");
        return object;
    }

    private static ObjectNode object() {
        String name = "new-" + UUID.randomUUID();
        return KubernetesObjects.object(name, "perennial.dev/server", TestCsrs.p256("new.owner.test"));
    }

    /** The name of an object that was made at the Kubernetes door. */
    private String makeObject() {
        return owner.get()
                .api()
                .post(KubernetesObjects.PATH, object())
                .expect(201)
                .text("/metadata/name");
    }

    /** One that a request holds, but for what deletes it. */
    private String makeServerKey() {
        return owner.get()
                .api()
                .post("/tls/certificate_signing_requests", FastlyBodies.request("key.owner.test"))
                .expect(201)
                .text("/data/relationships/tls_private_key/data/id");
    }

    private String makeUnusedKey() {
        return owner.get()
                .api()
                .post("/tls/private_keys", FastlyBodies.key(TestCsrs.keyPair()))
                .expect(201)
                .text("/data/id");
    }

    private static String newSigner() {
        return "owner.test/s" + Integer.toHexString(TestCsrs.keyPair().hashCode());
    }

    private ObjectNode signer(String name) {
        return Bodies.signer(name, server.authorityId(), "server");
    }

    /** The certificate that the calls about client certificates are made with. */
    ClientIdentity certificate() {
        return certificate.get();
    }

    String path(String route) {
        return path("DELETE", route);
    }

    String path(String method, String route) {
        return PLACEHOLDER.matcher(route).replaceAll(found -> id(method, route, found.group()))
                + (route.equals("/ocsp/") ? "MAA=" : "")
                + (route.contains("/watch/") ? "?timeoutSeconds=1" : "");
    }

    private String id(String method, String route, String placeholder) {
        if (NotaryTargets.isOf(route)) {
            return notary.number(method, route, placeholder);
        }
        boolean decides = route.endsWith("/approve")
                || route.endsWith("/deny")
                || !method.equals("GET") && (route.endsWith("/approval") || route.endsWith("/status"));
        return switch (placeholder) {
            case ":name" ->
                method.equals("DELETE")
                        ? objectName.get()
                        : request(false, decides).id();
            case ":number" -> requestNumber();
            case ":csr_id" ->
                request(route.startsWith(ApiClient.AGENTS), decides).id();
            case ":connector_id" -> agent.get().id();
            case ":certificate_id" ->
                route.endsWith("/release")
                        ? onHoldId.get()
                        : request.get().certificateIds().get(0);
            case ":revocation_id" -> revocationId.get();
            case ":enrolment_token_id" -> enrolmentTokenId.get();
            case ":organisation_id" -> organisationId.get();
            case ":account_id" -> owner.get().id();
            case ":access_token_id" -> accessTokenId.get();
            case ":sha256" -> "ab".repeat(32);
            // What is deleted, and certified, is a CA that waits for its certificate.
            case ":authority_id" ->
                (method.equals("DELETE") || route.endsWith("/certificate") ? pendingAuthorityId : authorityId).get();
            case ":audit_event_id" -> auditEventId();
            case ":server_key_id", ":key_id" -> (method.equals("DELETE") ? unusedKeyId : serverKeyId).get();
            case ":signer_id" -> signer.get().id();
            case ":slug" -> "malformed";
            case ":ca_file" -> "unknown.crt";
            default -> throw new IllegalArgumentException("nothing stands for " + placeholder + " of " + route);
        };
    }

    /** What doors that count call the request. */
    private String requestNumber() {
        return Long.toString(QradarCalls.numberOf(server, request.get().id()));
    }

    private Exchange request(boolean ofAgent, boolean waits) {
        if (ofAgent) {
            return (waits ? agentHeld : agentRequest).get();
        }
        return (waits ? held : request).get();
    }

    /** A call with such a body; a patch says of which kind it is. */
    static Exchange call(ApiClient caller, String method, String path, @Nullable JsonNode body) {
        return method.equals("PATCH")
                ? caller.patch(path, "application/merge-patch+json", String.valueOf(body))
                : caller.send(method, path, body == null ? null : body.toString());
    }

    /** What a caller would send who may. */
    @Nullable
    JsonNode body(String method, String route) {
        if (NotaryTargets.isOf(route)) {
            return notary.body(method, route, PASSWORD);
        }
        return switch (method + " " + route) {
            case "POST /v1/certificate_signing_requests" -> Bodies.request(TestCsrs.p256("new.owner.test"));
            case "POST /v1/agent_connectors/:connector_id/certificate_signing_requests" ->
                Bodies.request(TestCsrs.p256("new.owner.test"));
            case "PUT /v1/certificate_signing_requests/:csr_id",
                    "PUT /v1/agent_connectors/:connector_id/certificate_signing_requests/:csr_id" ->
                Bodies.request(TestCsrs.p256("other.owner.test"));
            case "POST /v1/certificate_signing_requests/reissue" ->
                Bodies.reissue(request.get().id(), request.get().text("/status/certificates/0/status/not_after"));
            case "POST /v1/certificates" ->
                Bodies.spec(Map.of(
                        "org_id",
                        "default",
                        "csr_id",
                        held.get().id(),
                        "certificate",
                        request.get().text("/status/certificates/0/spec/certificate")));
            case "POST /v1/certificates/:certificate_id/revoke" -> Bodies.revocation("superseded");
            case "POST /v1/certificates/:certificate_id/release" ->
                Bodies.object().put("reason", "found");
            case "POST /v1/certificates/revoke_by_key" -> Bodies.spec(Map.of());
            case "POST /v1/revocations" -> revocation();
            case "POST /apis/certificates.k8s.io/v1/certificatesigningrequests" -> object();
            case "PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/:name",
                    "PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/:name" -> labelled();
            case "PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/:name/approval",
                    "PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/:name/approval" ->
                conditioned("Approved");
            case "PUT /apis/certificates.k8s.io/v1/certificatesigningrequests/:name/status",
                    "PATCH /apis/certificates.k8s.io/v1/certificatesigningrequests/:name/status" -> conditioned("Odd");
            case "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews" -> Bodies.spec(Map.of());
            case "POST /staged_config/certificates/certificate_signing_request",
                    "POST /api/staged_config/certificates/certificate_signing_request" ->
                QradarCalls.model("new.owner.test");
            case "POST /ocsp" -> Bodies.object();
            case "POST /v1/enrolment_tokens" -> Bodies.enrolmentToken("**.owner.test");
            case "POST /v1/agent_connectors" ->
                Bodies.spec(Map.of("name", "host", "request", TestCsrs.withSubject(TestCsrs.keyPair(), "")));
            case "PUT /v1/agent_connectors/:connector_id" -> Bodies.spec(Map.of("names", List.of("a.owner.test")));
            case "POST /v1/agent_connectors/:connector_id/identity" ->
                Bodies.spec(Map.of("request", TestCsrs.withSubject(TestCsrs.keyPair(), "")));
            case "POST /v1/agent_connectors/:connector_id/recovery" -> Bodies.spec(Map.of());
            case "POST /v1/agent_connectors/:connector_id/report" ->
                Bodies.report(agentRequest.get().text("/status/certificates/0/status/sha256"), true, true);
            case "POST /v1/organisations" ->
                Bodies.spec(Map.of("name", "new " + TestCsrs.keyPair().hashCode(), "names", List.of("**.new.test")));
            case "PUT /v1/organisations/:organisation_id" ->
                Bodies.spec(Map.of("name", "other " + organisationId.get(), "names", List.of("**.other.test")));
            case "POST /v1/certificate_authorities" -> authority("root");
            case "POST /v1/certificate_authorities/:authority_id/certificate" ->
                Bodies.spec(Map.of("certificate", server.first().roots()));
            case "POST /v1/accounts" ->
                Bodies.account("default", "new" + TestCsrs.keyPair().hashCode(), List.of("reader"));
            case "PUT /v1/accounts/:account_id" ->
                Bodies.account("default", owner.get().name(), List.of("administrator"), "**");
            case "POST /v1/accounts/:account_id/password" -> Bodies.spec(Map.of("password", "another horse battery"));
            case "POST /v1/signers" -> signer(newSigner());
            case "PUT /v1/signers/:signer_id" ->
                Bodies.with(signer(signer.get().text("/spec/name")), "validity", "P20D");
            case "PUT /v1/server_keys/:server_key_id" -> Bodies.spec(Map.of("name", "another name"));
            case "POST /tls/certificate_signing_requests" -> FastlyBodies.request("new.owner.test");
            case "POST /tls/private_keys" -> FastlyBodies.key(TestCsrs.keyPair());
            case "POST /v1/access_tokens" ->
                Bodies.spec(Map.of("account", owner.get().id()));
            default ->
                route.endsWith("/approve") || route.endsWith("/deny")
                        ? Bodies.object().put("reason", "because")
                        : null;
        };
    }
}
