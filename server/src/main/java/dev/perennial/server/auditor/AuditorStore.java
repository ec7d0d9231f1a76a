package dev.perennial.server.auditor;

import dev.perennial.server.db.Timestamps;
import dev.perennial.server.policy.Profile;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The SQL of the auditor: it reads, and nothing else. */
final class AuditorStore {
    private static final String AUTHORITIES =
            "SELECT id, issuer_id, subject, der, sha256, chain, pkcs10 IS NOT NULL AS has_pkcs10 FROM authorities"
                    + " WHERE der IS NOT NULL";

    private static final String CERTIFICATES = """
            SELECT c.id, c.number, c.issuer_id, c.serial, c.der, c.sha256, c.not_before, c.not_after, c.created, c.cut_short, c.revoked, c.crl_number,
                   g.pkcs10, g.spki_sha256, g.common_name, g.identifiers, g.usages, g.lifetime,
                   s.profile, s.validity, s.revocation, s.policies, s.type, s.updated,
                   c.request_id IS NOT NULL AND s.id IS NULL AND c.issuer_id NOT LIKE 'sha256:%' AS orphan
            FROM certificates c
            LEFT JOIN (generations g JOIN signing_requests r ON r.id = g.request_id JOIN signers s ON s.name = r.signer)
                ON g.request_id = c.request_id AND g.generation = c.generation
            WHERE c.number > $1 ORDER BY c.number LIMIT $2
            """;

    private static final String IDENTITIES = """
            SELECT serial, issuer_id, der, sha256, not_before, not_after FROM client_certificates WHERE sha256 > $1
            ORDER BY sha256 LIMIT $2
            """;

    private static final String LISTS = """
            SELECT issuer_id, number, this_update, next_update, settled, entries, stale, der FROM crls
            """;

    private static final String ON_LIST = """
            SELECT serial, revoked FROM certificates WHERE issuer_id = $1 AND revoked IS NOT NULL AND not_after >= $2
            UNION ALL
            SELECT serial, revoked FROM revoked_authorities WHERE issuer_id = $1 AND not_after >= $2
            """;

    private static final String SERIAL_TWICE = """
            SELECT issuer_id || ' ' || serial AS found FROM (
                SELECT issuer_id, serial FROM certificates UNION ALL SELECT issuer_id, serial FROM client_certificates) AS s
            GROUP BY issuer_id, serial HAVING count(*) > 1
            """;

    private static final String BLOCKED = """
            SELECT c.id AS found FROM refused_keys k
            JOIN generations g ON g.spki_sha256 = k.spki_sha256 AND g.org_id = k.org_id
            JOIN certificates c ON c.request_id = g.request_id AND c.generation = g.generation
            WHERE k.why = 'blocked' AND k.since < $1 AND c.revoked IS NULL AND c.not_after > $2
            """;

    /**
     * A CA as it is stored.
     *
     * @param issuerId null: issued elsewhere
     * @param chain what leads from it to its root, where it was
     */
    record StoredAuthority(
            String id,
            @Nullable String issuerId,
            byte[] subject,
            byte[] der,
            byte[] sha256,
            List<byte[]> chain,
            boolean hasPkcs10) {}

    record StoredIdentity(
            String serial, String issuerId, byte[] der, byte[] sha256, Instant notBefore, Instant notAfter) {}

    record StoredList(
            String issuerId,
            long number,
            Instant thisUpdate,
            Instant nextUpdate,
            Instant settled,
            int entries,
            boolean stale,
            byte[] der) {}

    record Listed(String serial, Instant revoked) {}

    Future<List<StoredAuthority>> authorities(SqlConnection tx) {
        return all(
                tx,
                AUTHORITIES,
                Tuple.tuple(),
                row -> new StoredAuthority(
                        row.getString("id"),
                        row.getString("issuer_id"),
                        bytes(row, "subject"),
                        bytes(row, "der"),
                        bytes(row, "sha256"),
                        Arrays.stream(row.getArrayOfBuffers("chain"))
                                .map(Buffer::getBytes)
                                .toList(),
                        row.getBoolean("has_pkcs10")));
    }

