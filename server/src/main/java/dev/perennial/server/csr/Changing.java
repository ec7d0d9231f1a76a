package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Ownership;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How one request is changed: locked, looked at as the caller may, changed, told of, all in one transaction. */
final class Changing {
    private final Database database;
    private final RequestStore requests;
    private final Events events;
    private final InstantSource clock;

    Changing(Database database, RequestStore requests, Events events, InstantSource clock) {
        this.database = database;
        this.requests = requests;
        this.events = events;
        this.clock = clock;
    }

    /** A change of a locked request that the caller may see. */
    interface Change<T> {
        Future<T> of(SqlConnection tx, SigningRequest request, Instant now);
    }

    /**
     * Fails with unauthorized where the caller may see the request and not change it, with unknown, or withdrawn, where there is nothing to change.
     *
     * @param seenPosition of the version that the caller has seen: fails with preconditionFailed where it is another by
     *     now; null where the caller does not say
     */
    <T> Future<T> change(Caller caller, String id, @Nullable Long seenPosition, Change<T> change) {
        return locked(caller, id, seenPosition, (tx, request, now) -> {
            requireMayChange(caller, request);
            return change.of(tx, request, now);
        });
    }

    static void requireMayChange(Caller caller, SigningRequest request) {
        if (!caller.mayChange(request.ownership())) {
            throw Refusals.notYours("change a request of somebody else", Permission.MANAGE_REQUESTS);
        }
    }

    /** As {@link #change}, for who may approve and deny it. */
    <T> Future<T> decide(Caller caller, String id, @Nullable Long seenPosition, Change<T> change) {
        return locked(caller, id, seenPosition, (tx, request, now) -> {
            if (!caller.mayDecide(request.ownership())) {
                throw Refusals.notYours("decide about a request for this signer", Permission.APPROVE);
            }
            return change.of(tx, request, now);
        });
    }

    /** As {@link #change}, for who may put in what a signer made elsewhere. */
    <T> Future<T> sign(Caller caller, String id, @Nullable Long seenPosition, Change<T> change) {
        return locked(caller, id, seenPosition, (tx, request, now) -> {
            requireMaySign(caller, request);
            return change.of(tx, request, now);
        });
    }

    /** As {@link #change}, by the clock; fails with preconditionFailed where it is not what was seen, or is withdrawn. */
    <T> Future<T> byClock(String id, long seenPosition, Change<T> change) {
        return database.inTransaction(tx -> requests.lock(tx, id).compose(found -> {
            if (found.isEmpty()
                    || found.get().withdrawn() != null
                    || found.get().position() != seenPosition) {
                throw ProblemException.of(ProblemType.PRECONDITION_FAILED, "the request has changed");
            }
            return change.of(tx, found.get(), clock.instant());
        }));
    }

    private static void requireMaySign(Caller caller, SigningRequest request) {
        if (!caller.maySign(request.ownership())) {
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED,
                    "to sign for " + request.signer() + " needs a grant of sign:" + request.signer() + ", or the role "
                            + Permission.MANAGE_REQUESTS.words());
        }
    }

    private <T> Future<T> locked(Caller caller, String id, @Nullable Long seenPosition, Change<T> change) {
        return lockedWithdrawnToo(caller, id, seenPosition, (tx, request, now) -> {
            if (request.withdrawn() != null) {
                throw Refusals.withdrawn();
            }
            return change.of(tx, request, now);
        });
    }

    /** A change of what a door alone keeps: whoever may do anything to the request, and of a withdrawn one too. */
    <T> Future<T> annotate(Caller caller, String id, @Nullable Long seenPosition, Change<T> change) {
        return lockedWithdrawnToo(caller, id, seenPosition, (tx, request, now) -> {
            Ownership ownership = request.ownership();
            if (!caller.mayChange(ownership) && !caller.mayDecide(ownership) && !caller.maySign(ownership)) {
                throw Refusals.notYours("change a request of somebody else", Permission.MANAGE_REQUESTS);
            }
            return change.of(tx, request, now);
        });
    }

    private <T> Future<T> lockedWithdrawnToo(Caller caller, String id, @Nullable Long seenPosition, Change<T> change) {
        return database.inTransaction(tx -> requests.lock(tx, id)
                .map(found ->
                        found.filter(request -> request.isVisibleTo(caller)).orElseThrow(Refusals::unknown))
                .compose(request -> {
                    if (seenPosition != null && seenPosition != request.position()) {
                        throw ProblemException.of(
                                ProblemType.PRECONDITION_FAILED, "the request has changed; GET it and try again");
                    }
                    return change.of(tx, request, clock.instant());
                }));
    }

    Instant now() {
        return clock.instant();
    }

    /** A certificate that was revoked may be one that somebody comes in with: what the servers remember is forgotten. */
    Future<Void> revoked(SqlConnection tx) {
        return events.accessChanged(tx);
    }

    /** Records a certificate of the server's own. */
    Future<Void> ownIssued(SqlConnection tx, Issued issued, Instant now) {
        return events.done(tx, now, null, Cause.clock(), "issue-own", issued.id(), "serial " + issued.serial());
    }

    /** As {@link #tell}, of a change of a request that goes on, which gets the position. */
    Future<Void> tellModified(
            SqlConnection tx,
            SigningRequest request,
            Cause cause,
            String action,
            @Nullable String reason,
            RequestState state,
            Instant now) {
        return tell(tx, request, cause, action, reason, Event.Change.MODIFIED, state.name(), now)
                .compose(position -> requests.touch(tx, request.id(), now, position));
    }

    /** Tells of the change, last: after it only rows that this transaction has locked or made may be written. */
    Future<Long> tell(
            SqlConnection tx,
            SigningRequest request,
            Cause cause,
            String action,
            @Nullable String reason,
            Event.Change kind,
            String state,
            Instant now) {
        return events.done(tx, now, request.orgId(), cause, action, request.id(), reason)
                .compose(done ->
                        events.append(tx, now, request.orgId(), Event.Kind.SIGNING_REQUEST, request.id(), kind, state));
    }
}
