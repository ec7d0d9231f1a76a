package dev.perennial.server.publication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** CRLs as they are fetched, judged by openssl and the JDK. */
class CrlIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @TempDir
    Path directory;

    private final Publication publication =
            new Publication(server.uri(), server.first().roots());

    @AfterEach
    void today() {
        server.clock().set(Duration.ZERO);
    }

    private static RowSet<Row> sql(String sql, Object... values) {
        return Await.value(server.database().query(sql, Tuple.from(values)));
    }

    private static String issuer(String role) {
        return sql("SELECT id FROM authorities WHERE role = $1", role)
                .iterator()
                .next()
                .getString("id");
    }

    private static Exchange issue(String name) {
        return server.administrator().submit(TestCsrs.p256(name)).expect(201);
    }

    private static BigInteger serial(Exchange request) {
        return new BigInteger(request.text("/status/certificates/0/status/serial_number"), 16);
    }

    private static void revoke(Exchange request, String reason) {
        server.administrator()
                .post(
                        ApiClient.CERTIFICATES + "/" + request.certificateIds().get(0) + "/revoke",
                        Bodies.revocation(reason))
                .expect(200);
    }

    private X509CRL fetch() {
        return fetch(publication);
    }

    private static X509CRL fetch(Publication from) {
        HttpResponse<byte[]> answer = from.get("/ca/" + issuer("issuing") + ".crl");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/pkix-crl");
        try {
            return (X509CRL)
                    CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(answer.body()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static long number(X509CRL crl) {
        byte[] octets = crl.getExtensionValue("2.5.29.20");
        // OCTET STRING, then INTEGER, each with a short length.
        return new BigInteger(Arrays.copyOfRange(octets, 4, octets.length)).longValue();
    }

    private X509CRLEntry listed(BigInteger serial) {
        Until.is(() -> fetch().getRevokedCertificate(serial) != null, "the serial number " + serial + " in the CRL");
        return fetch().getRevokedCertificate(serial);
    }

    @Test
    void everyCa_hasOneFromTheBeginning() throws IOException {
        for (String role : List.of("root", "issuing")) {
            String path = "/ca/" + issuer(role);
            Files.write(
                    directory.resolve("ca.der"), publication.get(path + ".crt").body());
            Files.write(
                    directory.resolve("crl.der"), publication.get(path + ".crl").body());
            OpenSsl openSsl = new OpenSsl(directory);
            openSsl.run("x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem");
            assertThat(openSsl.run("crl", "-inform", "DER", "-in", "crl.der", "-CAfile", "ca.pem", "-noout", "-text"))
                    .contains("verify OK")
                    .contains("X509v3 CRL Number")
                    .contains("X509v3 Authority Key Identifier");
        }
        assertThat(publication.get("/ca/" + issuer("identity") + ".crl").statusCode())
                .isEqualTo(404);
        assertThat(publication.get("/ca/unknown.crl").statusCode()).isEqualTo(404);
        assertThat(publication.get("/ca/.crl").statusCode()).isEqualTo(404);
    }

    @Test
    void asPem_whereThatIsAskedFor_andOnlyWhatIsNew() {
        String path = "/ca/" + issuer("issuing") + ".crl";
        HttpResponse<byte[]> pem = publication.get(path, "Accept", "application/x-pem-file");
        assertThat(new String(pem.body(), StandardCharsets.US_ASCII)).startsWith("-----BEGIN X509 CRL-----");

        HttpResponse<byte[]> der = publication.get(path);
        String etag = der.headers().firstValue("ETag").orElseThrow();
        assertThat(publication.get(path, "If-None-Match", etag).statusCode()).isEqualTo(304);
    }

    @Test
    void revoked_isListedWithItsReason_andRefusedByOpenssl() throws IOException {
        Exchange good = issue("good.crl.test");
        Exchange bad = issue("bad.crl.test");
        Exchange unsaid = issue("unsaid.crl.test");
        long before = number(fetch());
        revoke(bad, "cessationOfOperation");
        revoke(unsaid, "unspecified");

        assertThat(String.valueOf(listed(serial(bad)).getRevocationReason())).isEqualTo("CESSATION_OF_OPERATION");
        assertThat(listed(serial(unsaid)).hasExtensions()).isFalse();
        X509CRL crl = fetch();
        assertThat(number(crl)).isGreaterThan(before);
        assertThat(crl.getRevokedCertificate(serial(good))).isNull();

        Files.write(directory.resolve("crl.der"), crl(crl));
        Files.write(
                directory.resolve("ca.der"),
                publication.get("/ca/" + issuer("issuing") + ".crt").body());
        Files.writeString(directory.resolve("roots.pem"), server.first().roots() + "\n");
        OpenSsl openSsl = new OpenSsl(directory);
        openSsl.run("x509", "-inform", "DER", "-in", "ca.der", "-out", "ca.pem");
        openSsl.run("crl", "-inform", "DER", "-in", "crl.der", "-out", "crl.pem");
        String[] verify = {
            "verify", "-crl_check", "-CRLfile", "crl.pem", "-CAfile", "roots.pem", "-untrusted", "ca.pem", "leaf.pem"
        };
        Files.writeString(directory.resolve("leaf.pem"), good.text("/status/certificates/0/spec/certificate"));
        assertThat(openSsl.run(verify)).contains("OK");
        Files.writeString(directory.resolve("leaf.pem"), bad.text("/status/certificates/0/spec/certificate"));
        assertThatThrownBy(() -> openSsl.run(verify)).hasMessageContaining("certificate revoked");
    }

    private static byte[] crl(X509CRL crl) {
        try {
            return crl.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** T21: whichever server publishes, numbers only rise, and both come to serve the same list. */
    @Test
    void twoServers_publishOneSequence() {
        Publication second =
                new Publication(server.second().uri(), server.second().roots());
        List<Long> seen = new ArrayList<>();
        List<Exchange> revoked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Exchange request = issue("race" + i + ".crl.test");
            revoke(request, "superseded");
            revoked.add(request);
            listed(serial(request));
            seen.add(number(fetch()));
        }
        assertThat(seen).isSorted().doesNotHaveDuplicates();
        Until.is(() -> number(fetch(second)) == number(fetch()), "both servers serve one list");
        for (Exchange request : revoked) {
            assertThat(fetch(second).getRevokedCertificate(serial(request))).isNotNull();
        }
        long made = sql(
                        "SELECT count(*) AS counted FROM audit_events WHERE action = 'publish-crl' AND object_id = $1",
                        issuer("issuing"))
                .iterator()
                .next()
                .getLong("counted");
        assertThat(number(fetch())).isEqualTo(made);
    }

    /** RFC 5280 §3.3: an entry stays until it was on a list that was made after its certificate had ended. */
    @Test
    void entry_staysUntilAListAfterTheEnd() {
        Exchange request = issue("ended.crl.test");
        revoke(request, "superseded");
        listed(serial(request));

        server.clock().set(Duration.ofDays(91));
        Until.is(() -> isMadeAfterTheEnd(request), "a list made after the end");
        assertThat(fetch().getRevokedCertificate(serial(request))).isNotNull();

        server.clock().set(Duration.ofDays(93));
        Until.is(() -> fetch().getRevokedCertificate(serial(request)) == null, "the entry is gone");
    }

    private boolean isMadeAfterTheEnd(Exchange request) {
        return fetch().getThisUpdate()
                .toInstant()
                .isAfter(Instant.parse(request.text("/status/certificates/0/status/not_after")));
    }

    /** C19: what cannot be stored is not served, and the list of before stands. */
    @Test
    void publishingThatFails_leavesTheListOfBefore() {
        long before = number(fetch());
        sql("CREATE FUNCTION refuse_crl() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN RAISE EXCEPTION ''no''; END'");
        sql("CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON crls DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                + " EXECUTE FUNCTION refuse_crl()");
        Exchange request = issue("refused.crl.test");
        revoke(request, "superseded");
        long refused = rollbacks();
        Until.is(() -> rollbacks() >= refused + 2, "publishing was tried");
        assertThat(number(fetch())).isEqualTo(before);
        assertThat(fetch().getRevokedCertificate(serial(request))).isNull();

        sql("DROP TRIGGER refuse ON crls");
        sql("DROP FUNCTION refuse_crl");
        listed(serial(request));
        assertThat(number(fetch())).isEqualTo(before + 1);
    }

    private static long rollbacks() {
        return sql("SELECT xact_rollback AS counted FROM pg_stat_database WHERE datname = current_database()")
                .iterator()
                .next()
                .getLong("counted");
    }
}
