package dev.perennial.server.kubernetes;

import dev.perennial.server.csr.Snapshots;
import dev.perennial.server.csr.Snapshots.Happening;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What changes, read once for all who watch at this server, however many: at a notification, and where one may have been
 * lost. While nobody watches nothing is read. Thread-safe.
 */
final class ObjectFeed {
    private static final Logger log = LoggerFactory.getLogger(ObjectFeed.class);

    /** Changes that come in a burst are told at once. */
    private static final long GATHER_MILLIS = 20;

    private static final long AFTER_FAILURE_MILLIS = 1_000;
    private static final int MOST = 500;

    /** A database that is away for as long is lost by all who watch, and they list again. */
    private static final int MOST_FAILURES = 60;

    private final Vertx vertx;
    private final Snapshots snapshots;
    private final History history;
    private final WatchLimits limits = new WatchLimits();
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    /** Up to where it was read; null while nobody watches. */
    private @Nullable Long position;

    private boolean isReading;
    private int failures;
    private boolean isWoken;
    private boolean isOver;
    private Promise<Void> begun = Promise.promise();

    ObjectFeed(Vertx vertx, Snapshots snapshots, History history) {
        this.vertx = vertx;
        this.snapshots = snapshots;
        this.history = history;
    }

    WatchLimits limits() {
        return limits;
    }

    /** Tells that watch everything that comes after a moment that lies before the end of this future. */
    synchronized Future<Void> join(Watch watch) {
        if (isOver) {
            return Future.failedFuture(new StatusException(503, "ServiceUnavailable", "the server stops"));
        }
        limits.enter(watch.owner());
        watches.add(watch);
        Promise<Void> begins = begun;
        if (position == null) {
            wake();
        } else {
            begins.tryComplete();
        }
        return onContext(begins.future());
    }

    /** The feed reads on a context of its own; whoever joins goes on with the one of its connection. */
    private Future<Void> onContext(Future<Void> begins) {
        Context context = vertx.getOrCreateContext();
        Promise<Void> joined = Promise.promise();
        begins.onComplete(done -> context.runOnContext(nothing -> joined.handle(done)));
        return joined.future();
    }

    synchronized void leave(Watch watch) {
        if (watches.remove(watch)) {
            limits.leave(watch.owner());
        }
        if (watches.isEmpty() && !isReading) {
            forget();
        }
    }

    /** Nobody watches: whoever comes next begins anew. */
    private void forget() {
        position = null;
        begun = Promise.promise();
        failures = 0;
    }

    /** Up to where it was read, and whoever is here was told. */
    synchronized long position() {
        return position == null ? 0 : position;
    }

    /** Something may have changed somewhere. */
    synchronized void wake() {
        isWoken = true;
        if (!isReading && !watches.isEmpty() && !isOver) {
            isReading = true;
            vertx.setTimer(GATHER_MILLIS, fired -> read());
        }
    }

    /** Ends every watch: the server stops. */
    void end() {
        synchronized (this) {
            isOver = true;
        }
        watches.forEach(Watch::end);
    }

    private void read() {
        Long from;
        synchronized (this) {
            isWoken = false;
            from = position;
        }
        (from == null ? begin() : next(from)).onComplete(done -> {
            if (done.failed() && from == null) {
                refuse(done.cause());
            } else if (done.failed()) {
                log.warn(
                        "Those who watch are told later: {}",
                        String.valueOf(done.cause().getMessage()));
            }
            goOn(done.failed(), Boolean.TRUE.equals(done.result()));
        });
    }

    /** Whoever waits for the beginning is told that there is none now, and leaves. */
    private synchronized void refuse(Throwable failure) {
        begun.tryFail(failure);
        begun = Promise.promise();
    }

    private synchronized void goOn(boolean failed, boolean more) {
        failures = failed ? failures + 1 : 0;
        if (failures == MOST_FAILURES) {
            // What cannot be read is not to keep everybody from everything after it.
            watches.forEach(Watch::expire);
            forget();
        }
        if (watches.isEmpty()) {
            forget();
            isReading = false;
        } else if (failed || more || isWoken) {
            vertx.setTimer(failed ? AFTER_FAILURE_MILLIS : more ? 1 : GATHER_MILLIS, fired -> read());
        } else {
            isReading = false;
        }
    }

    private Future<Boolean> begin() {
        return snapshots.at(moment -> Future.succeededFuture(moment.head())).map(head -> {
            synchronized (this) {
                position = head;
                begun.tryComplete();
            }
            return false;
        });
    }

    private record Read(List<ObjectEvent> events, long upto, boolean more) {}

    /** @return whether there is more to be read at once */
    private Future<Boolean> next(long from) {
        return snapshots
                .at(moment -> {
                    if (from < moment.horizon()) {
                        // Whoever watches has missed something: told as expired, it lists again.
                        watches.forEach(Watch::expire);
                        return Future.succeededFuture(new Read(List.of(), moment.head(), false));
                    }
                    return moment.since(from, null, MOST).compose(happenings -> {
                        boolean more = happenings.size() == MOST;
                        long upto = more ? happenings.get(MOST - 1).position() : moment.head();
                        List<Happening> watched =
                                happenings.stream().filter(this::isWatched).toList();
                        return (more ? withLater(moment, upto, watched) : Future.succeededFuture(watched))
                                .compose(all -> history.events(moment, from, upto, all))
                                .map(events -> new Read(events, upto, more));
                    });
                })
                .compose(read -> vertx.executeBlocking(() -> {
                    read.events().forEach(ObjectEvent::prepare);
                    return read;
                }))
                .map(read -> {
                    watches.stream()
                            .filter(watch -> read.events().stream().anyMatch(event -> event.isFor(watch)))
                            .forEach(watch -> watch.tell(read.events(), read.upto()));
                    synchronized (this) {
                        position = read.upto();
                    }
                    return read.more();
                });
    }

    /** What is told in this part, and what has become of the same requests since. */
    private static Future<List<Happening>> withLater(Snapshots.Moment moment, long upto, List<Happening> told) {
        Set<String> ids = told.stream().map(Happening::requestId).collect(Collectors.toSet());
        return moment.since(upto, ids)
                .map(later -> Stream.concat(told.stream(), later.stream()).toList());
    }

    private boolean isWatched(Happening happening) {
        return watches.stream().anyMatch(watch -> watch.isOf(happening.orgId()));
    }
}
