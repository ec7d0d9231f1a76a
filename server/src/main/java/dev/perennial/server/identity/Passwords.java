package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.PasswordStore.Attempt;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.PasswordHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords: hashed and held against each other on threads of their own, a few at a time, for each costs what a hundred
 * issuances do. Attempts are limited by name and by source before any of that work. Thread-safe.
 */
public final class Passwords {
    private static final int SHORTEST = 12;
    private static final int LONGEST = 256;
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 64;
    private static final Duration PER = Duration.ofMinutes(15);
    private static final int MOST_BY_NAME = 10;
    private static final int MOST_BY_SOURCE = 100;
    /** A pair that was found good is so for a minute: what Basic sends with every call is not hashed with every call. */
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final PasswordHash hash;
    private final PasswordStore store;
    private final WorkerExecutor threads;
    private final AtomicInteger waiting = new AtomicInteger();
    private final InstantSource clock;
    private final SecretKeySpec memoryKey;
    private final Memory<Verified> memory;

    public Passwords(
            Vertx vertx, Database database, SecureRandom random, InstantSource clock, BooleanSupplier hearsOfChanges) {
        this.hash = new PasswordHash(random);
        this.store = new PasswordStore(database);
        this.threads = vertx.createSharedWorkerExecutor("passwords", THREADS);
        this.clock = clock;
        byte[] key = new byte[32];
        random.nextBytes(key);
        this.memoryKey = new SecretKeySpec(key, "HmacSHA256");
        this.memory = new Memory<>(hearsOfChanges);
    }

    private record Verified(Caller caller, Instant until) {}

    /** The form in which a new password is stored; malformed where it is too short or too long. */
    Future<String> hash(String password) {
        String normal = normal(password);
        if (normal.length() < SHORTEST || normal.length() > LONGEST) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "spec.password: " + SHORTEST + " to " + LONGEST + " characters");
        }
        return onThread(() -> hash.of(normal));
    }

    Future<Caller> verify(String user, String password, String source) {
        byte[] digest = digest(user, password);
        Verified known = memory.get(digest);
        if (known != null && clock.instant().isBefore(known.until())) {
            return Future.succeededFuture(known.caller());
        }
        if (password.length() > LONGEST || user.length() > LONGEST) {
            throw wrong();
        }
        int slash = user.indexOf('/');
        String orgId = slash < 0 ? "default" : user.substring(0, slash);
        String name = AccountName.canonical(user.substring(slash + 1));
        Attempt bySource = attempt("password of source", source, MOST_BY_SOURCE);
        Attempt byName = attempt("password of account", orgId + "/" + name, MOST_BY_NAME);
        long before = memory.epoch();
        return take(bySource)
                .compose(done -> take(byName))
                .compose(done -> store.find(orgId, name))
                .compose(found -> {
                    String stored =
                            found.map(PasswordStore.WithPassword::password).orElse(null);
                    return onThread(() -> hash.matches(normal(password), stored))
                            .compose(good -> {
                                if (!good) {
                                    throw wrong();
                                }
                                Account account = found.orElseThrow().account();
                                if (!account.enabled()) {
                                    throw ProblemException.of(
                                            ProblemType.UNAUTHENTICATED,
                                            "the account is disabled; ask an administrator");
                                }
                                Caller caller = account.caller(Caller.Proof.PASSWORD);
                                memory.put(
                                        digest,
                                        new Verified(caller, clock.instant().plus(REMEMBERED)),
                                        before);
                                return store.giveBack(List.of(bySource, byName)).map(caller);
                            });
                });
    }

    void forget() {
        memory.forget();
    }

    private Future<Void> take(Attempt attempt) {
        return store.take(attempt).map(wait -> {
            if (wait != null) {
                throw ProblemException.of(
                                ProblemType.RATE_LIMITED, "too many attempts with a wrong password; try again later")
                        .after(wait);
            }
            return null;
        });
    }

    private <T> Future<T> onThread(Callable<T> work) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            throw ProblemException.of(ProblemType.UNAVAILABLE, "too many passwords are being looked at just now")
                    .after(Duration.ofSeconds(2));
        }
        return threads.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
    }

    private static Attempt attempt(String kind, String what, int most) {
        return new Attempt(kind, Digests.sha256(what.getBytes(StandardCharsets.UTF_8)), most, PER);
    }

    /** Two keyboards may send the same characters in two forms (NIST SP 800-63B §3.1.1.2). */
    private static String normal(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }

    private byte[] digest(String user, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(memoryKey);
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    private static ProblemException wrong() {
        return ProblemException.of(ProblemType.UNAUTHENTICATED, "the name or the password is wrong");
    }
}
