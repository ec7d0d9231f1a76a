package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.Identifier;
import io.vertx.sqlclient.Row;
import java.util.Arrays;

/** How a request is read: the one list of its columns, and the one reading of them. */
final class RequestRows {
    static final String SELECT = """
            SELECT r.id, r.org_id, r.agent_id, r.owner, r.requester, r.signer, r.target_issuer, r.auto_renew, r.private_key_id,
                   r.uid, r.rotation_epoch, r.rotation_standing, r.rotation_reason, r.rotation_deadline, r.renew_at,
                   r.renew_problem, r.reissued_not_after, r.withdrawn, r.created, r.updated,
                   r.position, g.generation, g.pkcs10, g.sha256, g.spki_sha256, g.common_name, g.identifiers, g.state,
                   g.reason, g.message, a.last_seen, a.state AS agent_state
            FROM signing_requests r
            JOIN generations g ON g.request_id = r.id AND g.generation = r.generation
            LEFT JOIN agent_connectors a ON a.id = r.agent_id
            """;

    private RequestRows() {}

    static SigningRequest read(Row row) {
        return new SigningRequest(
                row.getString("id"),
                row.getString("org_id"),
                row.getString("agent_id"),
                row.getString("owner"),
                row.getString("requester"),
                row.getString("signer"),
                row.getString("target_issuer"),
                row.getBoolean("auto_renew"),
                row.getString("private_key_id"),
                row.getString("uid"),
                generation(row),
                new Rotation(
                        row.getLong("rotation_epoch"),
                        row.getBoolean("rotation_standing"),
                        row.getString("rotation_reason"),
                        Timestamps.inNullable(row, "rotation_deadline")),
                Timestamps.inNullable(row, "renew_at"),
                row.getString("renew_problem"),
                Timestamps.inNullable(row, "reissued_not_after"),
                Timestamps.inNullable(row, "withdrawn"),
                Timestamps.inNullable(row, "last_seen"),
                "retired".equals(row.getString("agent_state")),
                Timestamps.in(row, "created"),
                Timestamps.in(row, "updated"),
                row.getLong("position"));
    }

    private static Generation generation(Row row) {
        return new Generation(
                row.getInteger("generation"),
                row.getBuffer("pkcs10").getBytes(),
                row.getBuffer("sha256").getBytes(),
                row.getBuffer("spki_sha256").getBytes(),
                row.getString("common_name"),
                Arrays.stream(row.getArrayOfStrings("identifiers"))
                        .map(Identifier::parse)
                        .toList(),
                RequestState.valueOf(row.getString("state")),
                row.getString("reason"),
                row.getString("message"));
    }
}
