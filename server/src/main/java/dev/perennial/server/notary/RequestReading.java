package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Snapshots;
import dev.perennial.server.csr.ViewOptions;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Requests by their numbers, as a caller may see them, each with its newest certificate. */
final class RequestReading {
    /** Only the newest certificate is ever shown. */
    static final ViewOptions NEWEST = new ViewOptions(1, false, 0, 0, null, null);

    private final SigningRequests requests;
    private final Snapshots snapshots;

    RequestReading(SigningRequests requests) {
        this.requests = requests;
        this.snapshots = requests.snapshots();
    }

    /** Fails with unknown where there is none of that number, and with unauthorized where it is somebody else's. */
    Future<NumberedRequest> get(Caller caller, long number) {
        return requests.numbers()
                .request(caller, number)
                .compose(id -> requests.get(caller, id, NEWEST).recover(RequestReading::foreign))
                .map(view -> new NumberedRequest(number, view));
    }

    private static Future<RequestView> foreign(Throwable failure) {
        return Future.failedFuture(
                failure instanceof ProblemException problem && problem.type() == ProblemType.UNKNOWN
                        ? ProblemException.of(ProblemType.UNAUTHORIZED, "Access denied")
                        : failure);
    }

    /** Those that the caller may see, in the order of their numbers, all of one moment. */
    Future<CutList> list(Vertx vertx, Caller caller, long after, Function<NumberedRequest, CutList.Item> written) {
        Scope scope = Scope.of(caller);
        return snapshots.at(moment -> gather(vertx, moment, scope, new CutList(after), written));
    }

    /** Chains are written off the event loop. */
    private static Future<CutList> gather(
            Vertx vertx,
            Snapshots.Moment moment,
            Scope scope,
            CutList list,
            Function<NumberedRequest, CutList.Item> written) {
        return moment.list(scope, null, list.last(), CutList.PART)
                .compose(part -> vertx.executeBlocking(
                        () -> {
                            list.take(numbered(part), NumberedRequest::number, written, part.more());
                            return list;
                        },
                        false))
                .compose(taken -> taken.wantsMore()
                        ? gather(vertx, moment, scope, taken, written)
                        : Future.succeededFuture(taken));
    }

    private static List<NumberedRequest> numbered(Snapshots.Part part) {
        List<NumberedRequest> numbered = new ArrayList<>();
        for (int place = 0; place < part.requests().size(); place++) {
            numbered.add(new NumberedRequest(
                    part.numbers().get(place), part.requests().get(place)));
        }
        return numbered;
    }
}
