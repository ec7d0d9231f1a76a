package dev.perennial.server.ca;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OfflineRoot;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CAs that were made elsewhere, taken over with their key; what is wrong with one is told, and nothing secret. */
class ImportedAuthoritiesIT {
    private static final String PATH = ApiClient.AUTHORITIES;

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    @TempDir
    private Path directory;

    private OfflineRoot root;

    @BeforeEach
    void offlineRoot() {
        root = new OfflineRoot(directory);
    }

    private static Exchange take(Map<String, String> fields) {
        Map<String, String> spec = new HashMap<>(Map.of("org_id", "default"));
        spec.putAll(fields);
        return server.administrator().post(PATH, Bodies.spec(spec));
    }

    private static Exchange submit(String name) {
        return server.administrator()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256(name), "target_issuer", "perennial.dev/client"));
    }

    /** Has the signer of clients sign with that CA. */
    private static void signWith(String authorityId) {
        Await.value(server.database()
                .query("UPDATE signers SET ca_id = $1 WHERE name = 'perennial.dev/client'", Tuple.of(authorityId)));
        server.restart();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "encrypted", "scrypt", "pkcs12", "old pkcs12"})
    void imported_inEveryForm_signs(String form) throws Exception {
        String ca = root.authority("Imported");
        Map<String, String> fields =
                switch (form) {
                    case "plain" ->
                        Map.of("certificate", ca + root.text("root.pem"), "private_key", root.text("ca.key"));
                    case "encrypted" -> root.encrypted(ca, "-v2", "aes-256-cbc");
                    case "scrypt" -> root.encrypted(ca, "-scrypt");
                    case "pkcs12" -> root.pkcs12();
                    default -> root.pkcs12("-legacy");
                };
        Exchange taken = take(fields).expect(201);
        assertThat(taken.state()).isEqualTo("enabled");
        assertThat(taken.text("/spec/name")).startsWith("Imported ");
        assertThat(taken.text("/status/ca"))
                .isEqualTo(X509.parsePem(root.text("root.pem")).pem());
        assertThat(taken.body().toString()).doesNotContain("PRIVATE KEY", OfflineRoot.PASSWORD, "password", "pkcs12");
        take(fields).expectProblem(409, "conflict");

        signWith(taken.id());
        Exchange issued = submit("imported.test").expect(201);
        X509 leaf = issued.newestCertificate();
        assertThat(leaf.verifiedBy(X509.parsePem(ca).key().publicKey())).isTrue();
    }

    @Test
    void importedRoot_andOneBelowIt_areOneLine() throws Exception {
        Exchange taken = take(Map.of("certificate", root.text("root.pem"), "private_key", root.text("root.key")))
                .expect(201);
        assertThat(taken.text("/spec/type")).isEqualTo("root");
        Exchange below = take(Map.of(
                        "certificate",
                        root.authority("Below imported") + root.text("root.pem"),
                        "private_key",
                        root.text("ca.key")))
                .expect(201);
        assertThat(below.text("/spec/issuer_id")).isEqualTo(taken.id());
        assertThat(below.at("/status/ca").isMissingNode()).isTrue();
    }

    @Test
    void import_ofWhatIsNoCa_orAnothersKey_isRefused_andTellsNoSecret() throws Exception {
        String ca = root.authority("Refused");
        String rootPem = root.text("root.pem");
        String key = root.text("ca.key");
        Map<String, String> encrypted = root.encrypted(ca, "-v2", "aes-256-cbc");
        Map<String, String> pkcs12 = root.pkcs12();
        refuse(Map.of("certificate", ca + rootPem));
        refuse(Map.of("private_key", key));
        refuse(Map.of("certificate", ca, "private_key", key));
        refuse(Map.of("certificate", ca + rootPem, "private_key", root.text("root.key")));
        refuse(Map.of("certificate", ca + rootPem, "private_key", key + key));
        refuse(Map.of("certificate", ca + rootPem, "private_key", "nonsense"));
        refuse(Map.of("certificate", ca + rootPem, "private_key", key.replace('A', 'B')));
        refuse(Map.of("certificate", key + ca + rootPem, "private_key", key));
        refuse(Map.of("certificate", ca + rootPem, "private_key", key, "name", "x"));
        refuse(with(encrypted, "password", "wrong"));
        refuse(Map.of("certificate", ca + rootPem, "private_key", root.text("ca.enc")));
        refuse(with(pkcs12, "password", "wrong"));
        refuse(with(pkcs12, "pkcs12", "!!!"));
        refuse(with(pkcs12, "pkcs12", Base64.getEncoder().encodeToString(new byte[200])));
        refuse(with(pkcs12, "private_key", key));
        refuse(Map.of("pkcs12", pkcs12.get("pkcs12")));
        root.openSsl().run("ec", "-in", "ca.key", "-out", "sec1.key");
        refuse(Map.of("certificate", ca + rootPem, "private_key", root.text("sec1.key")));
        root.openSsl()
                .run("pkcs8", "-topk8", "-in", "ca.key", "-iter", "20000000", "-out", "slow.key", "-passout", "pass:x");
        refuse(Map.of("certificate", ca + rootPem, "private_key", root.text("slow.key"), "password", "x"));

        for (String[] extensions : new String[][] {
            {"basicConstraints=critical,CA:FALSE"},
            {"basicConstraints=critical,CA:TRUE", "keyUsage=critical,digitalSignature"},
            {"basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"},
            {"keyUsage=critical,keyCertSign,cRLSign"},
        }) {
            String wrong = root.elsewhere("Refused", extensions);
            refuse(Map.of("certificate", wrong + rootPem, "private_key", root.text("ca.key")));
        }
        for (String extension : List.of(
                "policyConstraints=critical,requireExplicitPolicy:0",
                "nameConstraints=critical,permitted;DNS:*.example.com",
                "nameConstraints=critical,permitted;IP:10.0.0.0/255.0.255.0",
                "1.2.3.4=critical,ASN1:NULL")) {
            String wrong = root.authority("Refused", extension);
            refuse(Map.of("certificate", wrong + rootPem, "private_key", root.text("ca.key")));
        }
    }

    private static Map<String, String> with(Map<String, String> fields, String field, String value) {
        Map<String, String> changed = new HashMap<>(fields);
        changed.put(field, value);
        return changed;
    }

    private static void refuse(Map<String, String> fields) {
        Exchange refused = take(fields).expectHelp();
        assertThat(refused.status()).as(refused.detail()).isEqualTo(400);
        assertThat(refused.body().toString()).doesNotContain(OfflineRoot.PASSWORD, "BEGIN ");
        for (String secret : List.of("private_key", "pkcs12")) {
            String value = fields.get(secret);
            if (value != null && value.length() > 100) {
                assertThat(refused.body().toString()).doesNotContain(value.substring(60, 90));
            }
        }
    }

    /** Of an expired chain: told now, not when somebody verifies. */
    @Test
    void import_ofAnExpiredChain_isRefused() throws Exception {
        String ca = root.authority("Expired");
        server.clock().advance(Duration.ofDays(2_000));
        try {
            refuse(Map.of("certificate", ca + root.text("root.pem"), "private_key", root.text("ca.key")));
        } finally {
            server.clock().set(Duration.ZERO);
        }
    }

    @Test
    void secrets_areInNoRowOfTheRecord() throws Exception {
        String ca = root.authority("Recorded");
        Map<String, String> fields = root.encrypted(ca, "-v2", "aes-256-cbc");
        String id = take(fields).expect(201).id();
        ObjectNode shown = server.administrator().get(PATH + "/" + id).copy();
        assertThat(shown.toString()).doesNotContain("sealed", "private");
        String rows = Await.value(server.database()
                        .query("SELECT string_agg(e::text, ' ') AS rows FROM audit_events e", Tuple.tuple()))
                .iterator()
                .next()
                .getString("rows");
        assertThat(rows).contains("import-authority").doesNotContain(OfflineRoot.PASSWORD, "PRIVATE");
        String base64 = root.text("ca.key").lines().toList().get(1);
        byte[] key = Base64.getMimeDecoder().decode(base64);
        String stored = Await.value(server.database()
                        .query(
                                "SELECT encode(sealed_key, 'hex') AS sealed FROM authorities WHERE id = $1",
                                Tuple.of(id)))
                .iterator()
                .next()
                .getString("sealed");
        assertThat(stored).doesNotContain(java.util.HexFormat.of().formatHex(key, 10, 30));
    }
}
