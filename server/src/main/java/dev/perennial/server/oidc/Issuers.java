package dev.perennial.server.oidc;

import dev.perennial.model.ProblemType;
import dev.perennial.server.db.Database;
import dev.perennial.server.egress.Egress;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Memory;
import dev.perennial.server.identity.NamePattern;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Workers;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry to callers whom others know: who a JWT is by the configured issuers. A token that was found good is
 * remembered by its SHA-256 until it ends or its issuer has other keys. Thread-safe.
 */
public final class Issuers {
    private static final Logger log = LoggerFactory.getLogger(Issuers.class);

    /** More than this many different callers in memory: the memory is emptied, not grown. */
    private static final int MOST_KEPT = 20_000;

    private static final int LONGEST = 8_192;
    private static final int THREADS = 2;

    /** A signature takes a tenth of a millisecond, or one where the fast provider does not load. */
    private static final int MOST_WAITING = 1_000;

    private static final Duration KEPT_ANEW = Duration.ofHours(1);

    /** Far more than {@link #KEPT_ANEW}: who has a request made within that is not written anew, and must be there. */
    private static final Duration UNNEEDED = Duration.ofDays(1);

    private static final Duration BETWEEN_DROPS = Duration.ofHours(1);

    private final Vertx vertx;
    private final Database database;
    private final Organisations organisations;
    private final FederatedStore store;
    private final InstantSource clock;
    private final Map<String, IssuerDesk> desks = new HashMap<>();
    private final Memory<ByteBuffer, Remembered> verified;

    /** Of which issuers the log has said that their rules reach too far. */
    private final Map<String, Boolean> toldOf = new ConcurrentHashMap<>();

    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    private volatile Instant nextDrop = Instant.MIN;

    /** What was written of a caller, and when. */
    private record Kept(Map<String, List<String>> claims, Instant since) {}

    private record Remembered(IssuerDesk desk, KeySet keys, Federated caller) {}

    /** @param hearsOfChanges whether changes made by other servers are heard of now: else nothing is remembered */
    public Issuers(
            Vertx vertx,
            Database database,
            Organisations organisations,
            Egress egress,
            List<TrustedIssuer> configured,
            InstantSource clock,
            BooleanSupplier hearsOfChanges) {
        this.vertx = vertx;
        this.database = database;
        this.organisations = organisations;
        this.store = new FederatedStore();
        this.clock = clock;
        this.verified = new Memory<>(hearsOfChanges);
        Workers workers = new Workers(vertx, "tokens", THREADS, MOST_WAITING);
        for (TrustedIssuer issuer : configured) {
            desks.put(issuer.issuer(), new IssuerDesk(workers, issuer, new IssuerKeys(vertx, issuer, egress, clock)));
        }
    }

    /**
     * Who presents that token.
     *
     * @return fails with UNAUTHENTICATED for a token that is not good, saying what is wrong with it; with UNAUTHORIZED
     *     for a good one that no rule matches; with UNAVAILABLE while an issuer's keys cannot be fetched
     */
    public Future<Federated> verify(String token) {
        Instant now = clock.instant();
        if (token.length() > LONGEST) {
            return Future.failedFuture(Jwt.refused("it is longer than " + LONGEST + " characters"));
        }
        ByteBuffer digest = ByteBuffer.wrap(Digests.sha256(token.getBytes(StandardCharsets.UTF_8)));
        Remembered known = verified.get(digest);
        if (known != null && isStillGood(known, now)) {
            known.desk.count(Outcome.ACCEPTED);
            return Future.succeededFuture(known.caller);
        }
        return onThisContext(Future.succeededFuture().compose(begun -> judge(Jwt.parse(token), now, digest)));
    }

    /** Keys may be waited for together with calls of other event loops: each goes on where it came from. */
    private <T> Future<T> onThisContext(Future<T> work) {
        Context context = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        work.onComplete(done -> context.runOnContext(back -> promise.complete(done.result(), done.cause())));
        return promise.future();
    }

    private static boolean isStillGood(Remembered known, Instant now) {
        return now.isBefore(known.caller.expires()) && known.desk.keys().current() == known.keys;
    }

    private Future<Federated> judge(Jwt jwt, Instant now, ByteBuffer digest) {
        IssuerDesk desk = desks.get(RegisteredClaims.issuer(jwt.claims()));
        if (desk == null) {
            throw Jwt.refused("its issuer (iss) is none that is configured here");
        }
        long before = verified.epoch();
        return Future.succeededFuture()
                .compose(begun -> desk.verify(jwt, now))
                .compose(good -> withinOrganisation(good.caller()).map(caller -> {
                    verified.put(digest, new Remembered(desk, good.keys(), caller), before);
                    return caller;
                }))
                .onSuccess(caller -> desk.count(Outcome.ACCEPTED))
                .onFailure(failure -> desk.count(Outcome.of(failure)));
    }

