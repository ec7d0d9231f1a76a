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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests by their numbers, as a caller may see them, each with its newest certificate. */
final class RequestReading {
    /** Only the newest certificate is ever shown. */
    static final ViewOptions NEWEST = new ViewOptions(1, false, 0, 0, null, null);

    private static final int PART = 500;

    /** Upstream has no pages: so many are in one answer, and it says where it goes on. */
    static final int MOST = 5_000;

    /** So large an answer may become, but for its last request. */
    private static final long MOST_OCTETS = 16L * 1024 * 1024;

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

    /** @param next the number after which it goes on; null where this is all */
    record Listed(List<NumberedRequest> requests, @Nullable Long next) {}

    /** Those that the caller may see, in the order of their numbers, all of one moment. */
    Future<Listed> list(Caller caller, long after) {
        Scope scope = Scope.of(caller);
        return snapshots.at(moment -> gather(moment, scope, after, 0, new ArrayList<>()));
    }

    private static Future<Listed> gather(
            Snapshots.Moment moment, Scope scope, long after, long octetsBefore, List<NumberedRequest> found) {
        return moment.list(scope, null, after, PART).compose(part -> {
            long octets = octetsBefore;
            for (int place = 0; place < part.requests().size(); place++) {
                RequestView view = part.requests().get(place);
                found.add(new NumberedRequest(part.numbers().get(place), view));
                octets += octets(view);
            }
            if (!part.more()) {
                return Future.succeededFuture(new Listed(found, null));
            }
            long last = part.numbers().get(part.numbers().size() - 1);
            return found.size() >= MOST || octets > MOST_OCTETS
                    ? Future.succeededFuture(new Listed(found, last))
                    : gather(moment, scope, last, octets, found);
        });
    }

    private static long octets(RequestView view) {
        return view.request().current().pkcs10().length
                + view.certificates().stream()
                        .mapToLong(one -> one.der().length
                                + one.chain().stream()
                                        .mapToLong(der -> der.length)
                                        .sum())
                        .sum();
    }
}
