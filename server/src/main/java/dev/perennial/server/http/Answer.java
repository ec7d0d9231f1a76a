package dev.perennial.server.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers of the native API. */
public final class Answer {
    private Answer() {}

    /** Ends the call with a JSON body that no cache keeps without asking again. */
    public static void json(RoutingContext context, int status, Object body) {
        json(context, status, Json.write(body));
    }

    /** The same with 200 for a list: thousands of certificates are made and written off the event loop. */
    public static void jsonOnWorker(RoutingContext context, Supplier<Object> body) {
        jsonOnWorker(context, 200, body);
    }

    /** The same with another status. */
    public static void jsonOnWorker(RoutingContext context, int status, Supplier<Object> body) {
        when(
                context,
                context.vertx().executeBlocking(() -> Json.write(body.get()), false),
                written -> json(context, status, written));
    }

    private static void json(RoutingContext context, int status, Buffer body) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        body(context.request(), body);
    }

    /**
     * Ends the call with a body of whatever type its headers say. HEAD is answered as GET but for the body itself (RFC
     * 9110 §9.3.2), which HTTP/2 would not hold back by itself.
     */
    public static Future<Void> body(HttpServerRequest http, Buffer body) {
        HttpServerResponse response = http.response();
        if (!http.method().equals(HttpMethod.HEAD)) {
            return response.end(body);
        }
        return response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                .end();
    }

    /** Lets every path of the router that answers GET answer HEAD as well; call it when all of them are mounted. */
    public static void headWithGet(Router router) {
        router.getRoutes().stream()
                .filter(route -> route.methods() != null && route.methods().contains(HttpMethod.GET))
                .forEach(route -> route.method(HttpMethod.HEAD));
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
