package dev.perennial.server.qradar;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.keys.KeyedRequests;
import dev.perennial.server.keys.KeyedRequests.Named;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** Looks requests through from the newest on: in parts, off the event loop, and not without an end. */
final class Listing {
    /** An answer has no more. */
    static final int MOST = 5_000;

    /** So many parts of that size a filter looks through. */
    private static final int PARTS = 20;

    private final Vertx vertx;
    private final KeyedRequests requests;
    private final Caller caller;
    private final ListQuery query;
    private final List<Named> found = new ArrayList<>();

    Listing(Vertx vertx, KeyedRequests requests, Caller caller, ListQuery query) {
        this.vertx = vertx;
        this.requests = requests;
        this.caller = caller;
        this.query = query;
    }

    Future<List<Named>> find() {
        return find(Long.MAX_VALUE, PARTS);
    }

    private Future<List<Named>> find(long below, int parts) {
        return requests.list(caller, caller.homeOrgId(), below, MOST)
                .compose(part -> vertx.executeBlocking(() -> query.filtered(part), false)
                        .compose(kept -> {
                            found.addAll(kept.subList(0, Math.min(kept.size(), MOST - found.size())));
                            return part.size() < MOST || found.size() == MOST || parts == 1
                                    ? Future.succeededFuture(found)
                                    : find(part.get(part.size() - 1).number(), parts - 1);
                        }));
    }
}
