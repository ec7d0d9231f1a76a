package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Reads a body of one media type within a size and a time, so that {@code context.body().buffer()} is there for the handlers after
 * it. What is too large by its own word is refused before a byte is read. Must stand before any handler that waits.
 */
public final class BodyLimit implements Handler<RoutingContext> {
    /** The native API's limit, in bytes. */
    public static final int NATIVE = 64 * 1024;

    private final int bytes;
    private final Duration deadline;
    private final Predicate<String> isTaken;
    private final String mediaType;

    private BodyLimit(int bytes, Duration deadline, Predicate<String> isTaken, String mediaType) {
        this.bytes = bytes;
        this.deadline = deadline;
        this.isTaken = isTaken;
        this.mediaType = mediaType;
    }

    /**
     * For JSON.
     *
     * @param bytes the largest body that is taken
     * @param deadline from the end of the head to the end of the body
     */
    public static BodyLimit json(int bytes, Duration deadline) {
        return new BodyLimit(bytes, deadline, Guard::isJson, "application/json in UTF-8");
    }

    /** The same for exactly that media type. */
    public static BodyLimit of(String mediaType, int bytes, Duration deadline) {
        return new BodyLimit(bytes, deadline, mediaType::equalsIgnoreCase, mediaType);
    }

    /** The same for every media type that passes; {@code words} say which. */
    public static BodyLimit of(Predicate<String> isTaken, String words, int bytes, Duration deadline) {
        return new BodyLimit(bytes, deadline, isTaken, words);
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (!mayFollow(request)) {
            context.next();
            return;
        }
        if (declared != null && exceeds(declared)) {
            context.fail(tooLarge());
            return;
        }
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            context.fail(ProblemException.of(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body is compressed: send it without Content-Encoding"));
            return;
        }
        if (declared != null && !declared.equals("0") && !isOfType(request)) {
            context.fail(ofAnotherType());
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            context.response().writeContinue();
        }
        new Reading(context).start();
    }

    /** Whether a body may follow the head; of HTTP/2 that is not known before the end. */
    static boolean mayFollow(HttpServerRequest request) {
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.version() == HttpVersion.HTTP_2
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || declared != null && !declared.equals("0");
    }

    /** A length of more digits than a long holds was refused by the decoder. */
    private boolean exceeds(String declared) {
        try {
            return Long.parseLong(declared) > bytes;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private boolean isOfType(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && isTaken.test(type);
    }

    private ProblemException tooLarge() {
        return ProblemException.of(ProblemType.TOO_LARGE, "the body is larger than " + bytes + " bytes");
    }

    private ProblemException ofAnotherType() {
        return ProblemException.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "send the body as Content-Type: " + mediaType);
    }

    /** One body on its way in. */
    private final class Reading {
        private final RoutingContext context;
        private final Buffer body = Buffer.buffer();
        private long timer;
        private boolean over;

        Reading(RoutingContext context) {
            this.context = context;
        }

        void start() {
            timer = context.vertx().setTimer(deadline.toMillis(), id -> {
                if (finish()) {
                    context.fail(ProblemException.of(
                            ProblemType.MALFORMED, "the body did not arrive within " + deadline.toSeconds() + " s"));
                }
            });
            context.request().handler(this::add).endHandler(nothing -> end()).exceptionHandler(this::broken);
        }

        private void add(Buffer part) {
            if (over) {
                return;
            }
            if (body.length() + part.length() > bytes) {
                finish();
                context.fail(tooLarge());
                return;
            }
            body.appendBuffer(part);
        }

        private void end() {
            if (!finish()) {
                return;
            }
            if (body.length() > 0 && !isOfType(context.request())) {
                context.fail(ofAnotherType());
                return;
            }
            ((RoutingContextInternal) context).setBody(body);
            context.next();
        }

        private void broken(Throwable cause) {
            if (finish()) {
                context.fail(ProblemException.of(ProblemType.MALFORMED, "the body is not framed as RFC 9112 §7 says"));
            }
        }

        private boolean finish() {
            boolean first = !over;
            over = true;
            context.vertx().cancelTimer(timer);
            return first;
        }
    }
}
