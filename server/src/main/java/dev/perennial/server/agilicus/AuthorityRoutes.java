package dev.perennial.server.agilicus;

import dev.perennial.model.AuthorityCertificateJson;
import dev.perennial.model.CertificateAuthorityJson;
import dev.perennial.model.CertificateAuthorityListJson;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.ca.AuthorityEntry;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.ca.CutShort;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.identity.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** CAs. */
final class AuthorityRoutes {
    private static final String PATH = "/v1/certificate_authorities";
    private static final String ONE = PATH + "/:authority_id";

    private final CertificateAuthorities authorities;
    private final AuthorityWire wire;

    AuthorityRoutes(CertificateAuthorities authorities, CutShort cutShort) {
        this.authorities = authorities;
        this.wire = new AuthorityWire(cutShort);
    }

    void mount(Router router) {
        router.post(PATH).handler(this::make);
        router.get(PATH).handler(this::list);
        router.get(ONE).handler(this::get);
        router.delete(ONE).handler(this::delete);
        router.post(ONE + "/certificate").handler(this::certify);
        router.post(ONE + "/enable").handler(context -> change(context, authorities::enable));
        router.post(ONE + "/disable").handler(context -> change(context, authorities::disable));
    }

    private void make(RoutingContext context) {
        CertificateAuthorityJson.Spec spec = Required.field(
                "spec",
                Json.read(context.body().buffer(), CertificateAuthorityJson.class)
                        .spec());
        Caller caller = Credentials.callerOf(context);
        Cause cause = Credentials.causeOf(context);
        AuthorityBodies bodies = new AuthorityBodies(spec);
        Answer.when(
                context,
                bodies.isImport()
                        ? authorities.take(caller, cause, bodies.orgId(), bodies.imported())
                        : authorities.make(caller, cause, bodies.order()),
                made -> {
                    context.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + made.id());
                    show(context, 201, made);
                });
    }

    private void certify(RoutingContext context) {
        AuthorityCertificateJson.Spec spec = Required.field(
                "spec",
                Json.read(context.body().buffer(), AuthorityCertificateJson.class)
                        .spec());
        String chain = Required.field("spec.certificate", spec.certificate());
        change(
                context,
                (caller, cause, id, seen) ->
                        authorities.certify(caller, cause, id, () -> AuthorityBodies.certificates(chain), seen));
    }

    /** A change of one, as its caller saw it. */
    private interface Change {
        Future<AuthorityEntry> by(Caller caller, Cause cause, String id, Consumer<AuthorityEntry> seen);
    }

    private void change(RoutingContext context, Change change) {
        Answer.when(
                context,
                change.by(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        id(context),
                        present -> Conditional.requireMatch(context, Conditional.etag(wire.json(present)))),
                changed -> show(context, 200, changed));
    }

    private void show(RoutingContext context, int status, AuthorityEntry entry) {
        CertificateAuthorityJson shown = wire.json(entry);
        context.response().putHeader(HttpHeaders.ETAG, Conditional.etag(shown));
        Answer.json(context, status, shown);
    }

    private void get(RoutingContext context) {
        Answer.when(context, authorities.get(Credentials.callerOf(context), id(context)), found -> {
            CertificateAuthorityJson shown = wire.json(found);
            if (!Conditional.notModified(context, Conditional.etag(shown))) {
                Answer.json(context, 200, shown);
            }
        });
    }

    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int limit = query.limit();
        Answer.when(
                context,
                authorities.list(
                        Credentials.callerOf(context), query.id("org_id").orElse(null), limit),
                found -> Answer.json(
                        context,
                        200,
                        new CertificateAuthorityListJson(
                                found.stream().map(wire::json).toList(), limit)));
    }

    private void delete(RoutingContext context) {
        Answer.when(
                context,
                authorities.delete(Credentials.callerOf(context), Credentials.causeOf(context), id(context)),
                done -> Answer.empty(context));
    }

    private static String id(RoutingContext context) {
        return PathId.of(context, "authority_id");
    }
}