    /** A rule gives no name that the organisation itself has not: what reaches beyond counts for nothing. */
    private Future<Federated> withinOrganisation(Federated caller) {
        return organisations
                .names(caller.orgId())
                .recover(failure -> Future.failedFuture(isMissing(failure) ? nowhere(caller) : failure))
                .map(outer -> within(outer, caller));
    }

    private Federated within(Grants outer, Federated caller) {
        List<NamePattern> beyond = caller.grants().beyond(outer);
        if (beyond.isEmpty()) {
            return caller;
        }
        if (toldOf.putIfAbsent(caller.issuer(), true) == null) {
            log.warn(
                    "Rules of the issuer {} give names beyond the organisation {}, which count for nothing: {}",
                    caller.issuer(),
                    caller.orgId(),
                    beyond);
        }
        List<NamePattern> within = new ArrayList<>(caller.grants().patterns());
        within.removeAll(beyond);
        return caller.with(new Grants(List.copyOf(within), null));
    }

    private static boolean isMissing(Throwable failure) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.NOT_FOUND;
    }

    private static ProblemException nowhere(Federated caller) {
        return ProblemException.of(
                        ProblemType.UNAUTHORIZED,
                        "the configuration puts callers of this issuer into the organisation " + caller.orgId()
                                + ", which there is not")
                .to(caller.name(), null);
    }

    /** As {@link #remember(SqlConnection, Federated)}, in a transaction of its own, unless this server did it within the hour. */
    public Future<Federated> keep(Federated caller) {
        Instant now = clock.instant();
        Kept before = kept.get(caller.name());
        if (before != null && before.claims.equals(caller.claims()) && now.isBefore(before.since.plus(KEPT_ANEW))) {
            return Future.succeededFuture(caller);
        }
        return database.inTransaction(tx -> remember(tx, caller)).map(done -> {
            if (kept.size() >= MOST_KEPT) {
                kept.clear();
            }
            kept.put(caller.name(), new Kept(caller.claims(), now));
            return caller;
        });
    }

    /** Keeps what the rules look at, so that a renewal can be judged when no token is at hand. */
    public Future<Void> remember(SqlConnection tx, Federated caller) {
        return store.remember(tx, caller, clock.instant());
    }

    /**
     * Those of the names (`oidc:ISSUER#SUB`) that were remembered and that a rule of now still matches, with what it
     * gives them; of the token they came with nothing else counts any more. Whose organisation is gone is not among them.
     */
    public Future<Map<String, Federated>> callers(SqlConnection tx, Collection<String> names) {
        return store.find(tx, names).compose(known -> {
            List<Federated> admitted =
                    known.stream().map(this::admit).flatMap(Optional::stream).toList();
            List<String> orgIds =
                    admitted.stream().map(Federated::orgId).distinct().toList();
            return organisations.named(tx, orgIds).map(outer -> admitted.stream()
                    .flatMap(caller ->
                            Optional.ofNullable(outer.get(caller.orgId()))
                                    .map(inside -> within(inside, caller))
                                    .stream())
                    .collect(Collectors.toMap(Federated::name, caller -> caller)));
        });
    }

    /**
     * Deletes what is kept of callers whom no request belongs to, a day after they were seen and once an hour; how many, of
     * at most so many.
     */
    public Future<Integer> dropUnneeded(int most) {
        Instant now = clock.instant();
        if (now.isBefore(nextDrop)) {
            return Future.succeededFuture(0);
        }
        return database.inTransaction(tx -> store.dropUnneeded(tx, now.minus(UNNEEDED), most))
                .onSuccess(dropped -> nextDrop = dropped < most ? now.plus(BETWEEN_DROPS) : now);
    }

    private Optional<Federated> admit(FederatedStore.Known known) {
        IssuerDesk desk = desks.get(known.issuer());
        return desk == null ? Optional.empty() : desk.issuer().admit(known.subject(), known.claims(), Instant.MAX);
    }

    /** Drops the tokens that were found good: what an organisation may have may have changed. */
    public void forget() {
        verified.forget();
    }

    /** What somebody should look at, for everybody to read: which issuer it is stands in the log. */
    public @Nullable String warning() {
        long failing =
                desks.values().stream().filter(desk -> desk.keys().isFailing()).count();
        return failing == 0
                ? null
                : "the keys of " + failing + " of " + desks.size() + " issuers cannot be fetched; the log says why";
    }

    /** Counts the tokens of each issuer by what became of them. */
    public void measure(MeterRegistry metrics) {
        desks.forEach((issuer, desk) -> desk.outcomes()
                .forEach((outcome, counter) -> FunctionCounter.builder("perennial.oidc.tokens", counter, LongAdder::sum)
                        .tag("issuer", issuer)
                        .tag("outcome", outcome.word())
                        .register(metrics)));
    }
}
