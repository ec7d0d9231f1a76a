package dev.perennial.server.agilicus;

import dev.perennial.model.EnrolmentTokenJson;
import dev.perennial.model.EnrolmentTokenListJson;
import dev.perennial.model.Metadata;
import dev.perennial.server.enrolment.EnrolmentToken;
import dev.perennial.server.enrolment.EnrolmentTokens;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Enrolment tokens. */
final class EnrolmentTokenRoutes {
    private static final String PATH = "/v1/enrolment_tokens";

    private final EnrolmentTokens tokens;

    EnrolmentTokenRoutes(EnrolmentTokens tokens) {
        this.tokens = tokens;
    }

    void mount(Router router) {
        router.post(PATH).handler(this::make);
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:enrolment_token_id").handler(this::get);
        router.delete(PATH + "/:enrolment_token_id").handler(this::delete);
    }

    private void make(RoutingContext context) {
        EnrolmentTokenJson body = Json.read(context.body().buffer(), EnrolmentTokenJson.class);
        EnrolmentTokenJson.Spec spec = Required.field("spec", body.spec());
        Answer.when(
                context,
                tokens.make(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        Required.text("spec.org_id", spec.orgId(), 64),
                        Required.field("spec.names", spec.names()),
                        spec.uses() == null ? 1 : spec.uses(),
                        Durations.expires(spec.expires())),
                made -> {
                    context.response()
                            .putHeader(
                                    HttpHeaders.LOCATION,
                                    PATH + "/" + made.token().id());
                    Answer.json(context, 201, json(made.token(), made.secret()));
                });
    }

    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int limit = query.limit();
        Answer.when(
                context,
                tokens.list(Credentials.callerOf(context), query.id("org_id").orElse(null), limit),
                found -> Answer.json(
                        context,
                        200,
                        new EnrolmentTokenListJson(
                                found.stream().map(token -> json(token, null)).toList(), limit)));
    }

    private void get(RoutingContext context) {
        String id = PathId.of(context, "enrolment_token_id");
        Answer.when(
                context,
                tokens.get(Credentials.callerOf(context), id),
                token -> Answer.json(context, 200, json(token, null)));
    }

    private void delete(RoutingContext context) {
        String id = PathId.of(context, "enrolment_token_id");
        Answer.when(
                context,
                tokens.delete(Credentials.callerOf(context), Credentials.causeOf(context), id),
                done -> Answer.empty(context));
    }

    private static EnrolmentTokenJson json(EnrolmentToken token, @Nullable String secret) {
        return new EnrolmentTokenJson(
                new Metadata(token.id(), token.created(), token.created()),
                new EnrolmentTokenJson.Spec(
                        token.orgId(),
                        token.names(),
                        token.uses(),
                        Duration.between(token.created(), token.expires()).toString()),
                new EnrolmentTokenJson.Status(secret, token.expires(), token.usesLeft()));
    }
}
