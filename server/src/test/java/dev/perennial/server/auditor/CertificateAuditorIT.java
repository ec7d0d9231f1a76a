package dev.perennial.server.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reliability T20: whatever is altered in one place of what was signed, the auditor finds. */
class CertificateAuditorIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    /** Which row of each table is altered, and its key. */
    private static final Map<String, String> ROWS = Map.of(
            "certificates", "request_id = (SELECT request_id FROM generations WHERE common_name = 'a.test')",
            "generations", "common_name = 'a.test'",
            "signers", "name = 'perennial.dev/server'",
            "crls", "issuer_id = (SELECT id FROM authorities WHERE role = 'issuing')",
            "authorities", "role = 'issuing'",
            "client_certificates", "state = 'current'");

    private static final Map<String, String> KEYS =
            Map.of("generations", "request_id", "crls", "issuer_id", "client_certificates", "sha256");

    @BeforeAll
    static void issue() {
        // The terms of the signer hold by then.
        server.clock().advance(Duration.ofMinutes(1));
        for (String name : List.of("a.test", "b.test")) {
            server.administrator()
                    .submit(TestCsrs.withSubject(TestCsrs.keyPair(), "CN=" + name, name))
                    .expect(201);
        }
        Exchange revoked =
                server.administrator().submit(TestCsrs.p256("revoked.test")).expect(201);
        server.administrator()
                .post(
                        ApiClient.CERTIFICATES + "/" + revoked.certificateIds().get(0) + "/revoke",
                        Bodies.revocation("keyCompromise"))
                .expect(200);
        server.agent("**");
        Until.is(() -> count("certificates WHERE revoked IS NOT NULL AND crl_number IS NOT NULL") == 1, "it is listed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "certificates | serial       | reverse(serial)               | its serial number is",
                "certificates | sha256       | sha256('x')                   | its hash is not the stored one",
                "certificates | not_after    | not_after + interval '1s'     | it is valid from",
                "certificates | der          | '\\x3000'                     | not the DER of a certificate",
                "certificates | der          | set_byte(der, length(der) - 1, get_byte(der, length(der) - 1) # 1) | its signature is not that of its CA",
                "certificates | issuer_id    | (SELECT id FROM authorities WHERE role = 'root') | its issuer is not its CA",
                "certificates | issuer_id    | 'nobody'                      | there is no CA nobody",
                "certificates | issuer_id    | 'sha256:00'                   | its issuer is not sha256:00",
                "authorities  | der          | (SELECT der FROM authorities WHERE role = 'root') | its hash or its name is not the stored one",
                "certificates | request_id   | 'nobody'                      | its request is not there",
                "generations  | identifiers  | '{dns:c.test}'                | are not those of the PKCS#10",
                "generations  | common_name  | 'c.test'                      | are not those of the PKCS#10",
                "generations  | spki_sha256  | sha256('x')                   | are not those of the PKCS#10",
                "generations  | pkcs10       | (SELECT pkcs10 FROM generations WHERE common_name = 'b.test') | its key is not the request's",
                "generations  | pkcs10       | (SELECT pkcs10 FROM generations WHERE common_name = 'b.test') | names that nobody decided about: dns:a.test",
                "generations  | pkcs10       | (SELECT pkcs10 FROM generations WHERE common_name = 'b.test') | a subject that nobody decided about",
                "signers      | profile      | 'client'                      | plan-purposes",
                "signers      | policies     | '{1.3.6.1.4.1.32473.1}'       | profile-extensions",
                "signers      | revocation   | 'none'                        | profile-extensions",
                "signers      | validity     | 'PT48H'                       | and its signer's last PT48H",
                "crls         | number       | number + 1                    | its number, times or size are not the stored ones",
                "crls         | der          | (SELECT der FROM crls WHERE issuer_id = (SELECT id FROM authorities WHERE role = 'root')) | it is not signed by the CA",
                "crls         | next_update  | next_update - interval '1y'   | its number, times or size are not the stored ones",
                "authorities  | sha256       | sha256('x')                   | its hash or its name is not the stored one",
                "authorities  | der          | '\\x3000'                     | there is no CA",
                "generations  | usages       | '{nonsense}'                  | usages: each must be one of",
                "client_certificates | der        | '\\x3000'                 | not the DER of a certificate",
                "authorities  | issuer_id    | (SELECT id FROM authorities WHERE role = 'identity-root') | is not signed by the CA above it",
                "client_certificates | serial     | reverse(serial)          | its serial number is",
                "client_certificates | not_before | not_before - interval '1s' | it is valid from",
            })
    void altered_isFound(String table, String column, String value, String finding) {
        assertThat(server.audit().findings()).isEmpty();
        execute("CREATE TABLE kept AS SELECT * FROM %s WHERE %s".formatted(table, ROWS.get(table)));
        assertThat(count("kept")).isOne();
        execute("UPDATE %s SET %s = %s WHERE %s".formatted(table, column, value, ROWS.get(table)));

        List<String> found = server.audit().findings();
        String key = KEYS.getOrDefault(table, "id");
        execute("UPDATE %s t SET %2$s = kept.%2$s FROM kept WHERE t.%3$s = kept.%3$s".formatted(table, column, key));
        execute("DROP TABLE kept");

        assertThat(found).anyMatch(one -> one.contains(finding));
    }

    @Test
    void revoked_asIfItNeverWas_isFound() {
        execute("CREATE TABLE kept AS SELECT id, revoked FROM certificates WHERE revoked IS NOT NULL");
        execute("UPDATE certificates SET revoked = NULL");
        server.clock().advance(Duration.ofMinutes(5));

        List<String> found = server.audit().findings();
        execute("UPDATE certificates c SET revoked = kept.revoked FROM kept WHERE c.id = kept.id");
        execute("DROP TABLE kept");

        assertThat(found)
                .anyMatch(one -> one.contains("lists what is not revoked"))
                .anyMatch(one -> one.contains("its key is blocked, and it is not revoked"));
    }

    private static void execute(String sql) {
        Await.value(server.database().query(sql, Tuple.tuple()));
    }

    private static long count(String rows) {
        return Await.value(server.database().query("SELECT count(*) AS n FROM " + rows, Tuple.tuple()))
                .iterator()
                .next()
                .getLong("n");
    }
}
