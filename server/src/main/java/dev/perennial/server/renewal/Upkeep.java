package dev.perennial.server.renewal;

import dev.perennial.server.audit.Events;
import dev.perennial.server.audit.Refusals;
import dev.perennial.server.audit.Seals;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Swept;
import dev.perennial.server.enrolment.Enrolments;
import dev.perennial.server.oidc.Issuers;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What the clock does for the record of what happened: counted refusals, seals, and the end of what is past its time. */
public final class Upkeep {
    /** Rows in one transaction. */
    private static final int BATCH = 1_000;

    /** Of each kind in one strike: renewals are not kept waiting, and more follow at the next. */
    private static final int BATCHES = 10;

    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final Refusals refusals;
    private final Seals seals;
    private final Events events;
    private final SigningRequests requests;
    private final Enrolments enrolments;
    private final Issuers issuers;
    private final IntFunction<Future<Swept>> cleaning;
    private final Supplier<Future<Instant>> agreedNow;
    private final Retention retention;
    private final InstantSource clock;
    private volatile Instant nextLook = Instant.MIN;

    /**
     * @param cleaning what a door takes back of its own
     * @param agreedNow the earlier of the server's clock and the database's; fails where they differ too much: what is
     *     deleted does not come back when a clock is set right
     */
    public Upkeep(
            Refusals refusals,
            Seals seals,
            Events events,
            SigningRequests requests,
            Enrolments enrolments,
            Issuers issuers,
            IntFunction<Future<Swept>> cleaning,
            Supplier<Future<Instant>> agreedNow,
            Retention retention,
            InstantSource clock) {
        this.refusals = refusals;
        this.seals = seals;
        this.events = events;
        this.requests = requests;
        this.enrolments = enrolments;
        this.issuers = issuers;
        this.cleaning = cleaning;
        this.agreedNow = agreedNow;
        this.retention = retention;
        this.clock = clock;
    }

    Future<Void> recordRefusals() {
        return refusals.write();
    }

    Future<Integer> seal() {
        return seals.seal();
    }

    /** Deletes what is past its time, once a minute, and at every strike while there is more of it. */
    Future<Void> dropPast() {
        Instant now = clock.instant();
        Instant latest = now.plus(BETWEEN_LOOKS);
        // Further ahead it is only where the clock was, and has been set right.
        if (now.isBefore(nextLook) && !nextLook.isAfter(latest)) {
            return Future.succeededFuture();
        }
        // What fails is tried again after the same pause, not at every strike.
        nextLook = latest;
        return agreedNow.get().compose(this::dropBefore).map(more -> {
            if (more) {
                nextLook = now;
            }
            return null;
        });
    }

    private Future<Boolean> dropBefore(Instant now) {
        Instant ended = now.minus(retention.certificates());
        Future<Boolean> more = drop(most -> all(events.dropBefore(now.minus(retention.events()), most)), BATCH);
        more = then(more, () -> drop(most -> all(seals.prune(now.minus(retention.audit()))), 1));
        more = then(more, () -> drop(most -> requests.dropEnded(ended, most), BATCH));
        more = then(more, () -> drop(most -> requests.dropWithdrawn(ended, most), BATCH));
        more = then(more, () -> drop(requests::dropLimits, BATCH));
        more = then(more, () -> drop(most -> all(enrolments.dropOver(most)), BATCH));
        more = then(more, () -> drop(cleaning, BATCH));
        return then(more, () -> drop(most -> all(issuers.dropUnneeded(most)), BATCH));
    }

    private static Future<Swept> all(Future<Integer> dropped) {
        return dropped.map(count -> new Swept(count, count));
    }

    /** One after the other: they share the lock that keeps other servers from the same work. None stops the next. */
    private static Future<Boolean> then(Future<Boolean> before, Supplier<Future<Boolean>> next) {
        return before.transform(first -> next.get()
                .compose(more -> first.succeeded()
                        ? Future.succeededFuture(first.result() || more)
                        : Future.failedFuture(first.cause())));
    }

    /** The last words, when the server stops, and a seal over them. */
    Future<Void> end() {
        return refusals.writeAll().eventually(seals::sealAtOnce);
    }

    /** Batch after batch; whether there is more than one strike may delete. */
    private static Future<Boolean> drop(IntFunction<Future<Swept>> kind, int batch) {
        return drop(kind, batch, BATCHES, 0);
    }

    private static Future<Boolean> drop(IntFunction<Future<Swept>> kind, int batch, int left, int before) {
        return kind.apply(batch).compose(swept -> {
            int dropped = before + swept.dropped();
            if (swept.looked() < batch) {
                return Future.succeededFuture(false);
            }
            // Where all that was looked at is kept, the rest of the pass has time.
            return left == 1 ? Future.succeededFuture(dropped > 0) : drop(kind, batch, left - 1, dropped);
        });
    }
}
