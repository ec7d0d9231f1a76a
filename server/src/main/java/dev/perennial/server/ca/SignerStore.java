package dev.perennial.server.ca;

import dev.perennial.server.db.Timestamps;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The SQL of signers. */
final class SignerStore {
    private static final String INSERT = """
            INSERT INTO signers (name, ca_id, profile, validity, policy, four_eyes, enabled, enabled_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;

    /** A signer takes only what was approved after it was enabled: the moment moves when it is enabled again. */
    private static final String UPDATE = """
            UPDATE signers SET profile = $2, validity = $3, policy = $4, four_eyes = $5, enabled = $6,
                enabled_at = CASE WHEN $6 AND NOT enabled THEN $7 ELSE enabled_at END
            WHERE name = $1
              AND (profile, validity, policy, four_eyes, enabled) IS DISTINCT FROM ($2, $3, $4, $5, $6)
            """;

    private static final String ALL = """
            SELECT name, ca_id, profile, validity, policy, four_eyes, enabled FROM signers ORDER BY name
            """;

    Future<Void> insert(SqlConnection tx, Signer signer, Instant now) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        signer.name(),
                        signer.authorityId(),
                        signer.profile().word(),
                        signer.validity().toString(),
                        signer.approval().word(),
                        signer.fourEyes(),
                        signer.enabled(),
                        Timestamps.of(now)))
                .mapEmpty();
    }

    /** Whether anything was changed by it. */
    Future<Boolean> update(SqlConnection tx, Signer signer, Instant now) {
        return tx.preparedQuery(UPDATE)
                .execute(Tuple.of(
                        signer.name(),
                        signer.profile().word(),
                        signer.validity().toString(),
                        signer.approval().word(),
                        signer.fourEyes(),
                        signer.enabled(),
                        Timestamps.of(now)))
                .map(rows -> rows.rowCount() > 0);
    }

    Future<List<Signer>> all(SqlConnection tx) {
        return tx.preparedQuery(ALL).execute().map(rows -> {
            List<Signer> signers = new ArrayList<>();
            rows.forEach(row -> signers.add(fromRow(row)));
            return signers;
        });
    }

    private static Signer fromRow(Row row) {
        return new Signer(
                row.getString("name"),
                row.getString("ca_id"),
                Profile.of(row.getString("profile")),
                Duration.parse(row.getString("validity")),
                Approval.of(row.getString("policy")),
                row.getBoolean("four_eyes"),
                row.getBoolean("enabled"));
    }
}
