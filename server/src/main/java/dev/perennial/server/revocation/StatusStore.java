package dev.perennial.server.revocation;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.db.Database;
import dev.perennial.server.pkix.OcspResponse.Status;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The SQL of what OCSP tells. */
final class StatusStore {
    private static final String FIND = """
            SELECT serial, revoked, revocation_reason FROM certificates WHERE issuer_id = $1 AND serial = ANY ($2)
            UNION ALL
            SELECT serial, revoked, 'UNSPECIFIED' FROM revoked_authorities WHERE issuer_id = $1 AND serial = ANY ($2)
            """;

    private final Database database;

    StatusStore(Database database) {
        this.database = database;
    }

    /** Of the serial numbers of an issuer those that it has issued, with their status. */
    Future<Map<String, Status>> find(String issuerId, Collection<String> serials) {
        return database.query(FIND, Tuple.tuple().addValue(issuerId).addValue(serials.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, Status> found = new HashMap<>();
                    rows.forEach(row -> found.put(row.getString("serial"), status(row)));
                    return found;
                });
    }

    private static Status status(Row row) {
        OffsetDateTime revoked = row.getOffsetDateTime("revoked");
        return revoked == null
                ? new Status.Good()
                : new Status.Revoked(revoked.toInstant(), RevocationReason.valueOf(row.getString("revocation_reason")));
    }
}
