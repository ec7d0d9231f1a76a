package dev.perennial.server.audit;

/**
 * Events that were asked for have been deleted for their age: whoever follows them has to read the objects themselves
 * anew, and go on from there.
 */
public final class EventsGoneException extends RuntimeException {
    private final long horizon;

    EventsGoneException(long horizon) {
        super("the events up to position " + horizon + " are gone", null, false, false);
        this.horizon = horizon;
    }

    /** The last position that is gone. */
    public long horizon() {
        return horizon;
    }
}
