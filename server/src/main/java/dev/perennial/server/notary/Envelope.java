package dev.perennial.server.notary;

import dev.perennial.server.http.Answer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every answer of this door that is no failure comes in. */
record Envelope(Object result) {
    static final String SUCCESS = "success";

    /** @param id what was made; null where nothing was */
    private record Message(String message, @Nullable Long id) {}

    static void of(RoutingContext context, Object result) {
        Answer.json(context, 200, new Envelope(result));
    }

    /** The same for what takes long to write, made and written off the event loop. */
    static void onWorker(RoutingContext context, Supplier<Object> result) {
        Answer.jsonOnWorker(context, () -> new Envelope(result.get()));
    }

    /** A list, with the address of what comes after it where it is cut. */
    static void list(RoutingContext context, String path, CutList list) {
        Long next = list.next();
        if (next != null) {
            context.response().putHeader("Link", "<" + path + "?after=" + next + ">; rel=\"next\"");
        }
        onWorker(context, list::shown);
    }

    static void success(RoutingContext context, int status) {
        Answer.json(context, status, new Envelope(new Message(SUCCESS, null)));
    }

    static void created(RoutingContext context, String message, long id) {
        Answer.json(context, 201, new Envelope(new Message(message, id)));
    }
}
