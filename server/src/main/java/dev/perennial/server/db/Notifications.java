package dev.perennial.server.db;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that listens on {@value #CHANNEL}. A notification only wakes: the table of events is the truth. While
 * the connection is lost nobody is woken, so what is cached because of it is dropped at both ends of the gap.
 *
 * <p>Callbacks run on an event loop and must not block; they may come more often than there is news.
 */
public final class Notifications {
    /** What {@code pg_notify} is called with by whoever appends an event. */
    public static final String CHANNEL = "perennial_events";

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    /**
     * How often the connection is asked, and how long it may take to answer. Together the longest time for which a
     * token taken back at another server is still good here, where the connection hangs and so tells nothing.
     */
    private static final long HEARTBEAT_MILLIS = 2_000;

    private static final int ANSWER_SECONDS = 2;

    private final Database database;
    private final Vertx vertx;
    private final List<Consumer<String>> wakes = new CopyOnWriteArrayList<>();
    private final List<Runnable> gaps = new CopyOnWriteArrayList<>();
    private final Promise<Void> first = Promise.promise();
    private volatile boolean stopped;
    private volatile @Nullable PgConnection listening;

    public Notifications(Database database) {
        this.database = database;
        this.vertx = database.vertx();
    }

    /** Runs at every notification, with its payload, and after every gap, with an empty one. */
    public void onWake(Consumer<String> subscriber) {
        wakes.add(subscriber);
    }

    /** Runs when the connection is lost, and again when it is back: drop what relies on being woken. */
    public void onGap(Runnable subscriber) {
        gaps.add(subscriber);
    }

    /** Whether notifications arrive now; while they do not, nothing may be cached that relies on them. */
    public boolean isListening() {
        return listening != null;
    }

    /** Connects, and again for as long as needed; done when it listens for the first time. */
    public Future<Void> start() {
        connect(FIRST_PAUSE_MILLIS);
        return first.future();
    }

    /** Ends for good; callbacks no longer run. */
    public Future<Void> stop() {
        stopped = true;
        PgConnection connection = listening;
        listening = null;
        first.tryFail("stopped before it listened");
        return connection == null ? Future.succeededFuture() : connection.close();
    }

    private void connect(long pause) {
        if (stopped) {
            return;
        }
        database.dedicatedConnection()
                .compose(this::listen)
                .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .onFailure(failure -> {
                    log.debug("Cannot listen for events", failure);
                    long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause);
                    vertx.setTimer(jittered, fired -> connect(Math.min(2 * pause, LONGEST_PAUSE_MILLIS)));
                });
    }

    private Future<Void> listen(PgConnection connection) {
        connection.notificationHandler(notification -> wakeAll(notification.getPayload()));
        return connection
                .query("LISTEN " + CHANNEL)
                .execute()
                .onFailure(failure -> connection.close())
                .onSuccess(done -> listens(connection))
                .mapEmpty();
    }

    private void listens(PgConnection connection) {
        if (stopped || listening != null) {
            // An attempt given up for being late has come through after all.
            connection.close();
            return;
        }
        listening = connection;
        connection.closeHandler(closed -> lost(connection));
        watch(connection);
        if (!first.tryComplete()) {
            log.info("Listening for events again");
            runAll(gaps);
            wakeAll("");
        }
    }

    private void lost(PgConnection connection) {
        if (stopped || listening != connection) {
            return;
        }
        log.warn("The connection that listens for events was lost; connecting again");
        listening = null;
        runAll(gaps);
        connect(FIRST_PAUSE_MILLIS);
    }

    /** A peer that vanished sends nothing: only asking finds out. */
    private void watch(PgConnection connection) {
        vertx.setTimer(HEARTBEAT_MILLIS, fired -> {
            if (listening != connection) {
                return;
            }
            connection
                    .query("SELECT 1")
                    .execute()
                    .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .onSuccess(alive -> watch(connection))
                    .onFailure(silence -> {
                        lost(connection);
                        connection.close();
                    });
        });
    }

    private void wakeAll(String payload) {
        runAll(wakes.stream()
                .<Runnable>map(subscriber -> () -> subscriber.accept(payload))
                .toList());
    }

    private static void runAll(List<Runnable> subscribers) {
        for (Runnable subscriber : subscribers) {
            try {
                subscriber.run();
            } catch (RuntimeException e) {
                log.error("A subscriber of events failed", e);
            }
        }
    }
}
