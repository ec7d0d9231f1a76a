package dev.perennial.server.csr;

import dev.perennial.server.audit.Event;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.identity.Scope;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What there is of requests at one moment, with the position of the last change that is in it: for a door whose lists and
 * watches must fit together without a gap or a repeat.
 */
public final class Snapshots {
    private static final String HEAD = """
            SELECT greatest((SELECT coalesce(max(position), 0) FROM events), (SELECT position FROM event_horizon)) AS head,
                   (SELECT position FROM event_horizon) AS horizon
            """;

    /** A generation that was made by a change came with its time: the two are written with the same one. */
    private static final String SINCE = """
            SELECT e.position, e.at, e.org_id, e.object_id, e.change, g.generation
            FROM events e
            LEFT JOIN generations g ON g.request_id = e.object_id AND g.created = e.at AND g.generation > 1
            WHERE e.position > $1 AND e.kind = 'signing_request' AND ($2::text IS NULL OR e.org_id = $2)
              AND ($3::text[] IS NULL OR e.object_id = ANY ($3))
            ORDER BY e.position LIMIT $4
            """;

    private static final String LIST = """
            SELECT r.id, r.number FROM signing_requests r
            WHERE r.withdrawn IS NULL AND r.number > $1
              AND ($2::text IS NULL OR r.org_id = $2) AND ($3::text[] IS NULL OR r.signer = ANY ($3))
              AND ($4::text IS NULL OR r.owner = $4 OR r.agent_id = $5 OR r.signer = ANY ($6)
                   OR split_part(r.signer, '/', 1) = ANY ($7))
            ORDER BY r.number LIMIT $8
            """;

    private static final String GENERATION = """
            SELECT generation, pkcs10, sha256, spki_sha256, common_name, identifiers, usages, lifetime, state, reason,
                   message, requester AS asked_by, approved_by
            FROM generations WHERE request_id = $1 AND generation = $2
            """;

    private final Database database;
    private final RequestStore requests;
    private final CertificateStore certificates;
    private final Reading reading;

    Snapshots(Database database, RequestStore requests, CertificateStore certificates, Reading reading) {
        this.database = database;
        this.requests = requests;
        this.certificates = certificates;
        this.reading = reading;
    }

    /** Reads at one moment; give it back soon. */
    public <T> Future<T> at(Function<Moment, Future<T>> work) {
        return database.inSnapshot(tx -> tx.query(HEAD).execute().compose(rows -> {
            Row row = rows.iterator().next();
            return work.apply(new Moment(tx, row.getLong("head"), row.getLong("horizon")));
        }));
    }

    /**
     * One change of one request.
     *
     * @param generation that was made by it, in the place of the one before; null where none was
     */
    public record Happening(
            long position,
            Instant at,
            String orgId,
            String requestId,
            Event.Change change,
            @Nullable Integer generation) {}

    /**
     * Requests in the order in which they came.
     *
     * @param numbers the place of each in that order
     * @param more whether others come after these
     */
    public record Part(List<RequestView> requests, List<Long> numbers, boolean more) {}

    /** One moment. */
    public final class Moment {
        private final SqlConnection tx;
        private final long head;
        private final long horizon;

        private Moment(SqlConnection tx, long head, long horizon) {
            this.tx = tx;
            this.head = head;
            this.horizon = horizon;
        }

        /** The position of the last change. */
        public long head() {
            return head;
        }

        /** Changes up to there are forgotten. */
        public long horizon() {
            return horizon;
        }

        /** For what the door keeps itself. */
        public SqlConnection connection() {
            return tx;
        }

        /** The first changes after that position, of one organisation or, where it is null, of all. */
        public Future<List<Happening>> since(long position, @Nullable String orgId, int most) {
            return since(position, orgId, null, most);
        }

        /** All changes of these requests after that position. */
        public Future<List<Happening>> since(long position, Collection<String> requestIds) {
            return since(position, null, requestIds.toArray(String[]::new), null);
        }

        private Future<List<Happening>> since(
                long position, @Nullable String orgId, String @Nullable [] requestIds, @Nullable Integer most) {
            Tuple values = Tuple.tuple()
                    .addValue(position)
                    .addValue(orgId)
                    .addValue(requestIds)
                    .addValue(most);
            return tx.preparedQuery(SINCE).execute(values).map(rows -> {
                List<Happening> happenings = new ArrayList<>(rows.size());
                rows.forEach(row -> happenings.add(new Happening(
                        row.getLong("position"),
                        Timestamps.in(row, "at"),
                        row.getString("org_id"),
                        row.getString("object_id"),
                        Event.Change.valueOf(row.getString("change")),
                        row.getInteger("generation"))));
                return happenings;
            });
        }

        /**
         * Some of those that are not withdrawn.
         *
         * @param signers any of these; null: all
         * @param after where to go on, 0 to begin
         */
        public Future<Part> list(Scope scope, @Nullable List<String> signers, long after, int most) {
            Tuple values = Tuple.tuple()
                    .addValue(after)
                    .addValue(scope.orgId())
                    .addValue(signers == null ? null : signers.toArray(String[]::new))
                    .addValue(scope.owner())
                    .addValue(scope.agentId())
                    .addValue(scope.signers().toArray(String[]::new))
                    .addValue(scope.domains().toArray(String[]::new))
                    .addValue(most + 1);
            return tx.preparedQuery(LIST).execute(values).compose(rows -> part(rows, most));
        }

        /**
         * The requests of a selection that a door has made of its own.
         *
         * @param rows the id and the number of each, in the order of the numbers; one more than are wanted, if there is
         */
        public Future<Part> part(RowSet<Row> rows, int most) {
            List<String> ids = new ArrayList<>();
            List<Long> numbers = new ArrayList<>();
            for (Row row : rows) {
                if (ids.size() < most) {
                    ids.add(row.getString("id"));
                    numbers.add(row.getLong("number"));
                }
            }
            return of(ids).map(views ->
                    new Part(Page.inOrder(ids, views, view -> view.request().id()), numbers, rows.size() > most));
        }

        /** Those of them that there are, withdrawn or not, in any order, with their newest certificate. */
        public Future<List<RequestView>> of(Collection<String> ids) {
            return requests.findAll(tx, ids)
                    .compose(found -> certificates.shown(tx, ids, 1).map(shown -> {
                        Map<String, List<Certificate>> byRequest =
                                shown.stream().collect(Collectors.groupingBy(one -> String.valueOf(one.requestId())));
                        return reading.views(found, byRequest);
                    }));
        }

        /** A generation as it is kept, also one whose place another took. */
        public Future<Generation> generation(String requestId, int number) {
            return tx.preparedQuery(GENERATION)
                    .execute(Tuple.of(requestId, number))
                    .map(rows -> RequestRows.generation(rows.iterator().next(), "", null));
        }
    }
}
