package dev.perennial.server.identity;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was found out, until it is forgotten, so that the next call with the same key costs no query. Credentials are
 * known by their digests. Thread-safe.
 */
public final class Memory<K, V> {
    /** More than this many keys in memory: the memory is emptied, not grown. */
    private static final int MOST = 20_000;

    private final BooleanSupplier hearsOfChanges;
    private final Map<K, V> values = new ConcurrentHashMap<>();
    /** Counts {@link #forget}: what was read before one may be old and is not remembered after it. */
    private final AtomicLong epoch = new AtomicLong();

    /** @param hearsOfChanges whether changes made by other servers are heard of now: else nothing is remembered */
    public Memory(BooleanSupplier hearsOfChanges) {
        this.hearsOfChanges = hearsOfChanges;
    }

    public @Nullable V get(K key) {
        return values.get(key);
    }

    /** To be read before the question is asked whose answer is to be remembered. */
    public long epoch() {
        return epoch.get();
    }

    /** @param before the {@link #epoch} of the question */
    public void put(K key, V value, long before) {
        if (epoch.get() != before || !hearsOfChanges.getAsBoolean()) {
            return;
        }
        if (values.size() >= MOST) {
            values.clear();
        }
        values.put(key, value);
        if (epoch.get() != before) {
            // Forgotten between the question and the answer, on another event loop.
            values.remove(key);
        }
    }

    public void forget() {
        epoch.incrementAndGet();
        values.clear();
    }
}
