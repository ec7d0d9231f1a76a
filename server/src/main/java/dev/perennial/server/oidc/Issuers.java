package dev.perennial.server.oidc;

import dev.perennial.model.ProblemType;
import dev.perennial.server.db.Database;
import dev.perennial.server.egress.Egress;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.NamePattern;
import dev.perennial.server.identity.Organisations;
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
import java.util.concurrent.atomic.AtomicLong;
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

    /** More than this many different tokens in memory: the memory is emptied, not grown. */
    private static final int REMEMBERED = 20_000;

    private static final int LONGEST = 8_192;
    private static final Duration KEPT_ANEW = Duration.ofHours(1);

    private final Vertx vertx;
    private final Database database;
    private final Organisations organisations;
    private final FederatedStore store;
    private final InstantSource clock;
    private final BooleanSupplier hearsOfChanges;
    private final Map<String, IssuerDesk> desks = new HashMap<>();
    private final Map<ByteBuffer, Remembered> verified = new ConcurrentHashMap<>();
    /** Counts {@link #forget}: what was judged before one is not remembered after it. */
    private final AtomicLong epoch = new AtomicLong();

    /** Of which issuers the log has said that their rules reach too far. */
    private final Map<String, Boolean> toldOf = new ConcurrentHashMap<>();

    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

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
        this.hearsOfChanges = hearsOfChanges;
        for (TrustedIssuer issuer : configured) {
            desks.put(issuer.issuer(), new IssuerDesk(vertx, issuer, new IssuerKeys(vertx, issuer, egress, clock)));
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
        if (known != null) {
            if (isStillGood(known, now)) {
                known.desk.count(Outcome.ACCEPTED);
                return Future.succeededFuture(known.caller);
            }
            verified.remove(digest, known);
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
        long before = epoch.get();
        return Future.succeededFuture()
                .compose(begun -> desk.verify(jwt, now))
                .compose(good -> withinOrganisation(good.caller()).map(caller -> {
                    remember(digest, new Remembered(desk, good.keys(), caller), before);
                    return caller;
                }))
                .onSuccess(caller -> desk.count(Outcome.ACCEPTED))
                .onFailure(failure -> desk.count(Outcome.of(failure)));
    }

    private void remember(ByteBuffer digest, Remembered good, long before) {
        if (!hearsOfChanges.getAsBoolean()) {
            return;
        }
        if (verified.size() >= REMEMBERED) {
            verified.clear();
        }
        verified.put(digest, good);
        if (epoch.get() != before) {
            verified.remove(digest, good);
        }
    }

    /** A rule gives no name that the organisation itself has not: what reaches beyond counts for nothing. */
    private Future<Federated> withinOrganisation(Federated caller) {
        return organisations
                .names(caller.orgId())
                .recover(failure -> Future.failedFuture(isMissing(failure) ? nowhere(caller) : failure))
                .map(outer -> {
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
                });
    }

    private static boolean isMissing(Throwable failure) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.NOT_FOUND;
    }

    private static ProblemException nowhere(Federated caller) {
        return ProblemException.of(
                ProblemType.UNAUTHORIZED,
                "the configuration puts callers of this issuer into the organisation " + caller.orgId()
                        + ", which there is not");
    }

    /** As {@link #remember}, in a transaction of its own, unless this server did it within the hour. */
    public Future<Federated> keep(Federated caller) {
        Instant now = clock.instant();
        Kept before = kept.get(caller.name());
        if (before != null && before.claims.equals(caller.claims()) && now.isBefore(before.since.plus(KEPT_ANEW))) {
            return Future.succeededFuture(caller);
        }
        return database.inTransaction(tx -> remember(tx, caller)).map(done -> {
            if (kept.size() >= REMEMBERED) {
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
     * gives them; of the token they came with nothing else counts any more.
     */
    public Future<Map<String, Federated>> callers(SqlConnection tx, Collection<String> names) {
        return store.find(tx, names).compose(known -> {
            List<Future<Federated>> admitted = known.stream()
                    .map(this::admit)
                    .flatMap(Optional::stream)
                    .map(this::withinOrganisation)
                    .toList();
            return Future.join(admitted).otherwiseEmpty().map(done -> admitted.stream()
                    .filter(Future::succeeded)
                    .map(Future::result)
                    .collect(Collectors.toMap(Federated::name, caller -> caller)));
        });
    }

    private Optional<Federated> admit(FederatedStore.Known known) {
        IssuerDesk desk = desks.get(known.issuer());
        return desk == null ? Optional.empty() : desk.issuer().admit(known.subject(), known.claims(), Instant.MAX);
    }

    /** Drops the tokens that were found good: what an organisation may have may have changed. */
    public void forget() {
        epoch.incrementAndGet();
        verified.clear();
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
