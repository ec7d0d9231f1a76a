package dev.perennial.server.agilicus;

import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.AgentConnectorListJson;
import dev.perennial.model.ProblemType;
import dev.perennial.model.RecoveryJson;
import dev.perennial.model.ReportJson;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.enrolment.BoundKey;
import dev.perennial.server.enrolment.Enrolments;
import dev.perennial.server.enrolment.Recoveries;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Bearer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.http.RequestLog;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.Nonces;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Agents: how they come in, stay known, tell what they serve, and are taken out of service. */
final class AgentRoutes {
    static final String PATH = "/v1/agent_connectors";
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_NONCE = 256;

    /** Of RSA with 4096 bits, in Base64. */
    private static final int LONGEST_SIGNATURE = 684;

    private final Fleet fleet;
    private final Enrolments enrolments;
    private final SigningRequests requests;

    AgentRoutes(Fleet fleet, Enrolments enrolments, SigningRequests requests) {
        this.fleet = fleet;
        this.enrolments = enrolments;
        this.requests = requests;
    }

    /** The calls that prove otherwise who calls: they stand before the handler that knows callers. */
    void mountEnrolment(Router router) {
        router.post(PATH).handler(this::enrol);
        router.post(PATH + "/:connector_id/recovery").handler(this::recover);
    }

    void mount(Router router) {
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:connector_id").handler(this::get);
        router.put(PATH + "/:connector_id").handler(this::setNames);
        router.post(PATH + "/:connector_id/identity").handler(this::renewIdentity);
        router.post(PATH + "/:connector_id/report").handler(this::report);
        router.post(PATH + "/:connector_id/retire").handler(this::retire);
    }

    private void enrol(RoutingContext context) {
        Bearer token = Bearer.of(context)
                .orElseThrow(() ->
                        ProblemException.of(ProblemType.UNAUTHENTICATED, "send the enrolment token as bearer token"));
        AgentConnectorJson.Spec spec = spec(context);
        String name = Required.text("spec.name", spec.name(), LONGEST_NAME);
        Answer.when(
                context,
                enrolments.enrol(
                        token.token(),
                        new Enrolments.Newcomer(
                                name,
                                Required.field("spec.request", spec.request()),
                                boundKey(spec),
                                Credentials.sourceOf(context),
                                RequestLog.idOf(context))),
                identity -> {
                    context.response()
                            .putHeader(
                                    HttpHeaders.LOCATION,
                                    PATH + "/" + identity.agent().id());
                    Answer.json(context, 201, Wire.identity(identity));
                });
    }

    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int limit = query.limit();
        Answer.when(
                context,
                fleet.list(caller(context), query.id("org_id").orElse(null), limit),
                agents -> Answer.json(
                        context,
                        200,
                        new AgentConnectorListJson(
                                agents.stream().map(Wire::agent).toList(), limit)));
    }

    private void get(RoutingContext context) {
        Answer.when(context, fleet.get(caller(context), id(context)), agent -> {
            // When it was heard of changes without an event.
            String etag = "\"" + agent.position() + "." + agent.lastSeen().toEpochMilli() + "\"";
            if (Conditional.notModified(context, etag)) {
                return;
            }
            context.response().putHeader(HttpHeaders.ETAG, etag);
            Answer.json(context, 200, Wire.agent(agent));
        });
    }

    private void setNames(RoutingContext context) {
        AgentConnectorJson.Spec spec = spec(context);
        var names = Required.field("spec.names", spec.names());
        Answer.when(
                context,
                fleet.get(caller(context), id(context))
                        .compose(agent -> fleet.setNames(
                                caller(context),
                                Credentials.causeOf(context),
                                agent.id(),
                                Objects.requireNonNullElse(
                                        Required.optional("spec.name", spec.name(), LONGEST_NAME), agent.name()),
                                names)),
                agent -> Answer.json(context, 200, Wire.agent(agent)));
    }

    private void renewIdentity(RoutingContext context) {
        AgentConnectorJson.Spec spec = spec(context);
        Answer.when(
                context,
                enrolments.renewIdentity(
                        caller(context),
                        Credentials.causeOf(context),
                        id(context),
                        Required.field("spec.request", spec.request()),
                        boundKey(spec)),
                identity -> Answer.json(context, 200, Wire.identity(identity)));
    }

    /** In two calls: without anything it is answered with a nonce, signed with it by an identity. */
    private void recover(RoutingContext context) {
        RecoveryJson body = Json.read(context.body().buffer(), RecoveryJson.class);
        RecoveryJson.Spec spec = Required.field("spec", body.spec());
        String id = id(context);
        if (spec.nonce() == null && spec.request() == null && spec.signature() == null) {
            Nonces.Nonce nonce = enrolments.recoveries().nonce(id);
            Answer.json(context, 200, new RecoveryJson(null, new RecoveryJson.Status(nonce.text(), nonce.expires())));
            return;
        }
        Recoveries.Asked asked = new Recoveries.Asked(
                id,
                Required.text("spec.nonce", spec.nonce(), LONGEST_NONCE),
                Required.field("spec.request", spec.request()),
                Required.text("spec.signature", spec.signature(), LONGEST_SIGNATURE),
                Credentials.sourceOf(context),
                RequestLog.idOf(context));
        Answer.when(
                context,
                enrolments.recoveries().recover(asked),
                identity -> Answer.json(context, 200, Wire.identity(identity)));
    }

    /** The key to recover with, where one is sent. */
    private static BoundKey.@Nullable Sent boundKey(AgentConnectorJson.Spec spec) {
        if (spec.boundKey() == null && spec.boundKeySignature() == null) {
            return null;
        }
        return new BoundKey.Sent(
                Required.field("spec.bound_key", spec.boundKey()),
                Required.text("spec.bound_key_signature", spec.boundKeySignature(), LONGEST_SIGNATURE));
    }

    private void report(RoutingContext context) {
        ReportJson body = Json.read(context.body().buffer(), ReportJson.class);
        ReportJson.Spec spec = Required.field("spec", body.spec());
        byte[] sha256 = sha256(Required.field("spec.certificate_sha256", spec.certificateSha256()));
        boolean installed = Required.field("spec.installed", spec.installed());
        Answer.when(
                context,
                fleet.get(caller(context), id(context)).compose(agent -> requests.reported(
                                caller(context),
                                Credentials.causeOf(context),
                                sha256,
                                installed,
                                Boolean.TRUE.equals(spec.served()))
                        .map(done -> agent)),
                agent -> Answer.json(context, 200, Wire.agent(agent)));
    }

    private void retire(RoutingContext context) {
        Answer.when(
                context,
                fleet.retire(caller(context), Credentials.causeOf(context), id(context)),
                agent -> Answer.json(context, 200, Wire.agent(agent)));
    }

    private static AgentConnectorJson.Spec spec(RoutingContext context) {
        AgentConnectorJson body = Json.read(context.body().buffer(), AgentConnectorJson.class);
        return Required.field("spec", body.spec());
    }

    private static byte[] sha256(String hex) {
        if (!hex.matches("[0-9a-fA-F]{64}")) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec.certificate_sha256 must be 64 hex digits");
        }
        return HexFormat.of().parseHex(hex);
    }

    private static Caller caller(RoutingContext context) {
        return Credentials.callerOf(context);
    }

    private static String id(RoutingContext context) {
        return PathId.of(context, "connector_id");
    }
}
