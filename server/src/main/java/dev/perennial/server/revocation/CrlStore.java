package dev.perennial.server.revocation;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The SQL of CRLs. */
final class CrlStore {
    /**
     * A list that has just been made waits a little, so that a thousand revocations do not make a thousand lists. One of
     * the future is of a clock that was wrong.
     */
    private static final String DUE = """
            SELECT a.id FROM unnest($1::text[]) AS a (id) LEFT JOIN crls k ON k.issuer_id = a.id
            WHERE k.issuer_id IS NULL OR k.made <= $2 OR k.made > $3::timestamptz + interval '1 minute'
               OR (k.made <= $3::timestamptz - make_interval(secs => $4::integer + k.entries / $5::integer)
                   AND (k.stale OR EXISTS (SELECT 1 FROM certificates c
                        WHERE c.issuer_id = a.id AND c.revoked IS NOT NULL AND c.crl_number IS NULL)))
            """;

    private static final String NUMBERS = "SELECT issuer_id, number FROM crls";

    private static final String FIND =
            "SELECT issuer_id, number, this_update, next_update, der FROM crls WHERE issuer_id = $1";

    private static final String LAST = "SELECT number, this_update, releases FROM crls WHERE issuer_id = $1";

    private static final String ENTRIES = """
            SELECT id, number, serial, revoked, revocation_reason, crl_number FROM certificates
            WHERE issuer_id = $1 AND revoked IS NOT NULL AND not_after >= $2 AND number > $3 ORDER BY number LIMIT $4
            """;

    /** Of other CAs of ours that it has signed: few, and on no page. */
    private static final String AUTHORITIES = """
            SELECT authority_id, serial, revoked FROM revoked_authorities WHERE issuer_id = $1 AND not_after >= $2
            """;

    /** Nothing is written where another server was first: its list stands. What was released meanwhile is still on it. */
    private static final String PUBLISH = """
            INSERT INTO crls AS k (issuer_id, number, made, this_update, next_update, settled, entries, der)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (issuer_id) DO UPDATE SET number = $2, made = $3, this_update = $4, next_update = $5, settled = $6,
                entries = $7, der = $8, stale = k.releases <> $9
            WHERE k.number = $2 - 1
            """;

    /** But those that were released from hold, or revoked for good after one, since they were read. */
    private static final String LISTED = """
            UPDATE certificates c SET crl_number = $3 FROM unnest($1::text[], $2::timestamptz[]) AS u (id, revoked)
            WHERE c.id = u.id AND c.revoked = u.revoked AND c.crl_number IS NULL
            """;

    private final Database database;

    CrlStore(Database database) {
        this.database = database;
    }

    /**
     * What was published last; number 0 where nothing was.
     *
     * @param releases how often an entry had been released from hold
     */
    record Last(long number, Instant thisUpdate, long releases) {}

    /** @param listed whether it was on a list before */
    record Entry(String id, long number, String serial, Instant revoked, RevocationReason reason, boolean listed) {}

    /**
     * Which of these CAs are to publish anew.
     *
     * @param regular who published last then or earlier does so in any case
     * @param pause in seconds, after the list before, where there is news; a second longer for each {@code perSecond}
     *     entries
     */
    Future<List<String>> due(Collection<String> issuerIds, Instant regular, Instant now, int pause, int perSecond) {
        return database.query(
                        DUE,
                        Tuple.of(
                                issuerIds.toArray(String[]::new),
                                Timestamps.of(regular),
                                Timestamps.of(now),
                                pause,
                                perSecond))
                .map(rows -> {
                    List<String> due = new ArrayList<>();
                    rows.forEach(row -> due.add(row.getString("id")));
                    return due;
                });
    }

    /** One of these as it is published. */
    record Numbered(String issuerId, long number) {}

    Future<List<Numbered>> numbers() {
        return database.query(NUMBERS, Tuple.tuple()).map(rows -> {
            List<Numbered> numbers = new ArrayList<>();
            rows.forEach(row -> numbers.add(new Numbered(row.getString("issuer_id"), row.getLong("number"))));
            return numbers;
        });
    }

    /** For a worker to take apart. */
    Future<Supplier<Optional<Crl>>> find(String issuerId) {
        return database.query(FIND, Tuple.of(issuerId)).map(rows -> () -> {
            List<Crl> found = new ArrayList<>();
            rows.forEach(row -> found.add(Crl.of(
                    row.getString("issuer_id"),
                    row.getLong("number"),
                    row.getOffsetDateTime("this_update").toInstant(),
                    row.getOffsetDateTime("next_update").toInstant(),
                    row.getBuffer("der"))));
            return found.stream().findFirst();
        });
    }

    Future<Last> last(String issuerId) {
        return database.query(LAST, Tuple.of(issuerId)).map(rows -> {
            if (rows.size() == 0) {
                return new Last(0, Instant.EPOCH, 0);
            }
            Row row = rows.iterator().next();
            return new Last(
                    row.getLong("number"), row.getOffsetDateTime("this_update").toInstant(), row.getLong("releases"));
        });
    }

    /** The next so many revoked certificates of the CA that ended then or later, in the order of their numbers. */
    Future<List<Entry>> entries(String issuerId, Instant endedSince, long after, int limit) {
        return database.query(ENTRIES, Tuple.of(issuerId, Timestamps.of(endedSince), after, limit))
                .map(rows -> {
                    List<Entry> entries = new ArrayList<>(rows.size());
                    rows.forEach(row -> entries.add(new Entry(
                            row.getString("id"),
                            row.getLong("number"),
                            row.getString("serial"),
                            row.getOffsetDateTime("revoked").toInstant(),
                            RevocationReason.valueOf(row.getString("revocation_reason")),
                            row.getLong("crl_number") != null)));
                    return entries;
                });
    }

    /** The CAs of ours whose certificates that one has made and taken back, and that ended then or later. */
    Future<List<Entry>> authorities(String issuerId, Instant endedSince) {
        return database.query(AUTHORITIES, Tuple.of(issuerId, Timestamps.of(endedSince)))
                .map(rows -> {
                    List<Entry> entries = new ArrayList<>(rows.size());
                    rows.forEach(row -> entries.add(new Entry(
                            row.getString("authority_id"),
                            0,
                            row.getString("serial"),
                            row.getOffsetDateTime("revoked").toInstant(),
                            RevocationReason.UNSPECIFIED,
                            true)));
                    return entries;
                });
    }

    /**
     * Replaces the list before it; false where another server was first.
     *
     * @param settled what ended before it was on an earlier list after its end
     * @param last the list before it, as it was before the entries were read
     */
    Future<Boolean> publish(SqlConnection tx, Crl crl, Instant made, Instant settled, Last last, int entries) {
        return tx.preparedQuery(PUBLISH)
                .execute(Tuple.of(
                        crl.issuerId(),
                        crl.number(),
                        Timestamps.of(made),
                        Timestamps.of(crl.thisUpdate()),
                        Timestamps.of(crl.nextUpdate()),
                        Timestamps.of(settled),
                        entries,
                        crl.der(),
                        last.releases()))
                .map(rows -> rows.rowCount() > 0);
    }

    /** Notes of those that they were on no list before this one. */
    Future<Void> listed(List<Entry> first, long number) {
        return database.query(
                        LISTED,
                        Tuple.of(
                                first.stream().map(Entry::id).toArray(String[]::new),
                                first.stream()
                                        .map(entry -> Timestamps.of(entry.revoked()))
                                        .toArray(OffsetDateTime[]::new),
                                number))
                .mapEmpty();
    }
}
