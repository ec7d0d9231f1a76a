package dev.perennial.server.agilicus;

import dev.perennial.model.Metadata;
import dev.perennial.model.ServerKeyJson;
import dev.perennial.model.ServerKeyListJson;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PageToken;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.keys.KeyNames;
import dev.perennial.server.keys.ServerKey;
import dev.perennial.server.keys.ServerKeys;
import dev.perennial.server.pkix.Pem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Private keys that the server keeps: seen, named, changed for others, deleted; made where they are asked with. */
final class ServerKeyRoutes {
    private static final String PATH = "/v1/server_keys";
    private static final String ONE = PATH + "/:server_key_id";
    private static final String UNUSED = "unused";

    private final ServerKeys keys;

    ServerKeyRoutes(ServerKeys keys) {
        this.keys = keys;
    }

    void mount(Router router) {
        router.get(PATH).handler(this::list);
        router.get(ONE).handler(this::get);
        router.put(ONE).handler(this::rename);
        router.delete(ONE).handler(this::delete);
        router.post(ONE + "/rekey").handler(this::rekey);
    }

    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int limit = query.limit();
        boolean unused = query.flag(UNUSED).orElse(false);
        PageToken token = PageToken.of(context, List.of(UNUSED));
        long skipped = token == null ? 0 : token.major();
        Answer.when(context, keys.page(Credentials.callerOf(context), unused, skipped, limit), page -> {
            long next = skipped + page.keys().size();
            Answer.jsonOnWorker(
                    context,
                    () -> new ServerKeyListJson(
                            page.keys().stream().map(ServerKeyRoutes::json).toList(),
                            limit,
                            page.total(),
                            next < page.total() ? new PageToken(next, 0).text(context, List.of(UNUSED)) : null));
        });
    }

    private void get(RoutingContext context) {
        Answer.when(
                context,
                keys.get(Credentials.callerOf(context), id(context)),
                key -> Answer.json(context, 200, json(key)));
    }

    private void rename(RoutingContext context) {
        ServerKeyJson.Spec spec = Required.field(
                "spec", Json.read(context.body().buffer(), ServerKeyJson.class).spec());
        Answer.when(
                context,
                keys.rename(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        id(context),
                        Required.text("spec.name", spec.name(), KeyNames.LONGEST)),
                key -> Answer.json(context, 200, json(key)));
    }

    private void delete(RoutingContext context) {
        Answer.when(
                context,
                keys.delete(Credentials.callerOf(context), Credentials.causeOf(context), id(context)),
                done -> Answer.empty(context));
    }

    private void rekey(RoutingContext context) {
        Answer.when(
                context, keys.rekey(Credentials.callerOf(context), Credentials.causeOf(context), id(context)), made -> {
                    context.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + made.id());
                    Answer.json(context, 201, json(made));
                });
    }

    private static String id(RoutingContext context) {
        return PathId.of(context, "server_key_id");
    }

    private static ServerKeyJson json(ServerKey key) {
        return new ServerKeyJson(
                new Metadata(key.id(), key.created(), key.updated()),
                new ServerKeyJson.Spec(key.orgId(), key.name()),
                new ServerKeyJson.Status(
                        key.kind().word(),
                        Pem.encode(Pem.PUBLIC_KEY, key.spki().getBytes()),
                        key.sha256Hex(),
                        key.owner(),
                        key.used()));
    }
}
