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
 * Who was turned away at the door. A known caller's refusal is a row of its own, written before the answer goes out, up to
 * so many a minute; what comes beyond, and what nobody known tried, is counted, and one row a minute tells of it: neither
 * who has no credential nor who has one can fill the record. Thread-safe.
 */
public final class Refusals {
    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    /** The source of all that come after so many others in a minute. */
    static final String MANY = "many";

    static final int MOST_SOURCES = 1_000;

    /** Rows of a known caller in a minute. */
    static final int MOST_ROWS = 60;

    private static final String UNKNOWN = "unknown";

    /** What {@link #unknown} is asked for where no credential was good. */
    public static final String AUTHENTICATE = "authenticate";

    /** The answer is not kept waiting for longer by a database that is away. */
    private static final int SECONDS = 2;

    private final Database database;
    private final Events events;
    private final InstantSource clock;
    private final Map<Window, Count> counts = new ConcurrentHashMap<>();
    private final Map<Window, Integer> rows = new ConcurrentHashMap<>();

    /** @param of what is counted together, beside the actor: of unknown ones the source and what they tried */
    private record Window(Instant minute, @Nullable String orgId, String actor, String of) {}

    /** @param first the cause of the first of them, by which the log has it, with what was tried */
    private record Count(
            long calls,
            Instant last,
            Cause first,
            String action,
            @Nullable String reason) {
        Count and(Count more) {
            return new Count(calls + more.calls, last.isAfter(more.last) ? last : more.last, first, action, reason);
        }

        String text() {
            return (calls == 1 ? "1 call refused" : calls + " calls refused") + (reason == null ? "" : ": " + reason);
        }
    }

    public Refusals(Database database, Events events, InstantSource clock) {
        this.database = database;
        this.events = events;
        this.clock = clock;
    }

    /** Counts a call without a good credential. */
    public void unknown(String source, String action, String httpRequest) {
        count(null, new Cause(UNKNOWN, source, httpRequest), source + " " + action, action, null);
    }

    /** Counts a call of somebody whose name is known and who is nobody here: there may be any number of them. */
    public void stranger(Cause cause, String reason) {
        count(null, cause, "", AUTHENTICATE, reason);
    }

    private void count(@Nullable String orgId, Cause cause, String of, String action, @Nullable String reason) {
        Instant now = clock.instant();
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        Window window = new Window(minute, orgId, cause.actor(), of);
        if (counts.containsKey(window) || counts.size() < MOST_SOURCES) {
            counts.merge(window, new Count(1, now, cause, action, reason), Count::and);
        } else {
            Cause many = new Cause(UNKNOWN, MANY, cause.httpRequest());
            counts.merge(
                    new Window(minute, null, UNKNOWN, MANY), new Count(1, now, many, AUTHENTICATE, null), Count::and);
        }
    }

    /** Whether that is one refusal too many of this caller in a minute to be a row: then it is counted hereby. */
    public boolean isOneOfMany(Cause cause, @Nullable String orgId, String action) {
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        boolean isMany = rows.merge(new Window(minute, orgId, cause.actor(), ""), 1, Integer::sum) > MOST_ROWS;
        if (isMany) {
            count(orgId, cause, "", action, null);
        }
        return isMany;
    }

    /**
     * Writes down that a known caller was refused, or counts it where that was often. Never fails: where it cannot be
     * written, the log has it.
     *
     * @param action what was tried
     */
    public Future<Void> known(
            Cause cause, @Nullable String orgId, String action, @Nullable String objectId, String reason) {
        if (isOneOfMany(cause, orgId, action)) {
            return Future.succeededFuture();
        }
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
        rows.keySet().removeIf(window -> !window.minute().equals(minute));
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
        List<Future<Void>> written = new ArrayList<>();
        taken.forEach((window, count) -> written.add(
                events.refused(tx, count.last(), window.orgId(), count.first(), count.action(), null, count.text())));
        return Future.all(written).mapEmpty();
    }
}
