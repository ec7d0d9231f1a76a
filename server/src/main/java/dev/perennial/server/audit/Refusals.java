package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was turned away at the door. A known caller's refusal is a row of its own, written before the answer goes out; what
 * nobody known tried is counted, and one row a minute and source tells of it: who has no credential cannot fill the
 * record. Thread-safe.
 */
public final class Refusals {
    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    /** The source of all that come after so many others in a minute. */
    static final String MANY = "many";

    static final int MOST_SOURCES = 1_000;

    private static final String UNKNOWN = "unknown";
    private static final String AUTHENTICATE = "authenticate";

    /** The answer is not kept waiting for longer by a database that is away. */
    private static final int SECONDS = 2;

    private final Database database;
    private final Events events;
    private final InstantSource clock;
    private final Map<Window, Count> counts = new ConcurrentHashMap<>();

    private record Window(Instant minute, String source) {}

    /** @param first the id of the first of them, by which the log has it */
    private record Count(long calls, Instant last, String first) {
        Count and(Count more) {
            return new Count(calls + more.calls, last.isAfter(more.last) ? last : more.last, first);
        }
    }

    public Refusals(Database database, Events events, InstantSource clock) {
        this.database = database;
        this.events = events;
        this.clock = clock;
    }

    /** Counts a call without a good credential. */
    public void unknown(String source, String httpRequest) {
        Instant now = clock.instant();
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        Window window = new Window(minute, source);
        boolean room = counts.containsKey(window) || counts.size() < MOST_SOURCES;
        counts.merge(room ? window : new Window(minute, MANY), new Count(1, now, httpRequest), Count::and);
    }

    /**
     * Writes down that a known caller was refused. Never fails: where it cannot be written, the log has it.
     *
     * @param action what was tried
     */
    public Future<Void> known(
            Cause cause, @Nullable String orgId, String action, @Nullable String objectId, String reason) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> events.refused(tx, now, orgId, cause, action, objectId, reason))
                .timeout(SECONDS, TimeUnit.SECONDS)
                .otherwise(failure -> {
                    log.atError()
                            .addKeyValue("caller", cause.actor())
                            .addKeyValue("source", cause.source())
                            .addKeyValue("action", action)
                            .addKeyValue("request_id", cause.httpRequest())
                            .log("A refusal is not in the audit record: {}", failure.toString());
                    return null;
                });
    }

    /** Writes the counts of the minutes that are over; the clock calls it. */
    public Future<Void> write() {
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        return write(counts.keySet().stream()
                .filter(window -> window.minute().isBefore(minute))
                .toList());
    }

    /** Writes all counts; the server stops. */
    public Future<Void> writeAll() {
        return write(List.copyOf(counts.keySet()));
    }

    private Future<Void> write(List<Window> over) {
        Map<Window, Count> taken = new ConcurrentHashMap<>();
        over.forEach(window -> {
            Count count = counts.remove(window);
            if (count != null) {
                taken.put(window, count);
            }
        });
        return taken.isEmpty()
                ? Future.succeededFuture()
                : database.inTransaction(tx -> writeRows(tx, taken))
                        .onFailure(
                                failure -> taken.forEach((window, count) -> counts.merge(window, count, Count::and)));
    }

    private Future<Void> writeRows(SqlConnection tx, Map<Window, Count> taken) {
        List<Future<Void>> rows = new ArrayList<>();
        taken.forEach((window, count) -> rows.add(events.refused(
                tx,
                count.last(),
                null,
                new Cause(UNKNOWN, window.source(), count.first()),
                AUTHENTICATE,
                null,
                count.calls() == 1 ? "1 call refused" : count.calls() + " calls refused")));
        return Future.all(rows).mapEmpty();
    }
}
