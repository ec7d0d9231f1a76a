package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Refusals;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of the failures at the door is told to the audit record: every no to a known caller, one by one; every unknown
 * caller, counted. What is not there for a caller is a no too, whether it is there for others or not: the record tells no
 * more than the answer. A mistake in a call, or a state that does not allow it, is neither.
 */
final class RefusalRecord implements Handler<RoutingContext> {
    private static final Set<ProblemType> NO = EnumSet.of(
            ProblemType.UNAUTHORIZED,
            ProblemType.REJECTED_IDENTIFIER,
            ProblemType.KEY_NOT_ROTATED,
            ProblemType.RETIRED,
            ProblemType.RATE_LIMITED,
            ProblemType.NOT_FOUND,
            ProblemType.UNKNOWN);

    private final Router router;
    private final Refusals refusals;

    RefusalRecord(Router router, Refusals refusals) {
        this.router = router;
        this.refusals = refusals;
    }

    /** Lets the failure go on to its answer when it is written down. */
    @Override
    public void handle(RoutingContext context) {
        if (context.failure() instanceof ProblemException problem) {
            written(context, problem).onComplete(done -> context.next());
        } else {
            context.next();
        }
    }

    private Future<Void> written(RoutingContext context, ProblemException problem) {
        String source = Credentials.sourceOf(context);
        String httpRequest = RequestLog.idOf(context);
        String path = context.normalizedPath();
        String pattern = pattern(context.request().method(), path);
        String action = context.request().method() + " " + pattern;
        if (problem.type() == ProblemType.UNAUTHENTICATED) {
            refusals.unknown(source, Credentials.wereAskedFor(context) ? Refusals.AUTHENTICATE : action, httpRequest);
            return Future.succeededFuture();
        }
        Optional<Caller> caller = Credentials.knownCallerOf(context);
        ProblemException.TurnedAway turnedAway = problem.caller();
        if (caller.isEmpty() && turnedAway == null && problem.type() == ProblemType.RATE_LIMITED) {
            // Too many passwords, before it is known whose.
            refusals.unknown(source, Refusals.AUTHENTICATE, httpRequest);
        }
        if (problem.isRecorded() || !NO.contains(problem.type())) {
            return Future.succeededFuture();
        }
        if (caller.isPresent()) {
            return refusals.known(
                    new Cause(caller.get().name(), source, httpRequest),
                    caller.get().orgId(),
                    action,
                    objectId(pattern, path),
                    reason(problem));
        }
        if (turnedAway == null) {
            return Future.succeededFuture();
        }
        Cause cause = new Cause(turnedAway.name(), source, httpRequest);
        if (turnedAway.orgId() == null) {
            refusals.stranger(cause, reason(problem));
            return Future.succeededFuture();
        }
        return refusals.known(cause, turnedAway.orgId(), Refusals.AUTHENTICATE, null, reason(problem));
    }

    private static String reason(ProblemException problem) {
        return problem.type().slug() + ": " + problem.detail();
    }

    /** What the routes call such a path; by now no route says that it is the one. */
    private String pattern(HttpMethod method, String path) {
        String[] segments = path.split("/", -1);
        return router.getRoutes().stream()
                .filter(route -> route.methods() != null
                        && route.methods().contains(method)
                        && route.getPath() != null
                        && Problems.fits(route.getPath(), segments))
                .map(Route::getPath)
                .findFirst()
                .orElse("/");
    }

    /** The last id in the path, if it is one: what is called {@code /agent_connectors/A/…/B} is about B. */
    private static @Nullable String objectId(String pattern, String path) {
        String[] names = pattern.split("/", -1);
        String[] segments = path.split("/", -1);
        String id = null;
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith(":")) {
                id = segments[i];
            }
        }
        return id != null && PathId.isId(id) ? id : null;
    }
}
