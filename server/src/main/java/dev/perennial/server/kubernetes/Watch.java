package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One client that watches: a line for each change of what it may see, until its time is over, it is not let in any more,
 * or it does not read what it is told. What it is not told then it gets when it goes on from the last version that it saw.
 */
final class Watch {
    private static final Duration TICK = Duration.ofSeconds(15);

    /** White space between two lines: a connection without a sign of life is closed after 75 s. */
    private static final Buffer SIGN_OF_LIFE = Buffer.buffer(" ");

    private static final int TICKS_TO_BOOKMARK = 4;

    private final RoutingContext routing;
    private final HttpServerResponse response;
    private final Context context;
    private final Credentials credentials;
    private final ObjectFeed feed;
    private final Selector selector;
    private final ObjectForm form;
    private final boolean bookmarks;
    private final Duration lasts;
    private final String owner;
    private final Unsent unsent;
    private final List<Told> pending = new ArrayList<>();
    private volatile Caller caller;
    private ObjectForm nextForm;
    private boolean caughtUp;
    private boolean missed;
    private boolean over;
    private boolean quiet;
    private long position;
    private int ticks;
    private @Nullable Long ticking;
    private @Nullable Long ending;

    private record Told(List<ObjectEvent> events, long upto) {}

    /** @param lasts until it is ended; the client then goes on by another call */
    Watch(
            RoutingContext routing,
            Credentials credentials,
            ObjectFeed feed,
            Selector selector,
            ObjectForm form,
            boolean bookmarks,
            Duration lasts) {
        this.routing = routing;
        this.response = routing.response();
        this.context = Vertx.currentContext();
        this.credentials = credentials;
        this.feed = feed;
        this.selector = selector;
        this.form = form;
        this.nextForm = form.first();
        this.bookmarks = bookmarks;
        this.lasts = lasts;
        this.caller = Credentials.callerOf(routing);
        this.owner = caller.name();
        this.unsent = new Unsent(response, feed.limits());
    }

    /** Who has begun it. */
    String owner() {
        return owner;
    }

    Caller caller() {
        return caller;
    }

    Selector selector() {
        return selector;
    }

    /** Whether anything of that organisation may be for it. */
    boolean isOf(String orgId) {
        return caller.isBootstrap() || orgId.equals(caller.orgId());
    }

    /** What a beginning looks like, in one piece: nobody is slow before there was anything to read. Takes its time. */
    Buffer render(List<ObjectEvent> beginning) {
        Buffer lines = Buffer.buffer();
        beginning.forEach(event -> lines(event).forEach(lines::appendBuffer));
        return lines;
    }

    /**
     * Tells what there was before it joined in, then what came meanwhile, and from now on whatever comes.
     *
     * @param beginning as it was rendered
     * @param upto what has happened up to there is in it
     * @param endsBeginning whether a bookmark is to tell where it ends
     */
    void begin(Buffer beginning, long upto, boolean endsBeginning) {
        if (response.closed()) {
            close();
            return;
        }
        if (over) {
            routing.fail(new StatusException(503, "ServiceUnavailable", "the server stops: try again"));
            return;
        }
        if (!unsent.begin(beginning.length())) {
            unsent.release();
            routing.fail(new StatusException(
                    429, "TooManyRequests", "too much that others have asked for is not read yet: try again"));
            return;
        }
        response.setChunked(true)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-cache, private");
        response.writeHead();
        if (beginning.length() > 0) {
            response.write(beginning);
        }
        position = upto;
        if (endsBeginning) {
            write(ObjectEvent.line("BOOKMARK", form.bookmark(upto, true)));
        }
        caughtUp = true;
        pending.forEach(told -> tellNow(told.events(), told.upto()));
        pending.clear();
        Vertx vertx = routing.vertx();
        long jitter = ThreadLocalRandom.current().nextLong(1_000);
        ticking = vertx.setPeriodic(TICK.toMillis() + jitter, fired -> tick());
        ending = vertx.setTimer(lasts.toMillis(), fired -> finish());
        endWhereMissed();
        if (over) {
            // Cut on the way here.
            close();
        }
    }

    /** Call it on any thread. */
    void tell(List<ObjectEvent> events, long upto) {
        context.runOnContext(nothing -> {
            if (caughtUp) {
                tellNow(events, upto);
            } else {
                pending.add(new Told(events, upto));
            }
        });
    }

    private void tellNow(List<ObjectEvent> events, long upto) {
        for (ObjectEvent event : events) {
            if (event.position() > position) {
                lines(event).forEach(this::write);
            }
        }
        position = Math.max(position, upto);
    }

    private List<Buffer> lines(ObjectEvent event) {
        List<Buffer> lines = event.lines(caller, selector, nextForm);
        nextForm = lines.isEmpty() ? nextForm : form;
        return lines;
    }

    private void write(Buffer line) {
        if (over) {
            return;
        }
        quiet = false;
        if (!unsent.add(line.length())) {
            over = true;
            routing.request().connection().close();
            return;
        }
        response.write(line);
    }

    /** Whether it is still let in, and then a sign of life. */
    private void tick() {
        credentials.again(routing).onComplete(again -> {
            if (again.succeeded()) {
                caller = again.result();
            } else if (isRefused(again.cause())) {
                finish();
                return;
            }
            unsent.settle();
            ticks++;
            if (bookmarks && ticks % TICKS_TO_BOOKMARK == 0) {
                long read = feed.position();
                // Behind what the feed has handed over by then.
                context.runOnContext(nothing -> bookmark(read));
            } else if (quiet && !over) {
                response.write(SIGN_OF_LIFE);
            }
            quiet = true;
        });
    }

    /** Not where the database is away: then nothing is told either. */
    private static boolean isRefused(Throwable failure) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.UNAUTHENTICATED;
    }

    private void bookmark(long read) {
        position = Math.max(position, read);
        write(ObjectEvent.line("BOOKMARK", form.bookmark(position, false)));
    }

    /** Something has been missed: the client is to list again. */
    void expire() {
        context.runOnContext(nothing -> {
            missed = true;
            endWhereMissed();
        });
    }

    private void endWhereMissed() {
        if (missed && caughtUp) {
            write(ObjectEvent.line("ERROR", expired()));
            finish();
        }
    }

    private static ObjectNode expired() {
        return FailureStatus.of(StatusException.expired("too old resource version: list again"));
    }

    /** Ends it; the client goes on by another call, here or elsewhere. */
    void end() {
        context.runOnContext(nothing -> finish());
    }

    private void finish() {
        if (!over && caughtUp) {
            response.end();
        }
        close();
    }

    /** When the call is over, whoever ended it. */
    void close() {
        over = true;
        unsent.release();
        feed.leave(this);
        cancel(ticking);
        cancel(ending);
    }

    private void cancel(@Nullable Long timer) {
        if (timer != null) {
            routing.vertx().cancelTimer(timer);
        }
    }
}
