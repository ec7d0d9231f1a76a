package dev.perennial.server.fastly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.keys.ServerKey;
import dev.perennial.server.keys.ServerKeys;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Private keys: put in, listed, deleted, and never given out. */
final class KeyRoutes {
    private static final String PATH = "/tls/private_keys";
    private static final String IN_USE = "filter[in_use]";
    private static final int PAGE = 20;
    private static final int LARGEST_PAGE = 200;

    private final ServerKeys keys;

    KeyRoutes(ServerKeys keys) {
        this.keys = keys;
    }

    void mount(Router router) {
        router.post(PATH).handler(this::take);
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:key_id").handler(this::get);
        router.delete(PATH + "/:key_id").handler(this::delete);
    }

    private void take(RoutingContext context) {
        Caller caller = Credentials.callerOf(context);
        JsonNode attributes = JsonApi.data(context).path("attributes");
        String pem = JsonApi.text(attributes, "key");
        if (pem == null || pem.isEmpty()) {
            throw ProblemException.of(ProblemType.MALFORMED, "key is required: a private key in PEM");
        }
        String name = JsonApi.text(attributes, "name");
        Answer.when(
                context,
                keys.take(
                        caller,
                        Credentials.causeOf(context),
                        caller.homeOrgId(),
                        name == null || name.isEmpty() ? "private key" : name,
                        pem),
                key -> JsonApi.answer(context, 201, document(key)));
    }

    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int number = query.integer("page[number]", 1, 1_000_000, 1);
        int size = query.integer("page[size]", 1, LARGEST_PAGE, PAGE);
        boolean unused = query.flag(IN_USE).isPresent();
        if (unused && query.flag(IN_USE).orElse(false)) {
            throw ProblemException.of(ProblemType.MALFORMED, IN_USE + " must be false");
        }
        Caller caller = Credentials.callerOf(context);
        Answer.when(
                context,
                keys.page(caller, unused, (number - 1L) * size, size),
                page -> JsonApi.answer(context, 200, document(page, new Asked(number, size, unused))));
    }

    private void get(RoutingContext context) {
        Answer.when(
                context,
                keys.get(Credentials.callerOf(context), PathId.of(context, "key_id")),
                key -> JsonApi.answer(context, 200, document(key)));
    }

    private void delete(RoutingContext context) {
        Answer.when(
                context,
                keys.delete(Credentials.callerOf(context), Credentials.causeOf(context), PathId.of(context, "key_id")),
                done -> Answer.empty(context));
    }

    private static ObjectNode document(ServerKey key) {
        ObjectNode document = JsonApi.object();
        document.set("data", data(key));
        return document;
    }

    private static ObjectNode data(ServerKey key) {
        ObjectNode data = JsonApi.object().put("id", key.id()).put("type", "tls_private_key");
        data.putObject("attributes")
                .put("created_at", key.created().toString())
                .put("key_length", key.kind().bits())
                .put("key_type", keyType(key))
                .put("name", key.name())
                .put("public_key_sha1", key.sha1Hex())
                .put("replace", false);
        return data;
    }

    private static String keyType(ServerKey key) {
        return switch (key.kind().family()) {
            case RSA -> "RSA";
            case EC -> "ECDSA";
            case ED25519 -> "ED25519";
        };
    }

    /** What of the list was asked for: its other pages are of the same list. */
    private record Asked(int number, int size, boolean unused) {
        String page(long other) {
            return PATH + "?" + (unused ? IN_USE + "=false&" : "") + "page[number]=" + other + "&page[size]=" + size;
        }
    }

    private static ObjectNode document(ServerKeys.Keys page, Asked asked) {
        ObjectNode document = JsonApi.object();
        ArrayNode data = document.putArray("data");
        page.keys().forEach(key -> data.add(data(key)));
        int number = asked.number();
        long pages = Math.max(1, (page.total() + asked.size() - 1) / asked.size());
        document.putObject("links")
                .put("self", asked.page(number))
                .put("first", asked.page(1))
                .put("prev", number > 1 ? asked.page(number - 1L) : null)
                .put("next", number < pages ? asked.page(number + 1L) : null)
                .put("last", asked.page(pages));
        document.putObject("meta")
                .put("per_page", asked.size())
                .put("current_page", number)
                .put("record_count", page.total())
                .put("total_pages", pages);
        return document;
    }
}
