package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.db.Columns;
import dev.perennial.server.db.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SQL of revoking, and of releasing from hold: of one certificate or of a few hundred, in the same statements. */
final class RevokingStore {
    /** In one order, so that of two who revoke many none waits for the other's. */
    private static final String LOCK = """
            SELECT r.id FROM signing_requests r
            WHERE r.id IN (SELECT c.request_id FROM certificates c WHERE c.id = ANY ($1)) ORDER BY r.id FOR UPDATE
            """;

    /** After the lock, in a statement of its own: one that has waited goes on with what was there before. */
    private static final String READ = """
            SELECT c.id, c.org_id, c.request_id, c.issuer_id, c.serial, c.revocation_reason, g.spki_sha256, k.state,
                   c.id = (SELECT n.id FROM certificates n
                           WHERE n.request_id = r.id AND n.generation = r.generation AND n.shown
                           ORDER BY n.not_before DESC, n.number DESC LIMIT 1) AS newest
            FROM certificates c
            JOIN signing_requests r ON r.id = c.request_id
            JOIN generations g ON g.request_id = c.request_id AND g.generation = c.generation
            JOIN generations k ON k.request_id = r.id AND k.generation = r.generation
            WHERE c.id = ANY ($1)
            """;

    /** Only a hold gives way, to a reason that is for good; its entry is then not what the last list says. */
    private static final String REVOKE = """
            UPDATE certificates SET revoked = $2, revocation_reason = $3, crl_number = NULL
            WHERE id = ANY ($1) AND request_id IS NOT NULL
              AND (revoked IS NULL OR revocation_reason = 'CERTIFICATE_HOLD' AND $3 <> 'CERTIFICATE_HOLD')
            RETURNING id
            """;

    private static final String KEYS = "SELECT DISTINCT org_id, spki_sha256 FROM generations WHERE request_id = $1";

    private static final String BLOCK = """
            INSERT INTO refused_keys (org_id, spki_sha256, why, since)
            SELECT DISTINCT u.org_id, u.spki, 'blocked', $3::timestamptz
            FROM unnest($1::text[], $2::bytea[]) AS u (org_id, spki) ORDER BY u.org_id, u.spki
            ON CONFLICT (org_id, spki_sha256) DO UPDATE SET why = excluded.why WHERE refused_keys.why <> excluded.why
            RETURNING org_id, spki_sha256
            """;

    private static final String BLOCK_EVERYWHERE =
            "SELECT spki_sha256 FROM block_everywhere($1, $2) AS b (spki_sha256)";

    /** Each gets its new version, and some are no longer renewed: in one statement, for each row is written once. */
    private static final String TOUCH = """
            UPDATE signing_requests r SET updated = $1, position = u.position,
                renew_at = CASE WHEN u.stops THEN NULL ELSE r.renew_at END,
                renew_problem = CASE WHEN u.stops AND coalesce(r.renew_problem, '') NOT LIKE 'uploaded:%'
                    THEN $2 ELSE r.renew_problem END
            FROM unnest($3::text[], $4::bigint[], $5::boolean[]) AS u (id, position, stops) WHERE r.id = u.id
            """;

    /** Before the certificate: who publishes writes in this order. */
    private static final String OUTDATE = "UPDATE crls SET stale = true, releases = releases + 1 WHERE issuer_id = $1";

    private static final String RELEASE = """
            UPDATE certificates SET revoked = NULL, revocation_reason = NULL, crl_number = NULL
            WHERE id = $1 AND revocation_reason = 'CERTIFICATE_HOLD'
            """;

    private static final String RESUME = """
            UPDATE signing_requests SET renew_problem = NULL, renew_failures = 0,
                renew_at = CASE WHEN auto_renew THEN $2::timestamptz END
            WHERE id = $1 AND withdrawn IS NULL AND renew_problem = $3
            """;

    /** A key of an organisation; equal by its text. */
    record HeldKey(String orgId, String spkiSha256) {
        byte[] octets() {
            return HexFormat.of().parseHex(spkiSha256);
        }
    }

    /**
     * A certificate that is to be revoked, as it was before.
     *
     * @param state of its request
     * @param newest whether its request is renewed by it
     */
    record Target(
            String id,
            String requestId,
            String issuerId,
            String serial,
            @Nullable RevocationReason reason,
            HeldKey key,
            String state,
            boolean newest) {}

