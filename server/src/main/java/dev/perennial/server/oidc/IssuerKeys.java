package dev.perennial.server.oidc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.egress.Egress;
import dev.perennial.server.egress.EgressException;
import dev.perennial.server.egress.Fetched;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer: fetched when they are first needed, again from time to time while they are used, and kept
 * while the issuer is away. However many ask, one fetch is under way; however many unknown keys are named, an issuer is
 * asked for them twice a minute. Thread-safe; its futures complete on any thread.
 */
final class IssuerKeys {
    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

    private static final int LONGEST_ANSWER = 256 * 1024;
    private static final Duration USUAL = Duration.ofMinutes(10);
    private static final Duration SOONEST = Duration.ofMinutes(5);
    private static final Duration LATEST = Duration.ofMinutes(15);

    /** For so long keys are believed that the issuer did not confirm. */
    private static final Duration KEPT = Duration.ofHours(24);

    private static final Duration AFTER_MISS = Duration.ofSeconds(30);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final TrustedIssuer issuer;
    private final Egress egress;
    private final InstantSource clock;

    private @Nullable Held held;
    private @Nullable Future<KeySet> fetching;
    private @Nullable Instant missed;
    private @Nullable Instant failed;

    /** @param refresh when it is fetched again if it is used */
    private record Held(KeySet keys, Instant fetched, Instant refresh) {}

    IssuerKeys(Vertx vertx, TrustedIssuer issuer, Egress egress, InstantSource clock) {
        this.vertx = vertx;
        this.issuer = issuer;
        this.egress = issuer.roots() == null ? egress : egress.trusting(issuer.roots());
        this.clock = clock;
    }

    /** The keys of now, without asking anybody; null where there are none. Old ones are fetched again meanwhile. */
    synchronized @Nullable KeySet current() {
        Instant now = clock.instant();
        Held known = held;
        if (known == null || isPast(known.fetched.plus(KEPT), now)) {
            return null;
        }
        if (isPast(known.refresh, now) && fetching == null && !isWithin(failed, AFTER_FAILURE, now)) {
            var unused = fetch();
        }
        return known.keys;
    }

    /** The keys of now, fetched where there are none; fails with UNAVAILABLE where they cannot be. */
    synchronized Future<KeySet> keys() {
        KeySet known = current();
        if (known != null) {
            return Future.succeededFuture(known);
        }
        if (fetching == null && isWithin(failed, AFTER_FAILURE, clock.instant())) {
            return Future.failedFuture(unavailable());
        }
        return fetch();
    }

    /** Keys newer than those, in which a token's key is not found; or those again, where it is not time to ask. */
    synchronized Future<KeySet> newerThan(KeySet seen) {
        KeySet known = current();
        if (known != null && known != seen) {
            return Future.succeededFuture(known);
        }
        Instant now = clock.instant();
        if (fetching == null && isWithin(missed, AFTER_MISS, now)) {
            return Future.succeededFuture(seen);
        }
        missed = now;
        return fetch().otherwise(seen);
    }

    /** Whether the last try to fetch them failed. */
    synchronized boolean isFailing() {
        return failed != null;
    }

    private static boolean isPast(Instant end, Instant now) {
        return !now.isBefore(end);
    }

    /** A clock that was put back does not make it wait for longer. */
    private static boolean isWithin(@Nullable Instant since, Duration time, Instant now) {
        return since != null && !now.isBefore(since) && now.isBefore(since.plus(time));
    }

    private Future<KeySet> fetch() {
        Future<KeySet> underWay = fetching;
        if (underWay != null) {
            return underWay;
        }
        Promise<KeySet> promise = Promise.promise();
        Future<KeySet> started = promise.future();
        fetching = started;
        location()
                .compose(uri -> egress.get(uri, LONGEST_ANSWER))
                .compose(fetched -> vertx.executeBlocking(() -> read(fetched), false))
                .onComplete(done -> settle(done, promise));
        return started;
    }

    private void settle(AsyncResult<Held> done, Promise<KeySet> promise) {
        if (done.succeeded()) {
            keep(done.result());
            promise.complete(done.result().keys);
        } else {
            giveUp(done.cause());
            promise.fail(unavailable());
        }
    }

    private synchronized void keep(Held fetched) {
        if (failed != null) {
            log.info("The keys of the issuer {} are fetched again", issuer.issuer());
        }
        held = fetched;
        failed = null;
        fetching = null;
    }

    private synchronized void giveUp(Throwable cause) {
        if (failed == null) {
            log.warn("The keys of the issuer {} cannot be fetched: {}", issuer.issuer(), told(cause));
        }
        failed = clock.instant();
        fetching = null;
    }

    /** Nothing that came over the network is written into the log. */
    private static String told(Throwable cause) {
        return cause instanceof EgressException || cause instanceof IllegalArgumentException
                ? String.valueOf(cause.getMessage())
                : cause.getClass().getSimpleName();
    }

    private ProblemException unavailable() {
        return ProblemException.of(
                        ProblemType.UNAVAILABLE,
                        "the keys of the issuer " + issuer.issuer() + " cannot be fetched now; the log says why")
                .after(AFTER_FAILURE);
    }

    private Held read(Fetched fetched) {
        KeySet keys = reread(fetched.body());
        Duration life = fetched.maxAge().orElse(USUAL);
        if (life.compareTo(SOONEST) < 0) {
            life = SOONEST;
        } else if (life.compareTo(LATEST) > 0) {
            life = LATEST;
        }
        Instant now = clock.instant();
        return new Held(keys, now, now.plus(life));
    }

    /** The same bytes are the same keys: what was verified with them stays so. */
    private KeySet reread(byte[] body) {
        Held before = latest();
        return before != null && before.keys.isOf(body) ? before.keys : KeySet.parse(body, issuer.algorithms());
    }

    private synchronized @Nullable Held latest() {
        return held;
    }

    /** OpenID Connect Discovery 1.0 §4: the document has to name the issuer that it was asked for. */
    private Future<URI> location() {
        URI configured = issuer.jwksUri();
        if (configured != null) {
            return Future.succeededFuture(configured);
        }
        String base = issuer.issuer().endsWith("/")
                ? issuer.issuer().substring(0, issuer.issuer().length() - 1)
                : issuer.issuer();
        return egress.get(URI.create(base + "/.well-known/openid-configuration"), LONGEST_ANSWER)
                .map(fetched -> discovered(fetched.body()));
    }

    private URI discovered(byte[] document) {
        ObjectNode configuration = StrictJson.object(document)
                .orElseThrow(
                        () -> new IllegalArgumentException("its configuration is not a JSON object within limits"));
        if (!issuer.issuer().equals(configuration.path("issuer").textValue())) {
            throw new IllegalArgumentException("its configuration names another issuer");
        }
        try {
            URI location = URI.create(configuration.path("jwks_uri").asText());
            if ("https".equals(location.getScheme()) || issuer.issuer().startsWith("http:")) {
                return location;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for another scheme.
        }
        throw new IllegalArgumentException("its configuration has no jwks_uri that is an https URL");
    }
}
