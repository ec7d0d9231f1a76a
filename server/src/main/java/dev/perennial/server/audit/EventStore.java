package dev.perennial.server.audit;

import static dev.perennial.server.db.Columns.texts;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SQL of events and of the audit record. */
final class EventStore {
    private static final String APPEND_EVENT = """
            INSERT INTO events (position, at, org_id, kind, object_id, change, state)
            SELECT p.position, $1, $2, $3, $4, $5, $6 FROM next_position() AS p (position)
            RETURNING position
            """;

    /** Draws a position for each element in the order of the arrays, under the lock that is held until commit. */
    private static final String APPEND_EVENTS = """
            WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(5280, 1))
            INSERT INTO events (position, at, org_id, kind, object_id, change, state)
            SELECT nextval('event_positions'), $1, u.org_id, $2, u.object_id, $3, u.state
            FROM locked, unnest($4::text[], $5::text[], $6::text[]) AS u (org_id, object_id, state)
            RETURNING position
            """;

    private static final String AFTER = """
            SELECT position, at, org_id, kind, object_id, change, state
            FROM events WHERE position > $1 ORDER BY position LIMIT $2
            """;

    /** Read after the events: what is deleted meanwhile is told of rather than missed. */
    private static final String HORIZON = "SELECT position FROM event_horizon";

    /** From the beginning on and without a gap, up to the first that is not old enough; one server at a time. */
    private static final String DROP = """
            WITH allowed AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(5280, 4) AS mine), oldest AS (
                SELECT position, at FROM events WHERE (SELECT mine FROM allowed) ORDER BY position LIMIT $2
            ), dropped AS (
                DELETE FROM events WHERE position IN (SELECT position FROM oldest) AND position < coalesce(
                    (SELECT min(position) FROM oldest WHERE at >= $1), 9223372036854775807)
                RETURNING position
            ), told AS (
                UPDATE event_horizon SET position = greatest(position, (SELECT max(d.position) FROM dropped d))
                WHERE EXISTS (SELECT 1 FROM dropped)
            )
            SELECT count(*) AS dropped, (SELECT at FROM oldest ORDER BY position LIMIT 1) AS first,
                   clock_timestamp() + interval '1 hour' AS soon FROM dropped
            """;

    private static final String APPEND_AUDIT = """
            INSERT INTO audit_events (at, org_id, actor, source, action, object_id, outcome, reason, http_request)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;

    private static final String APPEND_AUDITS = """
            INSERT INTO audit_events (at, org_id, actor, source, action, object_id, outcome, reason, http_request)
            SELECT $1, u.org_id, $2, $3, u.action, u.object_id, 'done', u.reason, $4
            FROM unnest($5::text[], $6::text[], $7::text[], $8::text[]) AS u (org_id, action, object_id, reason)
            """;

    private final Database database;

    EventStore(Database database) {
        this.database = database;
    }

    Future<Long> append(
            SqlConnection tx,
            Instant at,
            String orgId,
            Event.Kind kind,
            String objectId,
            Event.Change change,
            @Nullable String state) {
        return tx.preparedQuery(APPEND_EVENT)
                .execute(Tuple.of(Timestamps.of(at), orgId, kind.word(), objectId, change.name(), state))
                .map(rows -> rows.iterator().next().getLong("position"));
    }

    Future<List<Long>> appendAll(
            SqlConnection tx,
            Instant at,
            Event.Kind kind,
            Event.Change change,
            String[] orgIds,
            String[] objectIds,
            String[] states) {
        return tx.preparedQuery(APPEND_EVENTS)
                .execute(Tuple.of(Timestamps.of(at), kind.word(), change.name(), orgIds, objectIds, states))
                .map(rows -> {
                    List<Long> positions = new ArrayList<>();
                    rows.forEach(row -> positions.add(row.getLong("position")));
                    return positions;
                });
    }

    Future<List<Event>> after(long position, int limit) {
        return database.query(AFTER, Tuple.of(position, limit)).map(rows -> {
            List<Event> events = new ArrayList<>();
            rows.forEach(row -> events.add(fromRow(row)));
            return events;
        });
    }

    /** Up to where events are gone. */
    Future<Long> horizon() {
        return database.query(HORIZON, Tuple.tuple())
                .map(rows -> rows.iterator().next().getLong("position"));
    }

    /**
     * What was deleted.
     *
     * @param inTheWay when the oldest that is left was written, where that is in the future: until then none goes
     */
    record Dropped(int count, @Nullable Instant inTheWay) {}

    /** Deletes some that are older. */
    Future<Dropped> drop(Instant olderThan, int most) {
        return database.inOneStatement(DROP, Tuple.of(Timestamps.of(olderThan), most))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    Instant first = Timestamps.inNullable(row, "first");
                    boolean future = first != null && first.isAfter(Timestamps.in(row, "soon"));
                    return new Dropped(row.getLong("dropped").intValue(), future ? first : null);
                });
    }

    Future<Void> audit(
            SqlConnection tx,
            Instant at,
            @Nullable String orgId,
            Cause cause,
            String action,
            @Nullable String objectId,
            String outcome,
            @Nullable String reason) {
        return tx.preparedQuery(APPEND_AUDIT)
                .execute(Tuple.from(new Object[] {
                    Timestamps.of(at),
                    orgId,
                    cause.actor(),
                    cause.source(),
                    action,
                    objectId,
                    outcome,
                    Reason.stored(reason),
                    cause.httpRequest()
                }))
                .mapEmpty();
    }

    Future<Void> auditAll(SqlConnection tx, Instant at, Cause cause, List<Events.Done> done) {
        return tx.preparedQuery(APPEND_AUDITS)
                .execute(Tuple.of(
                        Timestamps.of(at),
                        cause.actor(),
                        cause.source(),
                        cause.httpRequest(),
                        texts(done, Events.Done::orgId),
                        texts(done, Events.Done::action),
                        texts(done, Events.Done::objectId),
                        texts(done, one -> Reason.stored(one.reason()))))
                .mapEmpty();
    }

    private static Event fromRow(Row row) {
        return new Event(
                row.getLong("position"),
                Timestamps.in(row, "at"),
                row.getString("org_id"),
                Event.Kind.of(row.getString("kind")),
                row.getString("object_id"),
                Event.Change.valueOf(row.getString("change")),
                row.getString("state"));
    }
}
