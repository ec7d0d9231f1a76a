package dev.perennial.server.agilicus;

import dev.perennial.model.CertificateJson;
import dev.perennial.model.KeyRevocationJson;
import dev.perennial.model.Metadata;
import dev.perennial.model.ProblemType;
import dev.perennial.model.RevocationActJson;
import dev.perennial.model.RevocationActListJson;
import dev.perennial.model.RevocationReason;
import dev.perennial.server.csr.Certificate;
import dev.perennial.server.csr.ProvenRevocations;
import dev.perennial.server.csr.RevocationAct;
import dev.perennial.server.csr.RevocationActs;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.http.RequestLog;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.Nonces;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Revoking what a query finds, and by proof of possession of the key. */
final class RevocationRoutes {
    private static final String PATH = "/v1/revocations";
    private static final String ONE = PATH + "/:revocation_id";
    private static final int LONGEST_NONCE = 256;

    /** Of RSA with 4096 bits, in Base64. */
    private static final int LONGEST_SIGNATURE = 684;

    private final RevocationActs acts;
    private final ProvenRevocations proven;
    private final Wire wire;
    private final InstantSource clock;

    RevocationRoutes(RevocationActs acts, ProvenRevocations proven, Wire wire, InstantSource clock) {
        this.acts = acts;
        this.proven = proven;
        this.wire = wire;
        this.clock = clock;
    }

    /** The call that proves otherwise who calls: it stands before the handler that knows callers. */
    void mountProof(Router router) {
        router.post("/v1/certificates/revoke_by_key").handler(this::prove);
    }

    void mount(Router router) {
        router.post(PATH).handler(this::preview);
        router.get(PATH).handler(this::list);
        router.get(ONE).handler(this::get);
        router.post(ONE + "/start").handler(this::start);
        router.post(ONE + "/cancel").handler(this::cancel);
    }

    /** In two calls: without anything it is answered with a nonce, signed with it that the certificate is revoked. */
    private void prove(RoutingContext context) {
        KeyRevocationJson body = Json.read(context.body().buffer(), KeyRevocationJson.class);
        KeyRevocationJson.Spec spec = Required.field("spec", body.spec());
        if (Stream.of(spec.certificate(), spec.nonce(), spec.reason(), spec.signature())
                .allMatch(Objects::isNull)) {
            Nonces.Nonce nonce = proven.nonce();
            Answer.json(
                    context,
                    200,
                    new KeyRevocationJson(
                            null, new KeyRevocationJson.Status(nonce.text(), nonce.expires(), null, null)));
            return;
        }
        RevocationReason reason = RequestRoutes.reason(Required.text("spec.reason", spec.reason(), 64));
        if (reason == RevocationReason.CERTIFICATE_HOLD) {
            throw ProblemException.of(
                    ProblemType.BAD_REVOCATION_REASON, "spec.reason: by proof of possession it is revoked for good");
        }
        ProvenRevocations.Asked asked = new ProvenRevocations.Asked(
                Required.field("spec.certificate", spec.certificate()),
                Required.text("spec.nonce", spec.nonce(), LONGEST_NONCE),
                reason,
                Required.text("spec.signature", spec.signature(), LONGEST_SIGNATURE),
                Credentials.sourceOf(context),
                RequestLog.idOf(context));
        Answer.when(context, proven.revoke(asked), revoked -> Answer.json(context, 200, proven(revoked)));
    }

    private static KeyRevocationJson proven(Certificate revoked) {
        return new KeyRevocationJson(
                null, new KeyRevocationJson.Status(null, null, revoked.serial(), Wire.revocation(revoked)));
    }

    private void preview(RoutingContext context) {
        RevocationActJson body = Json.read(context.body().buffer(), RevocationActJson.class);
        RevocationActJson.Spec spec = Required.field("spec", body.spec());
        String orgId = Required.text("spec.org_id", spec.orgId(), 64);
        RevocationReason reason = RequestRoutes.reason(Required.text("spec.reason", spec.reason(), 64));
        boolean withKeys = CertificateRoutes.withKey("spec.with_keys", reason, spec.withKeys());
        Map<String, Object> query = Required.field("spec.query", spec.query());
        RevocationAct.Wanted wanted = new RevocationAct.Wanted(
                orgId,
                InventoryQueries.certificates(RevocationQueries.parameters(query), clock.instant()),
                Json.write(query).toString(),
                reason,
                withKeys);
        Answer.when(
                context, acts.preview(Credentials.callerOf(context), Credentials.causeOf(context), wanted), shown -> {
                    context.response()
                            .putHeader(
                                    HttpHeaders.LOCATION,
                                    PATH + "/" + shown.act().id());
                    Answer.jsonOnWorker(context, 201, () -> json(shown));
                });
    }

    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int limit = query.limit();
        Answer.when(
                context,
                acts.list(Credentials.callerOf(context), query.id("org_id").orElse(null), limit),
                found -> Answer.json(
                        context,
                        200,
                        new RevocationActListJson(
                                found.stream().map(act -> json(act, null)).toList(), limit)));
    }

    private void get(RoutingContext context) {
        answer(context, acts.get(Credentials.callerOf(context), id(context)));
    }

    private void start(RoutingContext context) {
        answer(context, acts.start(Credentials.callerOf(context), Credentials.causeOf(context), id(context)));
    }

    private void cancel(RoutingContext context) {
        answer(context, acts.cancel(Credentials.callerOf(context), Credentials.causeOf(context), id(context)));
    }

    private void answer(RoutingContext context, Future<RevocationAct.Shown> act) {
        Answer.when(context, act, shown -> Answer.jsonOnWorker(context, 200, () -> json(shown)));
    }

    private RevocationActJson json(RevocationAct.Shown shown) {
        return json(
                shown.act(),
                shown.act().state() == RevocationAct.State.PREVIEW
                        ? shown.first().stream().map(wire::certificate).toList()
                        : null);
    }

    private static RevocationActJson json(RevocationAct act, @Nullable List<CertificateJson> first) {
        Instant updated = Stream.of(act.created(), act.started(), act.ended())
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElseThrow();
        return new RevocationActJson(
                new Metadata(act.id(), act.created(), updated),
                new RevocationActJson.Spec(
                        act.orgId(), act.reason().word(), act.withKeys(), RevocationQueries.read(act.query())),
                new RevocationActJson.Status(
                        act.state().name().toLowerCase(Locale.ROOT),
                        act.total(),
                        act.done(),
                        act.failed(),
                        act.cause().actor(),
                        act.started(),
                        act.ended(),
                        first));
    }

    private static String id(RoutingContext context) {
        return PathId.of(context, "revocation_id");
    }
}
