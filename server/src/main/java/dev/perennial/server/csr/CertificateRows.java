package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.identity.Ownership;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a certificate is read: the one list of its columns, and the one reading of them. */
final class CertificateRows {
    static final String COLUMNS = """
            c.id, c.org_id, c.request_id, c.generation, c.issuer_id, c.serial, c.der, c.chain, c.sha256, c.not_before,
            c.not_after, c.cut_short, c.renewal_time, c.shown, c.revoked, c.revocation_reason,
            CASE WHEN isfinite(c.revoke_by) THEN c.revoke_by END AS revoke_by, c.created
            """;

    static final String SELECT = "SELECT " + COLUMNS + """
                    , r.agent_id, r.owner, r.signer FROM certificates c LEFT JOIN signing_requests r ON r.id = c.request_id
                    """;

    private CertificateRows() {}

    private static @Nullable Ownership ownership(Row row) {
        String owner = row.getString("owner");
        return owner == null
                ? null
                : new Ownership(row.getString("org_id"), owner, row.getString("agent_id"), row.getString("signer"));
    }

    static Certificate read(Row row) {
        Buffer[] chain = row.getArrayOfBuffers("chain");
        Integer generation = row.getInteger("generation");
        String reason = row.getString("revocation_reason");
        return new Certificate(
                row.getString("id"),
                row.getString("org_id"),
                row.getString("request_id"),
                generation == null ? 0 : generation,
                row.getString("issuer_id"),
                row.getString("serial"),
                row.getBuffer("der").getBytes(),
                chain == null
                        ? List.of()
                        : Arrays.stream(chain).map(Buffer::getBytes).toList(),
                row.getBuffer("sha256").getBytes(),
                Timestamps.in(row, "not_before"),
                Timestamps.in(row, "not_after"),
                row.getBoolean("cut_short"),
                Timestamps.inNullable(row, "renewal_time"),
                row.getBoolean("shown"),
                Timestamps.inNullable(row, "revoked"),
                reason == null ? null : RevocationReason.valueOf(reason),
                Timestamps.inNullable(row, "revoke_by"),
                ownership(row),
                Timestamps.in(row, "created"));
    }
}
