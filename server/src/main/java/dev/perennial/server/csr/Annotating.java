package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a door changes what it alone keeps of a request: the request gets another position, so that whoever watches it
 * learns of it, and stays otherwise as it is. Of a withdrawn one too, since a door may show it for longer.
 */
final class Annotating {
    private final Database database;
    private final Changing changing;
    private final RequestStore requests;

    Annotating(Database database, Changing changing, RequestStore requests) {
        this.database = database;
        this.changing = changing;
        this.requests = requests;
    }

    /**
     * Fails with unauthorized for who may neither change it nor decide about it nor sign it, and with preconditionFailed
     * where it is not what the caller has seen.
     *
     * @param ended of a withdrawn request: whether with this the door shows it no longer
     */
    Future<Void> annotate(
            Caller caller,
            Cause cause,
            String id,
            @Nullable Long seenPosition,
            String reason,
            Predicate<SigningRequest> ended,
            Annotation annotation) {
        return database.inTransaction(tx -> requests.lock(tx, id)
                .map(found -> found.filter(one -> one.isVisibleTo(caller)).orElseThrow(Refusals::unknown))
                .compose(request -> {
                    requireMayAnnotate(caller, request);
                    if (seenPosition != null && seenPosition != request.position()) {
                        throw ProblemException.of(
                                ProblemType.PRECONDITION_FAILED, "the request has changed; GET it and try again");
                    }
                    boolean gone = request.withdrawn() != null && ended.test(request);
                    RequestState state =
                            request.withdrawn() == null ? request.current().state() : RequestState.WITHDRAWN;
                    return changing.tell(
                                    tx,
                                    request,
                                    cause,
                                    "annotate",
                                    reason,
                                    gone ? Event.Change.DELETED : Event.Change.MODIFIED,
                                    state.name(),
                                    changing.now())
                            .compose(position -> requests.touch(tx, id, changing.now(), position)
                                    .compose(done -> annotation.write(tx, request, position)));
                }));
    }

    private static void requireMayAnnotate(Caller caller, SigningRequest request) {
        if (!caller.mayChange(request.ownership())
                && !caller.mayDecide(request.ownership())
                && !caller.maySign(request.ownership())) {
            throw Refusals.notYours("change a request of somebody else", Permission.MANAGE_REQUESTS);
        }
    }
}
