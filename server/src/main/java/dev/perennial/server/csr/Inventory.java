package dev.perennial.server.csr;

import dev.perennial.server.csr.InventoryFilter.Order;
import dev.perennial.server.csr.InventoryStore.Bounds;
import dev.perennial.server.csr.InventoryStore.Found;
import dev.perennial.server.csr.InventoryStore.Search;
import dev.perennial.server.csr.InventoryStore.Window;
import dev.perennial.server.csr.Page.Position;
import dev.perennial.server.csr.Page.Total;
import dev.perennial.server.csr.Page.Wanted;
import dev.perennial.server.identity.Scope;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Searches of the inventory, answered with the ids of what is found. The order is gone along in windows, each of them one
 * statement of bounded work and as wide as those before it let expect; so a page costs what it takes to fill it, and one
 * that takes too long ends early and says where to go on.
 */
final class Inventory {
    /** A total is exact up to here. */
    static final int MOST_COUNTED = 10_000;

    /** With the statement that was under way when it was over, and what is around it, a page is within 50 ms. */
    private static final Duration PAGE_TAKES = Duration.ofMillis(20);

    /** A page has looked at that many before it ends early: on a slow machine too it gets somewhere. */
    private static final long LEAST_LOOKED_AT = 2_000;

    /** Of a list that Agilicus' clients ask for, who do not know that there may be more: within the call's deadline. */
    private static final Duration WHOLE_PAGE_TAKES = Duration.ofSeconds(5);

    /** Of a search that is gone along to its end. */
    private static final int WHOLE_PAGE = 500;

    private static final Duration COUNT_TAKES = Duration.ofMillis(200);

    /** A window that took this long is wide enough. */
    private static final Duration STATEMENT_TAKES = Duration.ofMillis(3);

    private static final long FIRST_SECONDS = 3_600;
    private static final int GROWS = 8;

    /** Of the index of names, in one window. */
    private static final int MOST_SEGMENTS = 16;

    private final InventoryStore store;
    private final InstantSource clock;

