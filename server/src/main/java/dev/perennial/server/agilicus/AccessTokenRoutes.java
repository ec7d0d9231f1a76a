package dev.perennial.server.agilicus;

import dev.perennial.model.AccessTokenJson;
import dev.perennial.model.AccessTokenListJson;
import dev.perennial.model.Metadata;
import dev.perennial.model.Role;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.identity.AccessToken;
import dev.perennial.server.identity.AccessTokens;
import dev.perennial.server.identity.Caller;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Access tokens. With a password (Basic) as credential, making one is what logging in is. */
final class AccessTokenRoutes {
    private static final String PATH = "/v1/access_tokens";

    private final AccessTokens tokens;

    AccessTokenRoutes(AccessTokens tokens) {
        this.tokens = tokens;
    }

    void mount(Router router) {
        router.post(PATH).handler(this::make);
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:access_token_id").handler(this::get);
        router.delete(PATH + "/:access_token_id").handler(this::delete);
    }

    private void make(RoutingContext context) {
        Caller caller = Credentials.callerOf(context);
        AccessTokenJson.Spec spec = Required.field(
                "spec",
                Json.read(context.body().buffer(), AccessTokenJson.class).spec());
        String orgId = Required.optional("spec.org_id", spec.orgId(), 64);
        if (orgId != null) {
            caller.requireOrganisation(orgId);
        }
        Answer.when(
                context,
                tokens.make(
                        caller,
                        Credentials.causeOf(context),
                        Required.optional("spec.account", spec.account(), 64),
                        spec.roles(),
                        spec.names(),
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
                tokens.list(
                        Credentials.callerOf(context),
                        query.id("org_id").orElse(null),
                        query.id("account").orElse(null),
                        limit),
                found -> Answer.json(
                        context,
                        200,
                        new AccessTokenListJson(
                                found.stream().map(token -> json(token, null)).toList(), limit)));
    }

    private void get(RoutingContext context) {
        Answer.when(
                context,
                tokens.get(Credentials.callerOf(context), id(context)),
                found -> Answer.json(context, 200, json(found, null)));
    }

    private void delete(RoutingContext context) {
        Answer.when(
                context,
                tokens.delete(Credentials.callerOf(context), Credentials.causeOf(context), id(context)),
                done -> Answer.empty(context));
    }

    private static String id(RoutingContext context) {
        return PathId.of(context, "access_token_id");
    }

    private static AccessTokenJson json(AccessToken token, @Nullable String secret) {
        Set<Role> roles = token.roles();
        List<String> words =
                roles == null ? null : roles.stream().map(Role::word).sorted().toList();
        return new AccessTokenJson(
                new Metadata(token.id(), token.created(), token.created()),
                new AccessTokenJson.Spec(
                        token.orgId(),
                        token.accountId(),
                        words,
                        token.names(),
                        Duration.between(token.created(), token.expires()).toString()),
                new AccessTokenJson.Status(secret, token.expires(), token.accountName()));
    }
}
