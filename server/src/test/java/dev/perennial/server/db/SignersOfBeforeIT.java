package dev.perennial.server.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An installation from before signers had ids: each gets one, keeps its terms, and the manual signer is there. */
class SignersOfBeforeIT {
    private static final int LAST_OF_BEFORE = 14;
    private static final String BEFORE = """
            INSERT INTO organisations (id, name, names, created, updated)
                VALUES ('default', 'default', ARRAY['**'], now(), now());
            INSERT INTO authorities (id, role, issuer_id, der, sha256, sealed_key, created)
                VALUES ('ca', 'issuing', 'ca', '', '', '', now());
            INSERT INTO signers (name, ca_id, profile, validity, policy, four_eyes, enabled, enabled_at)
                VALUES ('perennial.dev/server', 'ca', 'server', 'PT48H', 'person', true, true, now()),
                       ('perennial.dev/client', 'ca', 'client', 'PT2160H', 'grants', false, false, now());
            """;
    private static final String AFTER = """
            SELECT id, name, type, ca_id, profile, validity, policy, four_eyes, enabled, revocation
            FROM signers ORDER BY name
            """;

    @RegisterExtension
    static final PostgresExtension postgres = PostgresExtension.empty();

    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(postgres.vertx(), postgres.another(), 2);
    }

    @AfterEach
    void close() {
        Await.value(database.close());
    }

    private void apply(String sql) {
        Await.value(database.inTransaction(tx -> tx.query(sql).execute().mapEmpty()));
    }

    @Test
    void eachGetsAnId_keepsItsTerms_andTheManualOneIsThere() {
        List<MigrationFile> files = MigrationFile.readAll(Migrations.FOLDER);
        files.stream().filter(file -> file.version() <= LAST_OF_BEFORE).forEach(file -> apply(file.sql()));
        apply(BEFORE);
        files.stream().filter(file -> file.version() > LAST_OF_BEFORE).forEach(file -> apply(file.sql()));

        List<String> signers = new ArrayList<>();
        for (Row row : Await.value(database.query(AFTER, Tuple.tuple()))) {
            assertThat(row.getString("id")).matches("[0-9a-f]{22}");
            signers.add("%s %s %s %s %s %s %s %s %s"
                    .formatted(
                            row.getString("name"),
                            row.getString("type"),
                            row.getString("ca_id"),
                            row.getString("profile"),
                            row.getString("validity"),
                            row.getString("policy"),
                            row.getBoolean("four_eyes"),
                            row.getBoolean("enabled"),
                            row.getString("revocation")));
        }
        assertThat(signers)
                .containsExactly(
                        "perennial.dev/client local ca client PT2160H grants false false crl-ocsp",
                        "perennial.dev/manual manual null requested PT8760H person false true crl-ocsp",
                        "perennial.dev/server local ca server PT48H person true true crl-ocsp");
    }
}
