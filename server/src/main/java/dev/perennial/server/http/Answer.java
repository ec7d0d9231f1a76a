package dev.perennial.server.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** Answers of the native API. */
public final class Answer {
    private Answer() {}

    /** Ends the call with a JSON body that no cache keeps without asking again. */
    public static void json(RoutingContext context, int status, Object body) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .end(Json.write(body));
    }

    /** Ends the call with 204 and no body. */
    public static void empty(RoutingContext context) {
        context.response().setStatusCode(204).end();
    }

    /** Gives the answer when there is something to answer, or fails the call as the future failed. */
    public static <T> void when(RoutingContext context, Future<T> future, Consumer<T> answer) {
        future.map(value -> {
                    answer.accept(value);
                    return value;
                })
                .onFailure(context::fail);
    }
}
