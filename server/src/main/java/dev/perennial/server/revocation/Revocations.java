package dev.perennial.server.revocation;

import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.csr.Certificates;
import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The entry to what relying parties are told: the CRLs as they were published last, by this server or another, and the
 * answers to OCSP. CRLs are served from memory, so that they are there while the database is not.
 */
public final class Revocations {
    /** A list is made anew after that time, whether there is news or not. */
    private static final Duration REGULAR = Duration.ofDays(1);

    /** Two regular lists that were not made. */
    private static final Duration LATE = REGULAR.multipliedBy(2);

    /** After one list the next one waits that long, and a second more for so many entries. */
    private static final int SHORTEST_PAUSE_SECONDS = 3;

    private static final int ENTRIES_PER_SECOND = 5_000;

    private final Vertx vertx;
    private final Authorities authorities;
    private final CrlStore store;
    private final CrlPublisher publisher;
    private final Responders responders;
    private final OcspAnswers answers;
    private final InstantSource clock;
    private final Map<String, Crl> published = new ConcurrentHashMap<>();

    public Revocations(
            Vertx vertx,
            Database database,
            Authorities authorities,
            Issuance issuance,
            Certificates certificates,
            Events events,
            SecureRandom random,
            InstantSource clock) {
        this.vertx = vertx;
        this.authorities = authorities;
        this.store = new CrlStore(database);
        this.publisher = new CrlPublisher(vertx, database, store, events, clock);
        this.responders = new Responders(issuance, certificates, random, clock);
        this.answers = new OcspAnswers(authorities, responders, new StatusStore(database), clock);
        this.clock = clock;
    }

    /** Publishes what is due, takes over what other servers have published, and renews the responders. */
    public Future<Void> strike() {
        List<Authority> publishing = publishing();
        return Future.join(publish(publishing), responders.renew(publishing)).mapEmpty();
    }

    private Future<Void> publish(List<Authority> publishing) {
        Instant now = clock.instant();
        List<String> ids = publishing.stream().map(Authority::id).toList();
        return store.due(ids, now.minus(REGULAR), now, SHORTEST_PAUSE_SECONDS, ENTRIES_PER_SECOND)
                .compose(due -> Future.join(publishing.stream()
                        .filter(authority -> due.contains(authority.id()))
                        .map(publisher::publish)
                        .toList()))
                .eventually(this::takeOver)
                .mapEmpty();
    }

    private Future<Void> takeOver() {
        return store.numbers()
                .compose(numbers -> Future.join(numbers.stream()
                        .filter(one -> {
                            Crl crl = published.get(one.issuerId());
                            return crl == null || crl.number() < one.number();
                        })
                        .map(one -> store.find(one.issuerId())
                                .compose(found -> vertx.executeBlocking(found::get, false))
                                .onSuccess(found -> found.ifPresent(this::take)))
                        .toList()))
                .mapEmpty();
    }

    private void take(Crl crl) {
        published.merge(crl.issuerId(), crl, (before, now) -> now.number() > before.number() ? now : before);
    }

    /** The CRL of that CA as it was published last. */
    public Optional<Crl> crl(String issuerId) {
        return Optional.ofNullable(published.get(issuerId));
    }

    /** The answer to an OCSP request (RFC 6960): always one, if only that it must be asked in another way. */
    public Future<OcspAnswer> answer(byte[] request) {
        return answers.answer(request);
    }

    /** How old the oldest CRL is, in seconds. */
    public double oldestSeconds() {
        Instant now = clock.instant();
        return publishing().stream()
                .map(authority -> published.get(authority.id()))
                .mapToDouble(crl -> crl == null
                        ? Double.NaN
                        : Duration.between(crl.thisUpdate(), now).toMillis() / 1e3)
                .max()
                .orElse(0);
    }

    /** Null where every CRL may be used, else which is over: relying parties then refuse what the CA has issued. */
    public @Nullable String problem() {
        return first(crl -> clock.instant().isBefore(crl.nextUpdate()), "is over or was never made");
    }

    /** Null where every CRL is made in time. */
    public @Nullable String warning() {
        return first(
                crl -> clock.instant().isBefore(crl.thisUpdate().plus(LATE)),
                "has not been made anew for " + LATE.toDays() + " days");
    }

    private @Nullable String first(Predicate<Crl> isWell, String what) {
        return publishing().stream()
                .map(Authority::id)
                .filter(id -> crl(id).filter(isWell).isEmpty())
                .map(id -> "the CRL of the CA " + id + " " + what)
                .findFirst()
                .orElse(null);
    }

    private List<Authority> publishing() {
        return authorities.all().stream().filter(authorities::isPublished).toList();
    }
}
