package dev.perennial.server.agilicus;

import dev.perennial.model.CertificateJson;
import dev.perennial.model.CertificateListJson;
import dev.perennial.model.ProblemType;
import dev.perennial.model.ReleaseJson;
import dev.perennial.model.RevocationJson;
import dev.perennial.model.RevocationReason;
import dev.perennial.server.csr.Certificate;
import dev.perennial.server.csr.Certificates;
import dev.perennial.server.csr.InventoryFilter;
import dev.perennial.server.csr.Page;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Certificates as things of their own. */
final class CertificateRoutes {
    private static final String PATH = "/v1/certificates";

    private final Certificates certificates;
    private final Wire wire;
    private final InstantSource clock;

    CertificateRoutes(Certificates certificates, Wire wire, InstantSource clock) {
        this.certificates = certificates;
        this.wire = wire;
        this.clock = clock;
    }

    void mount(Router router) {
        router.post(PATH).handler(this::upload);
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:certificate_id").handler(this::get);
        router.delete(PATH + "/:certificate_id").handler(this::remove);
        router.post(PATH + "/:certificate_id/revoke").handler(this::revoke);
        router.post(PATH + "/:certificate_id/release").handler(this::release);
    }

    private void upload(RoutingContext context) {
        CertificateJson body = Json.read(context.body().buffer(), CertificateJson.class);
        CertificateJson.Spec spec = Required.field("spec", body.spec());
        String pem = Required.field("spec.certificate", spec.certificate());
        String issuers = spec.ca() == null ? "" : "\n" + spec.ca();
        String requestId = Required.text("spec.csr_id", spec.csrId(), 64);
        Answer.when(
                context,
                certificates.upload(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        Required.text("spec.org_id", spec.orgId(), 64),
                        requestId,
                        pem + issuers),
                stored -> {
                    context.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + stored.id());
                    Answer.json(context, 201, wire.certificate(stored));
                });
    }

    private void list(RoutingContext context) {
        InventoryFilter filter = InventoryQueries.certificates(context, clock.instant());
        Page.Wanted wanted = InventoryQueries.page(context);
        Answer.when(
                context,
                certificates.list(Credentials.callerOf(context), filter, wanted),
                page -> Answer.jsonOnWorker(
                        context,
                        () -> new CertificateListJson(
                                page.items().stream().map(wire::certificate).toList(),
                                wanted.limit(),
                                InventoryQueries.next(context, page),
                                InventoryQueries.total(page),
                                InventoryQueries.atLeast(page))));
    }

    private void get(RoutingContext context) {
        String id = PathId.of(context, "certificate_id");
        Answer.when(context, scoped(context, id), found -> {
            // Of all that is seen of a certificate only its revocation ever changes.
            Instant revoked = found.revoked();
            Instant by = found.revokeBy();
            String version = revoked != null
                    ? "." + revoked.toEpochMilli() + "." + found.revocationReason()
                    : by == null ? "" : ".by." + by.toEpochMilli();
            String etag = "\"" + found.id() + version + "\"";
            if (Conditional.notModified(context, etag)) {
                return;
            }
            context.response().putHeader(HttpHeaders.ETAG, etag);
            Answer.json(context, 200, wire.certificate(found));
        });
    }

    private void remove(RoutingContext context) {
        String id = PathId.of(context, "certificate_id");
        Answer.when(
                context,
                scoped(context, id)
                        .compose(found -> certificates.remove(
                                Credentials.callerOf(context), Credentials.causeOf(context), found.id())),
                done -> Answer.empty(context));
    }

    /** The certificate of that id, in the organisation that the query names if it names one. */
    private Future<Certificate> scoped(RoutingContext context, String id) {
        Optional<String> orgId = QueryParameters.of(context).id("org_id");
        return certificates.get(Credentials.callerOf(context), id).map(found -> {
            if (orgId.isPresent() && !orgId.get().equals(found.orgId())) {
                throw ProblemException.of(ProblemType.NOT_FOUND, "the organisation has no such certificate");
            }
            return found;
        });
    }

    private void revoke(RoutingContext context) {
        String id = PathId.of(context, "certificate_id");
        RevocationJson body = Json.read(context.body().buffer(), RevocationJson.class);
        Answer.when(
                context,
                Boolean.TRUE.equals(body.replace()) ? replace(context, id, body) : revoke(context, id, body),
                revoked -> Answer.json(context, 200, wire.certificate(revoked)));
    }

    private Future<Certificate> revoke(RoutingContext context, String id, RevocationJson body) {
        Certificates.Revocation revocation = revocation(body);
        if (body.deadline() != null) {
            throw ProblemException.of(ProblemType.MALFORMED, "deadline goes with replace: revoking is done at once");
        }
        return certificates.revoke(Credentials.callerOf(context), Credentials.causeOf(context), id, revocation);
    }

    private Future<Certificate> replace(RoutingContext context, String id, RevocationJson body) {
        RevocationReason reason = RequestRoutes.reason(Required.text("reason", body.reason(), 64));
        if (reason != RevocationReason.SUPERSEDED && reason != RevocationReason.KEY_COMPROMISE
                || body.withKey() != null) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "replace goes with the reason superseded or keyCompromise, without with_key");
        }
        return certificates.replace(
                Credentials.callerOf(context), Credentials.causeOf(context), id, reason, body.deadline());
    }

    private static Certificates.Revocation revocation(RevocationJson body) {
        RevocationReason reason = RequestRoutes.reason(Required.text("reason", body.reason(), 64));
        return new Certificates.Revocation(reason, withKey("with_key", reason, body.withKey()));
    }

    /** Whether whatever else has the key is meant too. */
    static boolean withKey(String field, RevocationReason reason, @Nullable Boolean said) {
        if (reason == RevocationReason.KEY_COMPROMISE && Boolean.FALSE.equals(said)) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, field + ": a compromised key is no better in its other certificates");
        }
        if (reason == RevocationReason.CERTIFICATE_HOLD && Boolean.TRUE.equals(said)) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, field + ": a key is blocked for good, and a hold may be released");
        }
        return reason == RevocationReason.KEY_COMPROMISE || Boolean.TRUE.equals(said);
    }

    private void release(RoutingContext context) {
        String id = PathId.of(context, "certificate_id");
        ReleaseJson body = Json.read(context.body().buffer(), ReleaseJson.class);
        String why = Required.text("reason", body.reason(), 1024);
        Answer.when(
                context,
                certificates.release(Credentials.callerOf(context), Credentials.causeOf(context), id, why),
                released -> Answer.json(context, 200, wire.certificate(released)));
    }
}
