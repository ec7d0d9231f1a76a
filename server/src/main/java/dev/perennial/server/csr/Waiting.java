package dev.perennial.server.csr;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a request to change. At a notification all of them are looked up by one query, however many wait and
 * however many events there were; where nobody waits, nothing is asked. Thread-safe.
 */
final class Waiting {
    /** Notifications that come in a burst are answered by one look. */
    private static final long GATHER_MILLIS = 10;

    private final Vertx vertx;
    private final RequestStore requests;
    private final Map<String, List<Waiter>> waiters = new ConcurrentHashMap<>();
    private final AtomicBoolean lookIsDue = new AtomicBoolean();
    private volatile boolean over;

    Waiting(Vertx vertx, RequestStore requests) {
        this.vertx = vertx;
        this.requests = requests;
    }

    /** Not a record: two who wait for the same thing are two. */
    private static final class Waiter {
        private final long seen;
        private final Promise<Void> changed = Promise.promise();

        private Waiter(long seen) {
            this.seen = seen;
        }
    }

    /** Ends when the request is no longer at that position, or after that time, whichever is first. */
    Future<Void> change(String id, long seen, Duration longest) {
        Waiter waiter = new Waiter(seen);
        waiters.compute(id, (key, list) -> with(list, waiter));
        // The change may have come between the reading and the registration.
        look(List.of(id));
        return waiter.changed
                .future()
                .timeout(Math.max(1, longest.toMillis()), TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .eventually(() -> {
                    waiters.computeIfPresent(id, (key, list) -> without(list, waiter));
                    return Future.succeededFuture();
                });
    }

    /** Ends every wait, also those to come: the server stops. */
    void end() {
        over = true;
        waiters.values().forEach(list -> list.forEach(waiter -> waiter.changed.tryComplete()));
    }

    boolean isOver() {
        return over;
    }

    /** Something has changed somewhere. */
    void wake() {
        if (!waiters.isEmpty() && lookIsDue.compareAndSet(false, true)) {
            vertx.setTimer(GATHER_MILLIS, fired -> {
                lookIsDue.set(false);
                look(List.copyOf(waiters.keySet()));
            });
        }
    }

    private void look(List<String> ids) {
        if (!ids.isEmpty()) {
            // A look that fails is made good by the next one, or by the waiter's own end.
            requests.positions(ids).onSuccess(this::tell);
        }
    }

    private void tell(Map<String, Long> positions) {
        positions.forEach((id, position) -> waiters.getOrDefault(id, List.of()).stream()
                .filter(waiter -> waiter.seen != position)
                .forEach(waiter -> waiter.changed.tryComplete()));
    }

    private static List<Waiter> with(@Nullable List<Waiter> list, Waiter waiter) {
        List<Waiter> longer = list == null ? new ArrayList<>() : new ArrayList<>(list);
        longer.add(waiter);
        return List.copyOf(longer);
    }

    private static @Nullable List<Waiter> without(List<Waiter> list, Waiter waiter) {
        List<Waiter> shorter = list.stream().filter(one -> !one.equals(waiter)).toList();
        return shorter.isEmpty() ? null : shorter;
    }
}
