package dev.perennial.server.notary;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One answer's part of a list. Upstream has no pages: so many items and octets are in one answer, and it says where it
 * goes on. Items are read in parts, so that what finds no place is not read either. Of one reader at a time.
 */
final class CutList {
    /** So many are read at once. */
    static final int PART = 500;

    private static final int MOST = 5_000;
    private static final long MOST_OCTETS = 16L * 1024 * 1024;

    private final int most;
    private final long mostOctets;
    private final List<Item> shown = new ArrayList<>();
    private long octets;
    private long last;
    private boolean more = true;

    /** @param after the number that it begins after */
    CutList(long after) {
        this(after, MOST, MOST_OCTETS);
    }

    CutList(long after, int most, long mostOctets) {
        this.last = after;
        this.most = most;
        this.mostOctets = mostOctets;
    }

    /** What an item is written as. */
    interface Item {
        /** How many octets that takes, but for some names and signs. */
        long octets();
    }

    /**
     * Takes the next ones until it is full, which is after the item that is one too many octets.
     *
     * @param number of an item, by which it is called
     * @param written makes what is shown of one; not called for what finds no place
     * @param others whether others come after these
     */
    <T> void take(List<T> part, ToLongFunction<T> number, Function<T, Item> written, boolean others) {
        more = others;
        for (T one : part) {
            if (isFull()) {
                more = true;
                return;
            }
            Item item = written.apply(one);
            shown.add(item);
            octets += item.octets();
            last = number.applyAsLong(one);
        }
    }

    /** Whether to read on. */
    boolean wantsMore() {
        return more && !isFull();
    }

    private boolean isFull() {
        return shown.size() >= most || octets > mostOctets;
    }

    /** The number of the last one that was taken, or what it begins after. */
    long last() {
        return last;
    }

    /** The number after which it goes on; null where this is all. */
    @Nullable
    Long next() {
        return more ? last : null;
    }

    List<Item> shown() {
        return shown;
    }
}
