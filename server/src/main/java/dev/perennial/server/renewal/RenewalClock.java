package dev.perennial.server.renewal;

import dev.perennial.server.csr.HeldUp;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.enrolment.Recoveries;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.revocation.Revocations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Strikes every second: renews what is due, batch after batch while there is more, and tidies. Beside it, so that a
 * million renewals that are due at once do not hold them up, it sees to CRLs and to the audit record. A strike that fails
 * is made good by the next. Any number of servers strike at once; each takes what no other has locked.
 */
public final class RenewalClock {
    private static final Logger log = LoggerFactory.getLogger(RenewalClock.class);
    private static final long PERIOD_MILLIS = 1_000;

    /** So many in a transaction: some tens of milliseconds of signing between two breaths of the event loop. */
    private static final int BATCH = 100;

    /** While one batch is in the database, the other is signed. */
    private static final int AT_ONCE = 2;

    private final Vertx vertx;
    private final SigningRequests requests;
    private final Fleet fleet;
    private final Recoveries recoveries;
    private final Revocations revocations;
    private final Upkeep upkeep;
    private final AtomicLong failing = new AtomicLong();
    private final List<Strike> strikes = List.of(
            new Strike(this::renew), new Strike(this::revoke), new Strike(this::publish), new Strike(this::keepUp));
    private volatile HeldUp heldUp = HeldUp.nothing();
    private volatile boolean stopped;

    public RenewalClock(
            Vertx vertx,
            SigningRequests requests,
            Fleet fleet,
            Recoveries recoveries,
            Revocations revocations,
            Upkeep upkeep) {
        this.vertx = vertx;
        this.revocations = revocations;
        this.requests = requests;
        this.fleet = fleet;
        this.recoveries = recoveries;
        this.upkeep = upkeep;
    }

    public void start() {
        strikes.forEach(Strike::await);
    }

    /** How many requests could not be renewed when it was time, as of the last strike: for alarms. */
    public long failing() {
        return failing.get();
    }

    /** Null where everything that was due is renewed, else how much is not. */
    public @Nullable String warning() {
        long count = failing.get();
        return count == 0 ? null : count + " requests could not be renewed when it was time; their status says why";
    }

    /** How many requests wait for a signer that is disabled, as of the last strike: for alarms. */
    public long heldUp() {
        return heldUp.requests();
    }

    /** Null where no signer that is disabled holds up a renewal, else what will end for it, and when first. */
    public @Nullable String signersWarning() {
        HeldUp held = heldUp;
        return held.requests() == 0
                ? null
                : held.requests()
                        + " requests are to be renewed by a signer that is disabled; the first certificate ends at "
                        + held.firstEnd();
    }

    /** Done when the strikes that are under way are over, and what is only in memory is written down. */
    public Future<Void> stop() {
        stopped = true;
        return Future.join(strikes.stream().map(strike -> strike.underWay).toList())
                .otherwiseEmpty()
                .compose(done -> attempt("refusals at the end", upkeep.end()));
    }

    /** One after the other of what is done again and again, a pause after each. */
    private final class Strike {
        private final Supplier<Future<Void>> work;
        private volatile Future<Void> underWay = Future.succeededFuture();

        Strike(Supplier<Future<Void>> work) {
            this.work = work;
        }

        void await() {
            vertx.setTimer(PERIOD_MILLIS, fired -> strike());
        }

        private void strike() {
            if (!stopped) {
                underWay = work.get();
                underWay.onComplete(done -> await());
            }
        }
    }

    private Future<Void> renew() {
        return attempt("what agents were heard of", fleet.writeSeen())
                .compose(done -> attempt("tidying", requests.tidy()))
                .compose(done -> attempt("recoveries", recoveries.tidy()))
                .compose(done -> attempt(
                        "renewals",
                        Future.join(
                                Stream.generate(this::renewAll).limit(AT_ONCE).toList())))
                .compose(done -> attempt("the index of names", requests.indexNames()))
                .compose(done -> attempt("counting", requests.failingRenewals().onSuccess(failing::set)))
                .compose(done -> attempt("disabled signers", requests.heldUp().onSuccess(now -> heldUp = now)));
    }

    private Future<Void> revoke() {
        return attempt("acts of revocation", requests.revokeDue());
    }

    private Future<Void> publish() {
        return attempt("CRLs and OCSP responders", revocations.strike());
    }

    private Future<Void> keepUp() {
        return attempt("refusals", upkeep.recordRefusals())
                .compose(done -> attempt("sealing the audit record", upkeep.seal()))
                .compose(done -> attempt("what is past its retention", upkeep.dropPast()));
    }

    /** One part of a strike that fails must not keep the others from being done. */
    private static Future<Void> attempt(String part, Future<?> work) {
        return work.<Void>mapEmpty().recover(failure -> {
            log.warn("The renewal clock missed a strike ({}): {}", part, failure.toString());
            return Future.succeededFuture();
        });
    }

    private Future<Void> renewAll() {
        return requests.renewDue(BATCH)
                .compose(looked -> looked == BATCH && !stopped ? renewAll() : Future.succeededFuture());
    }
}
