package dev.perennial.server.http;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The places for connections, counted over all event loops: so many in all, so many from one address. */
public final class ConnectionPlaces {
    private final int all;
    private final int fromOne;
    private final AtomicInteger taken = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> takenBySource = new ConcurrentHashMap<>();

    public ConnectionPlaces(int all, int fromOne) {
        this.all = all;
        this.fromOne = fromOne;
    }

    /** Takes a place; false where none is left, and then nothing is to be given back. */
    boolean take(String source) {
        if (taken.incrementAndGet() > all) {
            taken.decrementAndGet();
            return false;
        }
        if (takenBySource.merge(source, 1, Integer::sum) > fromOne) {
            giveBack(source);
            return false;
        }
        return true;
    }

    void giveBack(String source) {
        taken.decrementAndGet();
        takenBySource.computeIfPresent(source, (address, count) -> count == 1 ? null : count - 1);
    }

    /** How many are taken now. */
    public int taken() {
        return taken.get();
    }
}
