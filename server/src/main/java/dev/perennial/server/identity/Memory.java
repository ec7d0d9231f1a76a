package dev.perennial.server.identity;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about credentials, by their digest, until it is forgotten: so that the next call with one costs no
 * query. Thread-safe.
 */
final class Memory<V> {
    /** More than this many different credentials in memory: the memory is emptied, not grown. */
    private static final int MOST = 20_000;

    private final BooleanSupplier hearsOfChanges;
    private final Map<ByteBuffer, V> values = new ConcurrentHashMap<>();
    /** Counts {@link #forget}: what was read before one may be old and is not remembered after it. */
    private final AtomicLong epoch = new AtomicLong();

    Memory(BooleanSupplier hearsOfChanges) {
        this.hearsOfChanges = hearsOfChanges;
    }

    @Nullable
    V get(byte[] digest) {
        return values.get(ByteBuffer.wrap(digest));
    }

    /** To be read before the question is asked whose answer is to be remembered. */
    long epoch() {
        return epoch.get();
    }

    void put(byte[] digest, V value, long before) {
        if (epoch.get() != before || !hearsOfChanges.getAsBoolean()) {
            return;
        }
        if (values.size() >= MOST) {
            values.clear();
        }
        values.put(ByteBuffer.wrap(digest), value);
        if (epoch.get() != before) {
            // Forgotten between the question and the answer, on another event loop.
            values.remove(ByteBuffer.wrap(digest));
        }
    }

    void forget() {
        epoch.incrementAndGet();
        values.clear();
    }
}