    Inventory(InventoryStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    Future<Page<String>> certificates(Scope scope, InventoryFilter filter, Wanted wanted) {
        boolean byName = filter.asksForNamesOrKeys() && !filter.asksForFew();
        boolean byExpiry = filter.order() == null
                ? !byName && !filter.asksForFew() && (filter.expiresAfter() != null || filter.expiresBefore() != null)
                : filter.order() == Order.EXPIRY;
        InventoryAxis axis = byExpiry
                ? InventoryAxis.CERTIFICATES_BY_EXPIRY
                : byName ? InventoryAxis.CERTIFICATES_BY_GENERATION : InventoryAxis.CERTIFICATES_BY_NUMBER;
        return page(
                new Search(axis, scope, filter, clock.instant()), wanted, !byExpiry && filter.order() != Order.OLDEST);
    }

    /** All certificates, page after page; no more of them once there are so many. */
    Future<List<String>> all(Scope scope, InventoryFilter filter, int most) {
        return all(scope, filter, most, null, new ArrayList<>());
    }

    private Future<List<String>> all(
            Scope scope, InventoryFilter filter, int most, @Nullable Position after, List<String> found) {
        return certificates(scope, filter, new Wanted(WHOLE_PAGE, after, false)).compose(page -> {
            found.addAll(page.items());
            Position next = page.next();
            return next == null || found.size() >= most
                    ? Future.succeededFuture(found)
                    : all(scope, filter, most, next, found);
        });
    }

    Future<Page<String>> requests(Scope scope, InventoryFilter filter, Wanted wanted) {
        InventoryAxis axis = filter.asksForNamesOrKeys() && !filter.asksForFew()
                ? InventoryAxis.REQUESTS_BY_GENERATION
                : InventoryAxis.REQUESTS_BY_NUMBER;
        return page(new Search(axis, scope, filter, clock.instant()), wanted, filter.order() == Order.NEWEST);
    }

    private Future<Page<String>> page(Search search, Wanted wanted, boolean backward) {
        return Future.all(store.bounds(search.axis()), store.asksForFewRequests(search))
                .compose(both -> {
                    Bounds bounds = both.resultAt(0);
                    boolean few = both.resultAt(1);
                    if (bounds == null) {
                        return Future.succeededFuture(
                                new Page<String>(List.of(), null, wanted.counted() ? new Total(0, false) : null));
                    }
                    Walk walk = new Walk(search, within(search, bounds), few, backward);
                    Future<@Nullable Total> total =
                            wanted.counted() ? walk.count().map(counted -> counted) : Future.succeededFuture();
                    return total.compose(counted -> walk.page(wanted, counted));
                });
    }

    /** What an expiry window leaves of the axis of expiry. */
    private static Bounds within(Search search, Bounds bounds) {
        InventoryFilter filter = search.filter();
        if (search.axis() != InventoryAxis.CERTIFICATES_BY_EXPIRY) {
            return bounds;
        }
        Instant after = filter.expiresAfter();
        Instant before = filter.expiresBefore();
        return new Bounds(
                after == null ? bounds.least() : Math.max(bounds.least(), after.getEpochSecond()),
                before == null ? bounds.most() : Math.min(bounds.most(), before.getEpochSecond()),
                bounds.indexed());
    }

    /** One search on its way. */
    private final class Walk {
        private final Search search;
        private final InventoryAxis axis;
        private final InventoryFilter filter;
        private final Bounds bounds;
        private final boolean few;
        private final boolean backward;

        Walk(Search search, Bounds bounds, boolean few, boolean backward) {
            this.search = search;
            this.axis = search.axis();
            this.filter = search.filter();
            this.bounds = bounds;
            this.few = few;
            this.backward = backward;
        }

        Future<Page<String>> page(Wanted wanted, @Nullable Total total) {
            return gather(
                            new ArrayList<>(),
                            next(clamped(wanted.after()), first(wanted.limit())),
                            wanted.limit(),
                            0,
                            clock.instant())
                    .map(gathered -> page(gathered, wanted.limit(), total));
        }

        private Page<String> page(Gathered gathered, int limit, @Nullable Total total) {
            List<Found> found = gathered.found();
            boolean more = found.size() > limit;
            List<Found> shown = more ? found.subList(0, limit) : found;
            return new Page<>(
                    shown.stream().map(Found::id).toList(),
                    more ? shown.get(limit - 1).position() : gathered.stoppedAt(),
                    total);
        }

        /** Whoever made that token up gets an empty page of it, and no number that is no instant. */
        private @Nullable Position clamped(@Nullable Position after) {
            return after == null
                    ? null
                    : new Position(
                            Math.max(bounds.least() - 1, Math.min(after.major(), bounds.most() + 1)), after.minor());
        }

        /** One more than the page holds tells whether there is another. */
        private Future<Gathered> gather(
                List<Found> found, @Nullable Window window, int limit, long lookedAt, Instant since) {
            if (window == null || found.size() > limit) {
                return Future.succeededFuture(new Gathered(found, null));
            }
            Instant before = clock.instant();
            int missing = limit + 1 - found.size();
            return store.nearest(search, window)
                    .compose(near -> store.find(search, near, missing).compose(some -> {
                        found.addAll(some);
                        if (some.size() == missing) {
                            return Future.succeededFuture(new Gathered(found, null));
                        }
                        Window next = next(end(near), width(near, some.size(), missing, before));
                        long looked = lookedAt + size(near);
                        return next != null && looked >= LEAST_LOOKED_AT && isOver(since, patience())
                                ? Future.succeededFuture(new Gathered(found, end(near)))
                                : gather(found, next, limit, looked, since);
                    }));
        }

        private Duration patience() {
            return filter.isAgilicus() ? WHOLE_PAGE_TAKES : PAGE_TAKES;
        }

        Future<Total> count() {
            return count(0, next(null, first(MOST_COUNTED)), clock.instant());
        }

        private Future<Total> count(int counted, @Nullable Window window, Instant since) {
            if (window == null) {
                return Future.succeededFuture(new Total(counted, false));
            }
            Instant before = clock.instant();
            int missing = MOST_COUNTED + 1 - counted;
            return store.count(search, window, missing).compose(some -> {
                if (some == missing) {
                    return Future.succeededFuture(new Total(MOST_COUNTED, true));
                }
                Window next = next(end(window), width(window, some, missing, before));
                return next != null && isOver(since, COUNT_TAKES)
                        ? Future.succeededFuture(new Total(counted + some, true))
                        : count(counted + some, next, since);
            });
        }

        private boolean isOver(Instant since, Duration takes) {
            return Duration.between(since, clock.instant()).compareTo(takes) > 0;
        }

        /** So wide that it is enough if nearly everything is what was asked for. */
        private long first(int limit) {
            if (few || filter.asksForFew()) {
                return Long.MAX_VALUE;
            }
            return axis == InventoryAxis.CERTIFICATES_BY_EXPIRY ? FIRST_SECONDS : 2L * limit;
        }

        /** As wide as is needed if it goes on like this, and no wider than time allows. */
        private long width(Window window, int found, int missing, Instant before) {
            long width = size(window);
            long most = isOver(before, STATEMENT_TAKES) ? width : saturated(width);
            if (found == 0) {
                return most;
            }
            double needed = (double) width * (missing - found) / found * 1.2;
            return Math.max(1, Math.min((long) needed, most));
        }

        private static long size(Window window) {
            return window.most() - window.least() + 1;
        }

        private static long saturated(long width) {
            return width > Long.MAX_VALUE / GROWS ? Long.MAX_VALUE : width * GROWS;
        }

        /** The place at the far end of a window: everything in it lies before. */
        private Position end(Window window) {
            return backward ? new Position(window.least(), 0) : new Position(window.most(), Long.MAX_VALUE);
        }

        /** The window that begins there; null where there is nothing left. */
        private @Nullable Window next(@Nullable Position after, long width) {
            return backward ? backward(after, width) : forward(after, width);
        }

        private @Nullable Window forward(@Nullable Position after, long width) {
            long least = after == null
                    ? bounds.least()
                    : Math.max(bounds.least(), after.minor() == Long.MAX_VALUE ? after.major() + 1 : after.major());
            if (least > bounds.most()) {
                return null;
            }
            boolean indexed = goesByIndex() && least <= bounds.indexed();
            long last = indexed ? Math.min(bounds.most(), bounds.indexed()) : bounds.most();
            if (indexed && filter.namePart() != null) {
                last = Math.min(last, (least / NameKeys.SEGMENT + MOST_SEGMENTS) * NameKeys.SEGMENT - 1);
            }
            long most = last - least < width ? last : least + width - 1;
            return new Window(least, most, indexed, few, false, isInside(after, Long.MAX_VALUE) ? after : null, null);
        }

        private @Nullable Window backward(@Nullable Position after, long width) {
            long most = after == null
                    ? bounds.most()
                    : Math.min(bounds.most(), after.minor() == 0 ? after.major() - 1 : after.major());
            if (most < bounds.least()) {
                return null;
            }
            boolean indexed = goesByIndex() && most <= bounds.indexed();
            long first = goesByIndex() && !indexed ? Math.max(bounds.least(), bounds.indexed() + 1) : bounds.least();
            if (indexed && filter.namePart() != null) {
                first = Math.max(first, (most / NameKeys.SEGMENT + 1 - MOST_SEGMENTS) * NameKeys.SEGMENT);
            }
            long least = most - first < width ? first : most - width + 1;
            return new Window(least, most, indexed, few, true, isInside(after, 0) ? after : null, null);
        }

        private boolean goesByIndex() {
            return axis.isOfGenerations() && !few;
        }

        /** Whether it lies among objects with the same major number, not behind all of them. */
        private static boolean isInside(@Nullable Position after, long end) {
            return after != null && after.minor() != end;
        }
    }

    /** @param stoppedAt where a search that took too long is to go on; null where it came to its end, or was enough */
    private record Gathered(List<Found> found, @Nullable Position stoppedAt) {}
}
