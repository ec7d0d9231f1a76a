package dev.perennial.server.kubernetes;

import dev.perennial.model.ProblemType;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.Snapshots;
import dev.perennial.server.http.PageToken;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is, as a caller may see it, always of one moment. */
final class ObjectReading {
    private static final int PART = 500;

    /** So many parts are looked through for one answer: it says where to go on. */
    private static final int MOST_PARTS = 20;

    /** So large an answer may become, but for its last object. */
    private static final long MOST_OCTETS = 16L * 1024 * 1024;

    private final Snapshots snapshots;
    private final ObjectStore store;
    private final ObjectSelections selections;

    ObjectReading(Snapshots snapshots, ObjectStore store, ObjectSelections selections) {
        this.snapshots = snapshots;
        this.store = store;
        this.selections = selections;
    }

    /** One page; {@code next} is the number after which it goes on, null where it does not. */
    record Listed(
            List<Seen> objects, long version, @Nullable Long next) {}

    /** Fails with unknown where there is none of that name that the caller may see. */
    Future<Seen> get(Caller caller, String name) {
        return snapshots.at(moment -> get(moment, caller, name));
    }

    private Future<Seen> get(Snapshots.Moment moment, Caller caller, String name) {
        return store.named(moment.connection(), caller.orgId(), name)
                .compose(ids -> all(moment, ids))
                .map(found -> {
                    List<Seen> visible = found.stream()
                            .filter(seen -> seen.name().equals(name) && isVisible(seen, caller))
                            .toList();
                    if (visible.size() > 1) {
                        throw StatusException.conflict("several organisations have a certificatesigningrequest of that"
                                + " name; use an account of one of them");
                    }
                    return visible.stream()
                            .findFirst()
                            .orElseThrow(() -> ProblemException.of(ProblemType.UNKNOWN, "there is no such object"));
                });
    }

    /** Whether it is because nothing goes by that name. */
    static boolean isNotThere(Throwable failure) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.UNKNOWN;
    }

    static boolean isVisible(Seen seen, Caller caller) {
        return seen.isThere() && caller.sees(seen.request().ownership());
    }

    /** Of these requests what is there or was, in any order. */
    Future<List<Seen>> all(Snapshots.Moment moment, Collection<String> ids) {
        return moment.of(ids).compose(views -> withRows(moment, views));
    }

    private Future<List<Seen>> withRows(Snapshots.Moment moment, List<RequestView> views) {
        List<String> ids = views.stream().map(view -> view.request().id()).toList();
        return store.find(moment.connection(), ids).map(rows -> seen(views, rows));
    }

    private static List<Seen> seen(List<RequestView> views, Map<String, ObjectRow> rows) {
        return views.stream()
                .map(view -> Seen.of(view, rows.get(view.request().id())))
                .toList();
    }

    /** Fails with expired where the version, or the page, is of a time that is forgotten. */
    Future<Listed> list(Caller caller, ListQuery query) {
        return snapshots.at(moment -> {
            PageToken token = query.token();
            requireKept(moment, query, token);
            long after = token == null ? 0 : token.minor();
            return list(moment, caller, query.selector(), query.limit(), after)
                    .map(listed -> token == null ? listed : new Listed(listed.objects(), token.major(), listed.next()));
        });
    }

    private static void requireKept(Snapshots.Moment moment, ListQuery query, @Nullable PageToken token) {
        Long version = query.version();
        if (token != null && token.major() < moment.horizon()) {
            throw StatusException.expired("The provided continue parameter is too old: list again without it");
        }
        if (version != null && version > moment.head()) {
            throw new StatusException(
                    504, "Timeout", "Too large resource version: " + version + ", current: " + moment.head());
        }
        if (version != null && query.match().equals("Exact") && version != moment.head()) {
            throw StatusException.expired(
                    "The resourceVersion for the provided list is too old: only the newest is kept");
        }
    }

    /** All that the caller may see and the selector means, at that moment. */
    Future<Listed> list(Snapshots.Moment moment, Caller caller, Selector selector, int limit, long after) {
        if (selector.name() != null) {
            return store.named(moment.connection(), caller.orgId(), selector.name())
                    .compose(ids -> all(moment, ids))
                    .map(found -> listed(moment, matching(found, caller, selector), null));
        }
        return gather(moment, caller, selector, limit, after, 1, new ArrayList<>());
    }

    private Future<Listed> gather(
            Snapshots.Moment moment,
            Caller caller,
            Selector selector,
            int limit,
            long after,
            int parts,
            List<Seen> found) {
        return part(moment, caller, selector, after)
                .compose(part -> withRows(moment, part.requests()).compose(some -> {
                    long octets = octets(found);
                    for (int place = 0; place < some.size(); place++) {
                        if (found.size() == limit || octets > MOST_OCTETS) {
                            return Future.succeededFuture(
                                    listed(moment, found, part.numbers().get(place) - 1));
                        }
                        List<Seen> one = matching(List.of(some.get(place)), caller, selector);
                        octets += octets(one);
                        found.addAll(one);
                    }
                    if (part.more()) {
                        long last = part.numbers().get(part.numbers().size() - 1);
                        if (parts == MOST_PARTS) {
                            return Future.succeededFuture(listed(moment, found, last));
                        }
                        return gather(moment, caller, selector, limit, last, parts + 1, found);
                    }
                    return held(moment, caller, selector).map(held -> {
                        found.addAll(held);
                        return listed(moment, found, null);
                    });
                }));
    }

    private Future<Snapshots.Part> part(Snapshots.Moment moment, Caller caller, Selector selector, long after) {
        if (selector.needsLabels()) {
            return selections.page(moment, Scope.of(caller), selector, false, after, PART);
        }
        List<String> signers = selector.signer() == null ? null : List.of(selector.signer());
        return moment.list(Scope.of(caller), signers, after, PART);
    }

    private static long octets(List<Seen> found) {
        return found.stream().mapToLong(seen -> seen.row().octets()).sum();
    }

    /** Some of those that were made here, that the caller may see and the selector means. */
    Future<Listed> born(Caller caller, Selector selector, long after) {
        return snapshots.at(moment -> selections
                .page(moment, Scope.of(caller), selector, true, after, PART)
                .compose(part -> withRows(moment, part.requests()).map(some -> {
                    Long next = part.more() ? part.numbers().get(part.numbers().size() - 1) : null;
                    return listed(moment, matching(some, caller, selector), next);
                })));
    }

    /** What is taken back, and held by its finalizers. */
    private Future<List<Seen>> held(Snapshots.Moment moment, Caller caller, Selector selector) {
        return selections
                .held(moment, caller.orgId())
                .compose(ids -> ids.isEmpty() ? Future.succeededFuture(List.of()) : all(moment, ids))
                .map(found -> matching(found, caller, selector));
    }

    private static List<Seen> matching(List<Seen> found, Caller caller, Selector selector) {
        return found.stream()
                .filter(seen -> isVisible(seen, caller) && selector.matches(face(seen)))
                .toList();
    }

    static Selector.Face face(Seen seen) {
        return new Selector.Face(
                seen.name(), seen.request().ownership(), seen.row().labels());
    }

    private static Listed listed(Snapshots.Moment moment, List<Seen> found, @Nullable Long next) {
        List<Seen> byName =
                found.stream().sorted(Comparator.comparing(Seen::name)).toList();
        return new Listed(byName, moment.head(), next);
    }
}
