package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.PasswordStore.Attempt;
import dev.perennial.server.identity.PasswordStore.WithPassword;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.PasswordHash;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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

    /** What an organisation's id may look like; what else is sent for one is nobody's, with the same work. */
    private static final Pattern ORGANISATION = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final String NOBODYS = "";

    private final PasswordHash hash;
    private final PasswordStore store;
    private final Workers workers;
    private final InstantSource clock;
    private final SecretKeySpec memoryKey;
    private final Memory<ByteBuffer, Verified> memory;
    private final UnderWay<Asked, Caller> underWay;

    public Passwords(
            Vertx vertx, Database database, SecureRandom random, InstantSource clock, BooleanSupplier hearsOfChanges) {
        this.hash = new PasswordHash(random);
        this.store = new PasswordStore(database);
        this.workers = new Workers(vertx, "passwords", THREADS, MOST_WAITING);
        this.clock = clock;
        byte[] key = new byte[32];
        random.nextBytes(key);
        this.memoryKey = new SecretKeySpec(key, "HmacSHA256");
        this.memory = new Memory<>(hearsOfChanges);
        this.underWay = new UnderWay<>(vertx);
    }

    private record Verified(Caller caller, Instant until) {}

    /** One pair from one source: many calls at once with it are one attempt. */
    private record Asked(ByteBuffer digest, String site) {}

    /** The form in which a new password is stored; malformed where it is too short or too long. */
    Future<String> hash(String password) {
        String normal = normal(password);
        if (normal.length() < SHORTEST || normal.length() > LONGEST) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "spec.password: " + SHORTEST + " to " + LONGEST + " characters");
        }
        return workers.run(() -> hash.of(normal));
    }

    Future<Caller> verify(String user, String password, String source) {
        ByteBuffer digest = digest(user, password);
        Verified known = memory.get(digest);
        if (known != null && clock.instant().isBefore(known.until())) {
            return Future.succeededFuture(known.caller());
        }
        String normal = normal(password);
        if (normal.length() > LONGEST || user.length() > LONGEST) {
            throw wrong();
        }
        String site = Sources.site(source);
        return underWay.join(new Asked(digest, site), () -> verifyAnew(user, normal, site, digest));
    }

    private Future<Caller> verifyAnew(String user, String normal, String site, ByteBuffer digest) {
        int slash = user.indexOf('/');
        String orgId = slash < 0 ? "default" : user.substring(0, slash);
        String name = AccountName.canonical(user.substring(slash + 1));
        long before = memory.epoch();
        return counted(
                attempt("password of source", site, MOST_BY_SOURCE),
                () -> counted(
                        attempt("password of account", orgId + "/" + name, MOST_BY_NAME),
                        () -> held(
                                ORGANISATION.matcher(orgId).matches() ? orgId : NOBODYS,
                                name,
                                normal,
                                digest,
                                before)));
    }

    private Future<Caller> held(String orgId, String name, String normal, ByteBuffer digest, long before) {
        return store.find(orgId, name).compose(found -> {
            String stored = found.map(WithPassword::password).orElse(null);
            return workers.run(() -> hash.matches(normal, stored)).map(good -> {
                if (!good || stored == null) {
                    throw wrong();
                }
                Account account = found.orElseThrow().account();
                if (!account.enabled()) {
                    throw ProblemException.of(
                            ProblemType.UNAUTHENTICATED, "the account is disabled; ask an administrator");
                }
                Caller caller = account.byPassword(stored);
                memory.put(digest, new Verified(caller, clock.instant().plus(REMEMBERED)), before);
                return caller;
            });
        });
    }

    void forget() {
        memory.forget();
        underWay.forget();
    }

    /** Takes an attempt for the work, and gives it back unless that was a guess: what fails for our reasons is none. */
    private Future<Caller> counted(Attempt attempt, Supplier<Future<Caller>> work) {
        return store.take(attempt).compose(wait -> {
            if (wait != null) {
                throw ProblemException.of(
                                ProblemType.RATE_LIMITED, "too many attempts with a wrong password; try again later")
                        .after(wait);
            }
            Future<Caller> done = work.get();
            return done.transform(
                    outcome -> isGuess(outcome) ? done : store.giveBack(attempt).transform(givenOrNot -> done));
        });
    }

    private static boolean isGuess(AsyncResult<Caller> outcome) {
        return outcome.cause() instanceof ProblemException problem && problem.type() == ProblemType.UNAUTHENTICATED;
    }

    private static Attempt attempt(String kind, String what, int most) {
        return new Attempt(kind, Digests.sha256(what.getBytes(StandardCharsets.UTF_8)), most, PER);
    }

    /** Two keyboards may send the same characters in two forms (NIST SP 800-63B §3.1.1.2). */
    private static String normal(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }

    private ByteBuffer digest(String user, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(memoryKey);
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return ByteBuffer.wrap(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    private static ProblemException wrong() {
        return ProblemException.of(ProblemType.UNAUTHENTICATED, "the name or the password is wrong");
    }
}
