package dev.perennial.server.ca;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.SealKey;
import dev.perennial.server.vault.SigningKey;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The SQL of authorities. Keys cross it sealed, bound by the authority's id so that none can be put in another's row. */
final class AuthorityStore {
    private static final String INSERT = """
            INSERT INTO authorities (id, role, issuer_id, der, sha256, sealed_key, created)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """;

    private static final String ALL = """
            SELECT id, role, issuer_id, der, sealed_key FROM authorities ORDER BY number
            """;

    private final SealKey sealKey;

    AuthorityStore(SealKey sealKey) {
        this.sealKey = sealKey;
    }

    Future<Void> insert(SqlConnection tx, Authority authority, Instant now) {
        byte[] sealed = authority.key().seal(sealKey, boundTo(authority.id()));
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        authority.id(),
                        authority.role().word(),
                        authority.issuerId(),
                        Buffer.buffer(authority.certificate().der()),
                        Buffer.buffer(authority.certificate().sha256()),
                        Buffer.buffer(sealed),
                        Timestamps.of(now)))
                .mapEmpty();
    }

    Future<List<Authority>> all(Database database) {
        return database.query(ALL, Tuple.tuple()).map(rows -> {
            List<Authority> authorities = new ArrayList<>();
            rows.forEach(row -> authorities.add(fromRow(row)));
            return authorities;
        });
    }

    private Authority fromRow(Row row) {
        String id = row.getString("id");
        X509 certificate = X509.parse(row.getBuffer("der").getBytes());
        byte[] sealed = row.getBuffer("sealed_key").getBytes();
        return new Authority(
                id,
                Authority.Role.of(row.getString("role")),
                row.getString("issuer_id"),
                certificate,
                SigningKey.open(sealed, sealKey, boundTo(id), certificate.key()));
    }

    private static String boundTo(String id) {
        return "authority:" + id;
    }
}
