package dev.perennial.server.keys;

import dev.perennial.server.identity.Workers;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.vault.SigningKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes keys, and keeps some of the kind that takes longest and is wanted most ready, so that whoever asks for one does
 * not wait. What is ready is in memory only, and nobody's yet. Thread-safe.
 */
final class ReadyKeys {
    static final KeyKind KIND = KeyKind.RSA_2048;
    static final int MOST = 24;

    /** While nobody asks, so slowly that nobody notices. */
    private static final long PACE_MILLIS = 2_000;

    /** For so long nobody has taken one, before more are made: a burst has the processors to itself. */
    private static final long LULL_MILLIS = 300;

    private static final int MOST_WAITING = 50;

    private final Vertx vertx;
    private final Workers workers;
    private final Executor filler;
    private final SecureRandom random;
    private final Queue<SigningKey> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicBoolean isFilling = new AtomicBoolean();
    private final AtomicBoolean isHurried = new AtomicBoolean();

    ReadyKeys(Vertx vertx, SecureRandom random) {
        this.vertx = vertx;
        this.workers = new Workers(vertx, "keys", 1, MOST_WAITING);
        this.filler = Executors.newSingleThreadExecutor(ReadyKeys::thread);
        this.random = random;
        vertx.setPeriodic(PACE_MILLIS, fired -> add());
    }

    /** How many are ready. */
    int count() {
        return count.get();
    }

    /** Fails with unavailable where too many wait for theirs. */
    Future<SigningKey> next(KeyKind kind) {
        SigningKey key = kind == KIND ? ready.poll() : null;
        if (key == null) {
            return workers.run(() -> SigningKey.generate(kind, random));
        }
        long turn = taken.incrementAndGet();
        if (count.decrementAndGet() == 0) {
            hurry();
        } else {
            vertx.setTimer(LULL_MILLIS, fired -> {
                if (taken.get() == turn) {
                    hurry();
                }
            });
        }
        return Future.succeededFuture(key);
    }

    private void hurry() {
        isHurried.set(true);
        add();
    }

    private void add() {
        if (count.get() >= MOST) {
            isHurried.set(false);
            return;
        }
        if (!isFilling.compareAndSet(false, true)) {
            return;
        }
        filler.execute(() -> {
            try {
                ready.add(SigningKey.generate(KIND, random));
                count.incrementAndGet();
            } finally {
                isFilling.set(false);
            }
            if (isHurried.get()) {
                add();
            }
        });
    }

    /** A key that is half made holds up no end of the process. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "ready keys");
        thread.setDaemon(true);
        return thread;
    }
}
