package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.identity.Caller;
import io.vertx.core.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a door changes what it alone keeps of a request: the request gets another position, so that whoever watches it
 * learns of it, and stays otherwise as it is. Of a withdrawn one too, since a door may show it for longer.
 */
final class Annotating {
    private final Changing changing;
    private final RequestStore requests;

    Annotating(Changing changing, RequestStore requests) {
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
        return changing.annotate(caller, id, seenPosition, (tx, request, now) -> {
            boolean withdrawn = request.withdrawn() != null;
            Event.Change kind = withdrawn && ended.test(request) ? Event.Change.DELETED : Event.Change.MODIFIED;
            RequestState state =
                    withdrawn ? RequestState.WITHDRAWN : request.current().state();
            return changing.tell(tx, request, cause, "annotate", reason, kind, state.name(), now)
                    .compose(position -> requests.touch(tx, id, now, position)
                            .compose(done -> annotation.write(tx, request, position)));
        });
    }
}
