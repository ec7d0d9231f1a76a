package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.policy.Usages;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a request is read: the one list of its columns, and the one reading of them. */
final class RequestRows {
    static final String SELECT = """
            SELECT r.id, r.org_id, r.agent_id, r.owner, r.requester, r.signer, r.target_issuer, r.auto_renew,
                   r.private_key_id, r.uid, r.rotation_epoch, r.rotation_standing, r.rotation_reason,
                   r.rotation_deadline, r.renew_at, r.renew_problem, r.reissued_not_after, r.person_denied, r.withdrawn,
                   r.created, r.updated, r.position, g.generation, g.pkcs10, g.sha256, g.spki_sha256, g.common_name,
                   g.identifiers, g.usages, g.lifetime, g.state, g.reason, g.message, g.requester AS asked_by, g.approved_by,
                   n.generation AS n_generation, n.pkcs10 AS n_pkcs10, n.sha256 AS n_sha256,
                   n.spki_sha256 AS n_spki_sha256, n.common_name AS n_common_name, n.identifiers AS n_identifiers,
                   n.usages AS n_usages, n.lifetime AS n_lifetime,
                   n.state AS n_state, n.reason AS n_reason, n.message AS n_message, n.requester AS n_asked_by,
                   n.approved_by AS n_approved_by, n.signer AS n_signer, n.target_issuer AS n_target_issuer,
                   n.auto_renew AS n_auto_renew, n.private_key_id AS n_private_key_id, n.uid AS n_uid,
                   a.last_seen, a.state AS agent_state
            FROM signing_requests r
            JOIN generations g ON g.request_id = r.id AND g.generation = r.generation
            LEFT JOIN generations n ON n.request_id = r.id AND n.generation = r.next_generation
            LEFT JOIN agent_connectors a ON a.id = r.agent_id
            """;

    private RequestRows() {}

    static SigningRequest read(Row row) {
        boolean hasNext = row.getInteger("n_generation") != null;
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
                generation(row, "", null),
                hasNext ? generation(row, "n_", settings(row)) : null,
                row.getBoolean("person_denied"),
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

    static Generation generation(Row row, String prefix, @Nullable RequestSettings settings) {
        return new Generation(
                row.getInteger(prefix + "generation"),
                row.getBuffer(prefix + "pkcs10").getBytes(),
                row.getBuffer(prefix + "sha256").getBytes(),
                row.getBuffer(prefix + "spki_sha256").getBytes(),
                row.getString(prefix + "common_name"),
                Arrays.stream(row.getArrayOfStrings(prefix + "identifiers"))
                        .map(Identifier::parse)
                        .toList(),
                usages(row, prefix + "usages"),
                lifetime(row, prefix + "lifetime"),
                RequestState.valueOf(row.getString(prefix + "state")),
                row.getString(prefix + "reason"),
                row.getString(prefix + "message"),
                row.getString(prefix + "asked_by"),
                row.getString(prefix + "approved_by"),
                settings);
    }

    static Usages usages(Row row, String column) {
        String[] words = row.getArrayOfStrings(column);
        return words == null ? Usages.none() : Usages.parse(column, List.of(words));
    }

    static @Nullable Duration lifetime(Row row, String column) {
        Integer seconds = row.getInteger(column);
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    private static RequestSettings settings(Row row) {
        return new RequestSettings(
                row.getString("n_signer"),
                row.getString("n_target_issuer"),
                row.getBoolean("n_auto_renew"),
                row.getString("n_private_key_id"),
                row.getString("n_uid"));
    }
}
