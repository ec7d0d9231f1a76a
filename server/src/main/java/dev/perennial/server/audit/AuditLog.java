package dev.perennial.server.audit;

import dev.perennial.server.audit.AuditStore.Bounds;
import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The entry to reading the audit record, from the newest row back, in windows: each is one statement of bounded work, so
 * that most of what is asked for now and then needs no index. Who may read what is for the caller to know.
 */
public final class AuditLog {
    private static final Duration PAGE_TAKES = Duration.ofMillis(20);

    /** A window that took this long is wide enough. */
    private static final Duration STATEMENT_TAKES = Duration.ofMillis(3);

    /** A page has looked at that many rows before it ends early: on a slow machine too it gets somewhere. */
    private static final long LEAST_LOOKED_AT = 10_000;

    private static final int GROWS = 8;

    private final AuditStore store;
    private final InstantSource clock;

    public AuditLog(Database database, InstantSource clock) {
        this.store = new AuditStore(database);
        this.clock = clock;
    }

    /**
     * One row, and by which seal it is held.
     *
     * @param seal its number; null: none yet
     */
    public record Entry(AuditEvent event, @Nullable Long seal) {}

    /**
     * Some rows.
     *
     * @param next below which id to go on; null: there are no more
     */
    public record Page(List<Entry> entries, @Nullable Long next) {}

    /**
     * Newest first. A page that has little to find among much may hold fewer rows than the limit, even none, and yet not be
     * the last.
     *
     * @param below only rows with an id below it: {@code next} of the page before. What is written meanwhile has an id
     *     above it, so pages neither repeat a row nor miss one that was there when the first was read
     */
    public Future<Page> list(AuditFilter filter, long below, int limit) {
        Instant since = clock.instant();
        return store.bounds(filter).compose(bounds -> {
            long last = Math.min(below - 1, bounds.last());
            return gather(filter, new ArrayList<>(), window(bounds.above(), last, 2L * limit), bounds, limit, 0, since);
        });
    }

    /** @param orgId whose alone; null: anybody's */
    public Future<Optional<Entry>> find(@Nullable String orgId, long id) {
        return store.find(orgId, id);
    }

    private Future<Page> gather(
            AuditFilter filter,
            List<Entry> found,
            Bounds window,
            Bounds bounds,
            int limit,
            long lookedAt,
            Instant since) {
        if (window.last() <= bounds.above()) {
            return Future.succeededFuture(new Page(found, null));
        }
        Instant before = clock.instant();
        return store.list(filter, window, limit - found.size()).compose(some -> {
            found.addAll(some);
            if (found.size() == limit) {
                // Nothing may follow: to look would cost more than an empty page.
                return Future.succeededFuture(
                        new Page(found, found.get(limit - 1).event().id()));
            }
            long width = window.last() - window.above();
            long wider = isOver(before, STATEMENT_TAKES) || width > Long.MAX_VALUE / GROWS ? width : width * GROWS;
            Bounds next = window(bounds.above(), window.above(), wider);
            boolean over = lookedAt + width >= LEAST_LOOKED_AT && isOver(since, PAGE_TAKES);
            return over && next.last() > bounds.above()
                    ? Future.succeededFuture(new Page(found, next.last() + 1))
                    : gather(filter, found, next, bounds, limit, lookedAt + width, since);
        });
    }

    private static Bounds window(long above, long last, long width) {
        return new Bounds(Math.max(above, last - width), last);
    }

    private boolean isOver(Instant since, Duration takes) {
        return Duration.between(since, clock.instant()).compareTo(takes) > 0;
    }
}
