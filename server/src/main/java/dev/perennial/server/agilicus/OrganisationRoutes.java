package dev.perennial.server.agilicus;

import dev.perennial.model.Metadata;
import dev.perennial.model.OrganisationJson;
import dev.perennial.model.OrganisationListJson;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.identity.Organisation;
import dev.perennial.server.identity.Organisations;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Organisations. */
final class OrganisationRoutes {
    private static final String PATH = "/v1/organisations";
    private static final int LONGEST_NAME = 256;

    private final Organisations organisations;

    OrganisationRoutes(Organisations organisations) {
        this.organisations = organisations;
    }

    void mount(Router router) {
        router.post(PATH).handler(this::make);
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:organisation_id").handler(this::get);
        router.put(PATH + "/:organisation_id").handler(this::change);
    }

    private void make(RoutingContext context) {
        OrganisationJson.Spec spec = spec(context);
        Answer.when(
                context,
                organisations.make(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        Required.text("spec.name", spec.name(), LONGEST_NAME),
                        Required.field("spec.names", spec.names())),
                made -> {
                    context.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + made.id());
                    Answer.json(context, 201, json(made));
                });
    }

    private void change(RoutingContext context) {
        OrganisationJson.Spec spec = spec(context);
        Answer.when(
                context,
                organisations.change(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        id(context),
                        Required.text("spec.name", spec.name(), LONGEST_NAME),
                        Required.field("spec.names", spec.names()),
                        present -> Conditional.requireMatch(context, Conditional.etag(json(present)))),
                changed -> {
                    OrganisationJson shown = json(changed);
                    context.response().putHeader(HttpHeaders.ETAG, Conditional.etag(shown));
                    Answer.json(context, 200, shown);
                });
    }

    private void get(RoutingContext context) {
        Answer.when(context, organisations.get(Credentials.callerOf(context), id(context)), found -> {
            OrganisationJson shown = json(found);
            if (!Conditional.notModified(context, Conditional.etag(shown))) {
                Answer.json(context, 200, shown);
            }
        });
    }

    private void list(RoutingContext context) {
        int limit = QueryParameters.of(context).limit();
        Answer.when(
                context,
                organisations.list(Credentials.callerOf(context), limit),
                found -> Answer.json(
                        context,
                        200,
                        new OrganisationListJson(
                                found.stream().map(OrganisationRoutes::json).toList(), limit)));
    }

    private static OrganisationJson.Spec spec(RoutingContext context) {
        return Required.field(
                "spec",
                Json.read(context.body().buffer(), OrganisationJson.class).spec());
    }

    private static String id(RoutingContext context) {
        return PathId.of(context, "organisation_id");
    }

    private static OrganisationJson json(Organisation organisation) {
        return new OrganisationJson(
                new Metadata(organisation.id(), organisation.created(), organisation.updated()),
                new OrganisationJson.Spec(organisation.name(), organisation.names()));
    }
}
