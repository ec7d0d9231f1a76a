package dev.perennial.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** As {@link AccessTargets}, of the Notary door: what its numbers stand for, and the call of each of its routes. */
final class NotaryTargets {
    private static final String API = "/api/v1/";
    private static final String REQUESTS = API + "certificate_requests";

    private final TestServer server;
    private final Supplier<MadeAccount> owner;
    private final Supplier<String> authorityId;
    private final Supplier<String> pendingAuthorityId;
    private final Once<Long> outstanding = new Once<>(this::makeRequest);
    private final Once<Long> signed = new Once<>(this::makeSigned);
    private final Once<String> belowId = new Once<>(this::makeBelow);

    NotaryTargets(
            TestServer server,
            Supplier<MadeAccount> owner,
            Supplier<String> authorityId,
            Supplier<String> pendingAuthorityId) {
        this.server = server;
        this.owner = owner;
        this.authorityId = authorityId;
        this.pendingAuthorityId = pendingAuthorityId;
    }

    static boolean isOf(String route) {
        return route.startsWith(API) || route.equals("/login") || route.equals("/status");
    }

    private static ObjectNode csr() {
        return Bodies.object().put("csr", TestCsrs.p256("new.owner.test"));
    }

    private long makeRequest() {
        return owner.get()
                .api()
                .post(REQUESTS, csr())
                .expect(201)
                .at("/result/id")
                .asLong();
    }

    private long makeSigned() {
        long number = makeRequest();
        server.administrator()
                .post(REQUESTS + "/" + number + "/sign", signing())
                .expect(202);
        return number;
    }

    /** A CA that another one of ours has signed. */
    private String makeBelow() {
        return server.administrator()
                .post(
                        ApiClient.AUTHORITIES,
                        Bodies.spec(Map.of(
                                "org_id",
                                "default",
                                "name",
                                "CA " + UUID.randomUUID(),
                                "type",
                                "intermediate",
                                "key",
                                "ec-p256",
                                "issuer_id",
                                authorityId.get())))
                .expect(201)
                .id();
    }

    private ObjectNode signing() {
        return Bodies.object().put("certificate_authority_id", Long.toString(numberOf("authorities", issuerId())));
    }

    private String issuerId() {
        return server.authorityId();
    }

    private long numberOf(String table, String id) {
        return Await.value(server.database().query("SELECT number FROM " + table + " WHERE id = $1", Tuple.of(id)))
                .iterator()
                .next()
                .getLong("number");
    }

    /** What stands for a placeholder of the route. */
    String number(String method, String route, String placeholder) {
        return Long.toString(
                switch (placeholder) {
                    case ":request_number" -> isOfCertificate(method, route) ? signed.get() : outstanding.get();
                    case ":account_number" -> numberOf("accounts", owner.get().id());
                    case ":authority_number" -> numberOf("authorities", authority(method, route));
                    default -> throw new IllegalArgumentException(placeholder);
                });
    }

    private static boolean isOfCertificate(String method, String route) {
        return route.endsWith("/revoke") || method.equals("DELETE") && route.endsWith("/certificate");
    }

    /** What is deleted, signed and certified waits for its certificate; a list was made by one that is there for long. */
    private String authority(String method, String route) {
        if (route.endsWith("/crl")) {
            return issuerId();
        }
        if (route.endsWith("/revoke")) {
            return belowId.get();
        }
        boolean waits = method.equals("DELETE") || route.endsWith("/certificate") || route.endsWith("/sign");
        return (waits ? pendingAuthorityId : authorityId).get();
    }

    /** What a caller would send who may. */
    @Nullable
    JsonNode body(String method, String route, String password) {
        if (route.endsWith("/sign")) {
            return route.startsWith(REQUESTS)
                    ? signing()
                    : Bodies.object()
                            .put("certificate_authority_id", Long.toString(numberOf("authorities", authorityId.get())));
        }
        String roots = server.first().roots();
        return switch (method + " " + route) {
            case "POST /login" ->
                Bodies.object().put("email", owner.get().name()).put("password", password);
            case "POST /api/v1/certificate_requests" -> csr();
            case "POST /api/v1/certificate_requests/:request_number/certificate" ->
                Bodies.object().put("certificate", roots + "\n" + roots);
            case "POST /api/v1/certificate_authorities/:authority_number/certificate" ->
                Bodies.object().put("certificate_chain", roots + "\n" + roots);
            case "POST /api/v1/certificate_authorities" ->
                Bodies.object().put("self_signed", true).put("common_name", "CA " + UUID.randomUUID());
            case "PUT /api/v1/certificate_authorities/:authority_number" ->
                Bodies.object().put("enabled", false);
            case "POST /api/v1/accounts" ->
                Bodies.object()
                        .put("email", UUID.randomUUID() + "@owner.test")
                        .put("password", password)
                        .put("role_id", 3);
            case "POST /api/v1/accounts/me/change_password", "POST /api/v1/accounts/:account_number/change_password" ->
                Bodies.object().put("password", "another horse battery");
            default -> null;
        };
    }

    /** The account with its password, which changes it; else who made the request. */
    static boolean needsPassword(String route) {
        return route.startsWith(API + "accounts");
    }
}