    Future<List<StoredCertificate>> certificates(SqlConnection tx, long after, int most) {
        return all(tx, CERTIFICATES, Tuple.of(after, most), AuditorStore::certificate);
    }

    Future<List<StoredIdentity>> identities(SqlConnection tx, byte[] after, int most) {
        return all(
                tx,
                IDENTITIES,
                Tuple.of(Buffer.buffer(after), most),
                row -> new StoredIdentity(
                        row.getString("serial"),
                        row.getString("issuer_id"),
                        bytes(row, "der"),
                        bytes(row, "sha256"),
                        time(row, "not_before"),
                        time(row, "not_after")));
    }

    Future<List<StoredList>> lists(SqlConnection tx) {
        return all(
                tx,
                LISTS,
                Tuple.tuple(),
                row -> new StoredList(
                        row.getString("issuer_id"),
                        row.getLong("number"),
                        time(row, "this_update"),
                        time(row, "next_update"),
                        time(row, "settled"),
                        row.getInteger("entries"),
                        row.getBoolean("stale"),
                        bytes(row, "der")));
    }

    /** What is revoked of that CA's and ended then or later. */
    Future<List<Listed>> revoked(SqlConnection tx, String issuerId, Instant endedSince) {
        return all(
                tx,
                ON_LIST,
                Tuple.of(issuerId, Timestamps.of(endedSince)),
                row -> new Listed(row.getString("serial"), time(row, "revoked")));
    }

    Future<List<String>> serialsTwice(SqlConnection tx) {
        return all(tx, SERIAL_TWICE, Tuple.tuple(), row -> row.getString("found"));
    }

    /** Certificates in their time whose key was blocked before {@code since}. */
    Future<List<String>> blockedAndValid(SqlConnection tx, Instant since, Instant now) {
        return all(tx, BLOCKED, Tuple.of(Timestamps.of(since), Timestamps.of(now)), row -> row.getString("found"));
    }

    private static <T> Future<List<T>> all(SqlConnection tx, String sql, Tuple values, Function<Row, T> read) {
        return tx.preparedQuery(sql).execute(values).map(rows -> {
            List<T> all = new ArrayList<>(rows.size());
            rows.forEach(row -> all.add(read.apply(row)));
            return all;
        });
    }

    private static StoredCertificate certificate(Row row) {
        OffsetDateTime revoked = row.getOffsetDateTime("revoked");
        return new StoredCertificate(
                row.getString("id"),
                row.getLong("number"),
                row.getString("issuer_id"),
                row.getString("serial"),
                bytes(row, "der"),
                bytes(row, "sha256"),
                time(row, "not_before"),
                time(row, "not_after"),
                time(row, "created"),
                row.getBoolean("cut_short"),
                revoked == null ? null : revoked.toInstant(),
                row.getLong("crl_number"),
                row.getBuffer("pkcs10") == null ? null : decision(row),
                row.getBoolean("orphan"));
    }

    private static StoredDecision decision(Row row) {
        String[] usages = row.getArrayOfStrings("usages");
        return new StoredDecision(
                bytes(row, "pkcs10"),
                bytes(row, "spki_sha256"),
                row.getString("common_name"),
                List.of(row.getArrayOfStrings("identifiers")),
                usages == null ? null : List.of(usages),
                new StoredDecision.Terms(
                        Profile.of(row.getString("profile")),
                        validity(row),
                        "none".equals(row.getString("revocation")),
                        List.of(row.getArrayOfStrings("policies")),
                        "manual".equals(row.getString("type")),
                        time(row, "updated")));
    }

    /** As long as the signer gives, or as was asked for where that is shorter. */
    private static Duration validity(Row row) {
        Duration gives = Duration.parse(row.getString("validity"));
        Integer asked = row.getInteger("lifetime");
        return asked == null || asked >= gives.toSeconds() ? gives : Duration.ofSeconds(asked);
    }

    private static byte[] bytes(Row row, String column) {
        return row.getBuffer(column).getBytes();
    }

    private static Instant time(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
