package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Notifications;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry to what happened. A change is told in its own transaction, last: the position it draws is held under one
 * lock until commit, so positions are in the order of commits and a reader that remembers the last one it saw misses
 * nothing and sees nothing twice.
 */
public final class Events {
    private static final Logger log = LoggerFactory.getLogger(Events.class);

    /** The payload that goes with a change of who may come in: the servers drop what they remember of callers. */
    public static final String ACCESS = "access";

    /** The payload that goes with a change of the CAs: the servers read them again. */
    public static final String AUTHORITIES = "authorities";

    private static final String ANNOUNCE = "NOTIFY " + Notifications.CHANNEL;
    private static final String ANNOUNCE_ACCESS = ANNOUNCE + ", '" + ACCESS + "'";
    private static final String ANNOUNCE_AUTHORITIES = ANNOUNCE + ", '" + AUTHORITIES + "'";

    private final EventStore store;

    public Events(Database database) {
        this.store = new EventStore(database);
    }

    /** Tells one change and returns its position. Call it after everything else in the transaction that may wait. */
    public Future<Long> append(
            SqlConnection tx,
            Instant at,
            String orgId,
            Event.Kind kind,
            String objectId,
            Event.Change change,
            @Nullable String state) {
        return announced(tx, kind, store.append(tx, at, orgId, kind, objectId, change, state));
    }

    /** Tells one change of each of several objects, and returns their positions in the order given. */
    public Future<List<Long>> appendAll(
            SqlConnection tx,
            Instant at,
            Event.Kind kind,
            Event.Change change,
            String[] orgIds,
            String[] objectIds,
            String[] states) {
        return announced(tx, kind, store.appendAll(tx, at, kind, change, orgIds, objectIds, states));
    }

    /**
     * Up to {@code limit} events after {@code position}, in order.
     *
     * @return fails with {@link EventsGoneException} where some of them were deleted for their age: never a silent gap
     */
    public Future<List<Event>> after(long position, int limit) {
        return store.after(position, limit).compose(events -> store.horizon().map(horizon -> {
            if (position < horizon) {
                throw new EventsGoneException(horizon);
            }
            return events;
        }));
    }

    /** Deletes the oldest that are older than that, at most {@code most}; returns how many. */
    public Future<Integer> dropBefore(Instant olderThan, int most) {
        return store.drop(olderThan, most).map(dropped -> {
            if (dropped.inTheWay() != null) {
                log.warn(
                        "The oldest event says that it is of {}: no event is deleted until that is past",
                        dropped.inTheWay());
            }
            return dropped.count();
        });
    }

    /** Records that something was done. */
    public Future<Void> done(
            SqlConnection tx,
            Instant at,
            @Nullable String orgId,
            Cause cause,
            String action,
            String objectId,
            @Nullable String reason) {
        return store.audit(tx, at, orgId, cause, action, objectId, "done", reason);
    }

    /** One row of the audit record, of many that come of one call. */
    public record Done(
            String orgId,
            String action,
            String objectId,
            @Nullable String reason) {}

    /** Records that several things were done. */
    public Future<Void> doneAll(SqlConnection tx, Instant at, Cause cause, List<Done> done) {
        return store.auditAll(tx, at, cause, done);
    }

    /** Records that something was refused to a known caller. */
    public Future<Void> refused(
            SqlConnection tx,
            Instant at,
            @Nullable String orgId,
            Cause cause,
            String action,
            @Nullable String objectId,
            String reason) {
        return store.audit(tx, at, orgId, cause, action, objectId, "refused", reason);
    }

    /** Tells every server that who may come in, or ask for what, has changed: nothing remembered of it holds any more. */
    public Future<Void> accessChanged(SqlConnection tx) {
        return tx.query(ANNOUNCE_ACCESS).execute().mapEmpty();
    }

    /** Tells every server that a CA is there, or another one than before. */
    public Future<Void> authoritiesChanged(SqlConnection tx) {
        return tx.query(ANNOUNCE_AUTHORITIES).execute().mapEmpty();
    }

    /** Sent behind what it announces without waiting for that: the lock of the positions is held by now. */
    private static <T> Future<T> announced(SqlConnection tx, Event.Kind kind, Future<T> appended) {
        String announcement = kind == Event.Kind.AGENT_CONNECTOR ? ANNOUNCE_ACCESS : ANNOUNCE;
        return Future.all(appended, tx.query(announcement).execute()).map(both -> appended.result());
    }
}
