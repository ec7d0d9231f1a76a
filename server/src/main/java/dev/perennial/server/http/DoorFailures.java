package dev.perennial.server.http;

import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * How a door fails: in its own words, and for the rest as every door does. The answer says when to try again, gets into no
 * cache, and ends a body that was refused unread. Another answer that has begun already is cut off.
 */
public final class DoorFailures implements Handler<RoutingContext> {
    /** What an Authorization header may be (RFC 6750 §3, RFC 7617 §2). */
    private static final List<String> CHALLENGES = List.of("Bearer", "Basic realm=\"perennial\", charset=\"UTF-8\"");

    private static final String WWW_AUTHENTICATE = "WWW-Authenticate";

    /** How long a client that is still sending may read the refusal before its connection is closed. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** A failure in a door's words; headers of its own a door puts into the response. */
    public record Said(int status, String mediaType, Buffer body) {}

    private final Function<RoutingContext, Said> words;

    public DoorFailures(Function<RoutingContext, Said> words) {
        this.words = words;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // Asked for its line in the log. It ends here: who passes it on has the router write a head once more.
            Problems.problemOf(context);
            response.reset();
            return;
        }
        Said said = words.apply(context);
        if (context.failure() instanceof ProblemException problem) {
            sayWhen(response, problem);
        }
        send(context.request(), said);
    }

    /** Rounded up: who comes back at that second is not to be refused again. */
    static void sayWhen(HttpServerResponse response, ProblemException problem) {
        Duration retryAfter = problem.retryAfter();
        if (retryAfter != null) {
            long seconds = retryAfter.plusNanos(999_999_999).toSeconds();
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, seconds)));
        }
    }

    static void send(HttpServerRequest request, Said said) {
        HttpServerResponse response = request.response();
        boolean stillSending = !request.isEnded() && BodyLimit.mayFollow(request);
        if (stillSending && request.version() != HttpVersion.HTTP_2) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (said.status() == 401 && !response.headers().contains(WWW_AUTHENTICATE)) {
            response.putHeader(WWW_AUTHENTICATE, CHALLENGES);
        }
        response.setStatusCode(said.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, said.mediaType())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Answer.body(request, said.body()).onSuccess(sent -> {
            if (stillSending) {
                cutOff(request);
            }
        });
    }

    /**
     * The body was refused unread. At once would take the answer away from a client that is still sending, or have it wait
     * for room that it does not get: Java's does on HTTP/2.
     */
    private static void cutOff(HttpServerRequest request) {
        Vertx vertx = Vertx.currentContext().owner();
        vertx.setTimer(LINGER.toMillis(), id -> {
            if (request.version() != HttpVersion.HTTP_2) {
                request.connection().close();
            } else if (!request.isEnded()) {
                request.response().reset(0);
            }
        });
    }
}
