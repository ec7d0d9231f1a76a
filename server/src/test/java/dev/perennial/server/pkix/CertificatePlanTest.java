package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.vault.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Judged by the real openssl. */
class CertificatePlanTest {
    private static final String AT = String.valueOf(TestCa.NOW.getEpochSecond());

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void issue_byEachKindOfCa_verifies(KeyKind kind) throws IOException {
        TestCa ca = TestCa.root(kind);
        SubjectPublicKey key = Pkcs10.parsePem(TestCsrs.p256("www.example.com")).key();
        X509 leaf = ca.issue(ca.plan(key, "www.example.com"));
        write("ca.pem", ca.certificate());
        write("leaf.pem", leaf);

        OpenSsl openSsl = new OpenSsl(directory);
        openSsl.run("verify", "-x509_strict", "-attime", AT, "-CAfile", "ca.pem", "ca.pem");
        openSsl.run(("verify -x509_strict -purpose sslserver -verify_hostname www.example.com -attime " + AT
                        + " -CAfile ca.pem leaf.pem")
                .split(" "));
        assertThat(leaf.verifiedBy(ca.key().publicKey().publicKey())).isTrue();
        assertThat(leaf.verifiedBy(key.publicKey())).isFalse();
    }

    @Test
    void issue_ofServer_hasTheProfilesExtensionsAndNoOthers() throws IOException {
        TestCa ca = TestCa.root(KeyKind.EC_P256);
        Pkcs10 pkcs10 = Pkcs10.parsePem(TestCsrs.rsa2048("www.example.com"));
        CertificatePlan base = ca.plan(pkcs10.key());
        CertificatePlan plan = new CertificatePlan(
                base.serial(),
                base.issuer(),
                base.validity(),
                DistinguishedName.ofCommonName("www.example.com"),
                List.of(
                        Identifier.uri("spiffe://example.com/a"),
                        Identifier.ip("2001:db8::1"),
                        Identifier.dns("www.example.com"),
                        Identifier.email("a@example.com")),
                pkcs10.key(),
                CertificateProfile.server(pkcs10.key().kind()),
                new Pointers(URI.create("http://pki.example.com/ca/1.crt"), null, null));
        X509 leaf = ca.issue(plan);
        write("leaf.pem", leaf);

        String text = new OpenSsl(directory)
                .run("x509", "-in", "leaf.pem", "-noout", "-text", "-nameopt", "RFC2253", "-certopt", "no_sigdump");

        assertThat(text)
                .contains("Version: 3 (0x2)")
                .contains("Subject: CN=www.example.com")
                .contains("Not Before: Mar  1 11:55:00 2026 GMT")
                .contains("Not After : May 30 11:54:59 2026 GMT")
                .containsPattern("X509v3 Key Usage: critical\\s+Digital Signature, Key Encipherment\\n")
                .containsPattern("X509v3 Extended Key Usage: \\s+TLS Web Server Authentication\\n")
                .containsPattern("X509v3 Subject Alternative Name: \\s+DNS:www.example.com,"
                        + " IP Address:2001:DB8:0:0:0:0:0:1, email:a@example.com, URI:spiffe://example.com/a\\n")
                .contains("CA Issuers - URI:http://pki.example.com/ca/1.crt")
                .doesNotContain("Basic Constraints");
        assertThat(text.lines().filter(line -> line.contains("X509v3 ") || line.contains("Authority Information")))
                .hasSize(7);
        assertThat(leaf.serial()).isEqualTo(plan.serial());
        assertThat(leaf.identifiers()).isEqualTo(plan.identifiers());
        assertThat(leaf.isCa()).isFalse();
        assertThat(leaf.notAfter()).isEqualTo(plan.validity().notAfter());
        assertThat(leaf.subjectPublicKeyInfo()).isEqualTo(pkcs10.subjectPublicKeyInfo());
        assertThat(X509.parsePem(leaf.pem())).isEqualTo(leaf);
    }

    @Test
    void issue_ofIntermediate_isConstrained() throws IOException {
        TestCa ca = TestCa.root(KeyKind.EC_P384);
        SigningKey key = SigningKey.generate(KeyKind.EC_P256, new SecureRandom());
        CertificatePlan base = ca.plan(key.publicKey());
        X509 authority = ca.issue(new CertificatePlan(
                base.serial(),
                base.issuer(),
                base.validity(),
                DistinguishedName.ofCommonName("Intermediate"),
                List.of(),
                key.publicKey(),
                CertificateProfile.authority(0),
                Pointers.NONE));
        write("authority.pem", authority);
        assertThat(new OpenSsl(directory).run("x509", "-in", "authority.pem", "-noout", "-text"))
                .containsPattern("Basic Constraints: critical\\s+CA:TRUE, pathlen:0")
                .containsPattern("Key Usage: critical\\s+Certificate Sign, CRL Sign");
        assertThat(authority.isCa()).isTrue();
        assertThat(Issuer.of(authority).keyIdentifier())
                .isEqualTo(key.publicKey().keyIdentifier());
    }

    @Test
    void encode_around2050_changesTheFormOfTime() {
        assertThat(DerWriter.time(Instant.parse("2049-12-31T23:59:59Z")))
                .isEqualTo(DerWriter.text(0x17, "491231235959Z"));
        assertThat(DerWriter.time(Instant.parse("2050-01-01T00:00:00Z")))
                .isEqualTo(DerWriter.text(0x18, "20500101000000Z"));
        assertThat(DerWriter.time(Instant.parse("2028-02-29T00:00:00Z")))
                .isEqualTo(DerWriter.text(0x17, "280229000000Z"));
    }

    private void write(String file, X509 certificate) throws IOException {
        Files.writeString(directory.resolve(file), certificate.pem());
    }
}
