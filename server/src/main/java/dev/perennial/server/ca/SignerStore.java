package dev.perennial.server.ca;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SQL of signers. */
final class SignerStore {
    private static final String INSERT = """
            INSERT INTO signers (id, org_id, name, type, ca_id, profile, validity, policy, four_eyes, enabled, revocation,
                                 policies, enabled_at, created, updated)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $13)
            """;

    /** A signer takes only what was approved after it was enabled: the moment moves when it is enabled again. */
    private static final String UPDATE = """
            UPDATE signers SET ca_id = $2, profile = $3, validity = $4, policy = $5, four_eyes = $6, enabled = $7,
                revocation = $8, policies = $9, updated = $10,
                enabled_at = CASE WHEN $7 AND NOT enabled THEN $10 ELSE enabled_at END
            WHERE id = $1
              AND (ca_id, profile, validity, policy, four_eyes, enabled, revocation, policies)
                  IS DISTINCT FROM ($2, $3, $4, $5, $6, $7, $8, $9)
            """;

    private static final String COLUMNS = """
            SELECT id, org_id, name, type, ca_id, profile, validity, policy, four_eyes, enabled, revocation, policies,
                   created, updated
            FROM signers
            """;

    private static final String ALL = COLUMNS + "ORDER BY name";

    private static final String LOCK = COLUMNS + "WHERE id = $1 FOR UPDATE";

    Future<Void> insert(SqlConnection tx, Signer signer) {
        SignerSpec spec = signer.spec();
        return tx.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    signer.id(),
                    spec.orgId(),
                    spec.name(),
                    spec.type().word(),
                    spec.authorityId(),
                    spec.profile().word(),
                    spec.validity().toString(),
                    spec.approval().word(),
                    spec.fourEyes(),
                    spec.enabled(),
                    spec.revocation(),
                    spec.policies().toArray(String[]::new),
                    Timestamps.of(signer.created())
                }))
                .mapEmpty();
    }

    /** Whether anything was changed by it. */
    Future<Boolean> update(SqlConnection tx, String id, SignerSpec spec, Instant now) {
        return tx.preparedQuery(UPDATE)
                .execute(Tuple.from(new Object[] {
                    id,
                    spec.authorityId(),
                    spec.profile().word(),
                    spec.validity().toString(),
                    spec.approval().word(),
                    spec.fourEyes(),
                    spec.enabled(),
                    spec.revocation(),
                    spec.policies().toArray(String[]::new),
                    Timestamps.of(now)
                }))
                .map(rows -> rows.rowCount() > 0);
    }

    Future<Optional<Signer>> lock(SqlConnection tx, String id) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(id)).map(rows -> signers(rows).stream()
                .findFirst());
    }

    Future<List<Signer>> all(SqlConnection tx) {
        return tx.preparedQuery(ALL).execute().map(SignerStore::signers);
    }

    Future<List<Signer>> all(Database database) {
        return database.query(ALL, Tuple.tuple()).map(SignerStore::signers);
    }

    private static List<Signer> signers(RowSet<Row> rows) {
        List<Signer> signers = new ArrayList<>();
        rows.forEach(row -> signers.add(fromRow(row)));
        return signers;
    }

    private static Signer fromRow(Row row) {
        return new Signer(
                row.getString("id"),
                new SignerSpec(
                        row.getString("org_id"),
                        row.getString("name"),
                        SignerSpec.Type.of(row.getString("type")),
                        row.getString("ca_id"),
                        Profile.of(row.getString("profile")),
                        Duration.parse(row.getString("validity")),
                        Approval.of(row.getString("policy")),
                        row.getBoolean("four_eyes"),
                        row.getBoolean("enabled"),
                        "none".equals(row.getString("revocation")),
                        List.of(row.getArrayOfStrings("policies"))),
                Timestamps.in(row, "created"),
                Timestamps.in(row, "updated"));
    }
}
