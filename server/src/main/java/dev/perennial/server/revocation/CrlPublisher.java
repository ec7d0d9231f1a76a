package dev.perennial.server.revocation;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.db.Database;
import dev.perennial.server.pkix.CertificateList;
import dev.perennial.server.pkix.SerialNumber;
import dev.perennial.server.revocation.CrlStore.Entry;
import dev.perennial.server.revocation.CrlStore.Last;
import dev.perennial.server.vault.CertificateSigner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the CRL of one CA: reads the entries page by page, encodes and signs on a worker, and replaces the list before
 * unless another server was first. What is revoked before it begins is on it.
 */
final class CrlPublisher {
    /** Until when a list may be used: shorter than what is kept of ended certificates (renewal.Retention). */
    static final Duration VALID = Duration.ofDays(4);

    /** A relying party whose clock is behind must not find a list of the future: to some that is none. */
    private static final Duration BACKDATING = Duration.ofMinutes(5);

    private static final int PAGE = 5_000;

    private final Vertx vertx;
    private final Database database;
    private final CrlStore store;
    private final Events events;
    private final InstantSource clock;

    CrlPublisher(Vertx vertx, Database database, CrlStore store, Events events, InstantSource clock) {
        this.vertx = vertx;
        this.database = database;
        this.store = store;
        this.events = events;
        this.clock = clock;
    }

    /** Done when there is a newer list than when it was called, this server's or another's. */
    Future<Void> publish(Authority authority) {
        return store.last(authority.id()).compose(last -> {
            Making making = new Making(authority, last, clock.instant());
            return making.readAuthorities()
                    .compose(read -> making.readFrom(0))
                    .compose(read -> making.sign())
                    .compose(making::store);
        });
    }

    /** One list on its way; what is read is encoded at once, by one worker after the other. */
    private final class Making {
        private final Authority authority;
        private final Last last;
        private final Instant made;
        private final Instant settled;
        private final CertificateList list;
        private final List<Entry> first = new ArrayList<>();

        Making(Authority authority, Last last, Instant now) {
            this.authority = authority;
            this.last = last;
            this.made = now;
            // An entry stays until it was on a list that was made after its certificate's end (RFC 5280 §3.3); what was
            // taken for such an end by a clock that was wrong was none.
            this.settled = now.isBefore(last.thisUpdate()) ? now : last.thisUpdate();
            this.list = new CertificateList(authority.issuer());
        }

        Future<Void> readAuthorities() {
            return store.authorities(authority.id(), settled)
                    .compose(entries -> vertx.executeBlocking(() -> addAll(entries), false));
        }

        Future<Void> readFrom(long after) {
            return store.entries(authority.id(), settled, after, PAGE).compose(entries -> {
                if (entries.isEmpty()) {
                    return Future.succeededFuture();
                }
                long lastNumber = entries.get(entries.size() - 1).number();
                return vertx.executeBlocking(() -> addAll(entries), false)
                        .compose(done -> entries.size() < PAGE ? Future.succeededFuture() : readFrom(lastNumber));
            });
        }

        private Void addAll(List<Entry> entries) {
            for (Entry entry : entries) {
                list.add(SerialNumber.ofHex(entry.serial()), entry.revoked(), entry.reason());
                if (!entry.listed()) {
                    first.add(entry);
                }
            }
            return null;
        }

        Future<Crl> sign() {
            Instant thisUpdate = made.minus(BACKDATING).truncatedTo(ChronoUnit.SECONDS);
            Instant nextUpdate = thisUpdate.plus(VALID);
            long number = last.number() + 1;
            return vertx.executeBlocking(
                    () -> Crl.of(
                            authority.id(),
                            number,
                            thisUpdate,
                            nextUpdate,
                            Buffer.buffer(
                                    CertificateSigner.sign(list, number, thisUpdate, nextUpdate, authority.key()))),
                    false);
        }

        Future<Void> store(Crl crl) {
            return database.inTransaction(tx -> store.publish(tx, crl, made, settled, last, list.size())
                            .compose(published -> published
                                    ? events.done(
                                                    tx,
                                                    clock.instant(),
                                                    null,
                                                    Cause.clock(),
                                                    "publish-crl",
                                                    crl.issuerId(),
                                                    "number " + crl.number() + ", entries " + list.size())
                                            .map(true)
                                    : Future.succeededFuture(false)))
                    .compose(published -> published ? note(crl.number(), 0) : Future.succeededFuture());
        }

        /**
         * After it is published, which so many rows would hold up: what is not noted before the server ends is once more
         * news, and makes another list.
         */
        private Future<Void> note(long number, int from) {
            if (from == first.size()) {
                return Future.succeededFuture();
            }
            int to = Math.min(first.size(), from + PAGE);
            return store.listed(first.subList(from, to), number).compose(done -> note(number, to));
        }
    }
}
