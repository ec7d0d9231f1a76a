package dev.perennial.server.http;

import dev.perennial.server.db.Ids;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each HTTP request an id, answers it as {@code X-Request-Id}, and writes one line when the request is over. The
 * query is not logged: it may hold what a log must not.
 */
public final class RequestLog implements Handler<RoutingContext> {
    /** The context key under which a door puts the caller's name for the log line. */
    public static final String CALLER = "dev.perennial.caller";

    private static final String ID = "dev.perennial.request_id";
    private static final Logger LOG = LoggerFactory.getLogger("perennial.http");
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Ids ids;

    public RequestLog(Ids ids) {
        this.ids = ids;
    }

    /** The id of this HTTP request; also the {@code instance} of a problem. */
    public static String idOf(RoutingContext context) {
        String id = context.get(ID);
        return id == null ? "none" : id;
    }

    @Override
    public void handle(RoutingContext context) {
        long start = System.nanoTime();
        String offered = context.request().getHeader("X-Request-Id");
        String id = offered != null && SANE.matcher(offered).matches() ? offered : ids.next();
        context.put(ID, id);
        context.response().putHeader("X-Request-Id", id);
        context.addEndHandler(over -> line(
                context.request(),
                // A caller that left, or was cut off, got no status.
                context.response().ended() ? Integer.toString(context.response().getStatusCode()) : "aborted",
                (System.nanoTime() - start) / 1_000,
                context.get(CALLER),
                id));
        context.next();
    }

    /** The line of a request that never got so far as to be routed. */
    static void undecodable(HttpServerRequest request) {
        line(request, "400", 0, null, "none");
    }

    private static void line(
            HttpServerRequest request, String status, long micros, @Nullable Object caller, String id) {
        var address = request.remoteAddress();
        LOG.atInfo()
                .addKeyValue("method", Escaped.of(String.valueOf(request.method())))
                .addKeyValue("path", Escaped.of(String.valueOf(request.path())))
                .addKeyValue("status", status)
                .addKeyValue("micros", micros)
                .addKeyValue("caller", caller == null ? "-" : Escaped.of(caller.toString()))
                .addKeyValue("source", address == null ? "-" : String.valueOf(address.hostAddress()))
                .addKeyValue("request_id", id)
                .log("request");
    }
}