    /** Locks the requests of those certificates and reads them; the server's own are not among what is read. */
    Future<List<Target>> lock(SqlConnection tx, Collection<String> ids) {
        Tuple wanted = Tuple.of(texts(ids));
        return tx.preparedQuery(LOCK)
                .execute(wanted)
                .compose(locked -> tx.preparedQuery(READ).execute(wanted))
                .map(rows -> {
                    List<Target> targets = new ArrayList<>();
                    rows.forEach(row -> targets.add(target(row)));
                    return targets;
                });
    }

    private static Target target(Row row) {
        String reason = row.getString("revocation_reason");
        return new Target(
                row.getString("id"),
                row.getString("request_id"),
                row.getString("issuer_id"),
                row.getString("serial"),
                reason == null ? null : RevocationReason.valueOf(reason),
                key(row),
                row.getString("state"),
                Boolean.TRUE.equals(row.getBoolean("newest")));
    }

    private static HeldKey key(Row row) {
        return new HeldKey(
                row.getString("org_id"),
                HexFormat.of().formatHex(row.getBuffer("spki_sha256").getBytes()));
    }

    /** @return the ids of those that were not revoked before, or only on hold */
    Future<Set<String>> revoke(SqlConnection tx, Collection<String> ids, RevocationReason reason, Instant now) {
        return tx.preparedQuery(REVOKE)
                .execute(Tuple.of(texts(ids), Timestamps.of(now), reason.name()))
                .map(rows -> {
                    Set<String> revoked = new HashSet<>();
                    rows.forEach(row -> revoked.add(row.getString("id")));
                    return revoked;
                });
    }

    /** The keys that a request has had. */
    Future<Set<HeldKey>> keysOf(SqlConnection tx, String requestId) {
        return tx.preparedQuery(KEYS).execute(Tuple.of(requestId)).map(RevokingStore::keys);
    }

    /** @return those that were not blocked before */
    Future<Set<HeldKey>> block(SqlConnection tx, Collection<HeldKey> keys, Instant now) {
        return tx.preparedQuery(BLOCK)
                .execute(Tuple.of(
                        Columns.texts(keys, HeldKey::orgId), Columns.octets(keys, HeldKey::octets), Timestamps.of(now)))
                .map(RevokingStore::keys);
    }

    private static Set<HeldKey> keys(RowSet<Row> rows) {
        Set<HeldKey> keys = new HashSet<>();
        rows.forEach(row -> keys.add(key(row)));
        return keys;
    }

    /** @return those that were not blocked everywhere before */
    Future<Set<HeldKey>> blockEverywhere(SqlConnection tx, Collection<HeldKey> keys, Instant now) {
        return tx.preparedQuery(BLOCK_EVERYWHERE)
                .execute(Tuple.of(Columns.octets(keys, HeldKey::octets), Timestamps.of(now)))
                .map(rows -> {
                    Set<String> blocked = new HashSet<>();
                    rows.forEach(row -> blocked.add(HexFormat.of()
                            .formatHex(row.getBuffer("spki_sha256").getBytes())));
                    return keys.stream()
                            .filter(key -> blocked.contains(key.spkiSha256()))
                            .collect(Collectors.toSet());
                });
    }

    /**
     * Gives each request its new version.
     *
     * @param problem why those of {@code stopped} are not renewed any more; null where all of them are
     */
    Future<Void> touch(
            SqlConnection tx,
            List<String> requestIds,
            List<Long> positions,
            Set<String> stopped,
            @Nullable String problem,
            Instant now) {
        return tx.preparedQuery(TOUCH)
                .execute(Tuple.of(
                        Timestamps.of(now),
                        problem,
                        texts(requestIds),
                        positions.toArray(Long[]::new),
                        requestIds.stream()
                                .map(id -> problem != null && stopped.contains(id))
                                .toArray(Boolean[]::new)))
                .mapEmpty();
    }

    /** Takes the hold away, and says that the list of its issuer is not right any more. */
    Future<Void> release(SqlConnection tx, Target held) {
        return tx.preparedQuery(OUTDATE)
                .execute(Tuple.of(held.issuerId()))
                .compose(done -> tx.preparedQuery(RELEASE).execute(Tuple.of(held.id())))
                .mapEmpty();
    }

    /**
     * The request is renewed again, if the hold is what it was not renewed for.
     *
     * @param renewAt null for one that was not renewed before either
     */
    Future<Void> resume(SqlConnection tx, String requestId, @Nullable Instant renewAt, String problem) {
        return tx.preparedQuery(RESUME)
                .execute(Tuple.of(requestId, Timestamps.ofNullable(renewAt), problem))
                .mapEmpty();
    }

    private static String[] texts(Collection<String> ids) {
        return ids.toArray(String[]::new);
    }
}
