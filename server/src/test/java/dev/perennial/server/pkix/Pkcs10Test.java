package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.TestCsrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Pkcs10Test {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EC_P256  | ec -pkeyopt ec_paramgen_curve:P-256 | -sha256",
                "EC_P256  | ec -pkeyopt ec_paramgen_curve:P-256 | -sha512",
                "EC_P384  | ec -pkeyopt ec_paramgen_curve:P-384 | -sha384",
                "ED25519  | ed25519 | -sha256",
                "RSA_2048 | rsa:2048 | -sha256",
                "RSA_2048 | rsa:2048 | -sha512",
                "RSA_3072 | rsa:3072 | -sha384",
                "RSA_4096 | rsa:4096 | -sha256",
                "RSA_2048 | rsa:2048 | -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32",
                "RSA_2048 | rsa:2048 | -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48",
                "RSA_2048 | rsa:2048 | -sha512 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:64",
            })
    void parsePem_ofOpenSslsRequest_readsIt(KeyKind kind, String key, String signature) throws IOException {
        String arguments =
                "req -new -nodes -keyout key.pem -out csr.pem -subj /C=CH/O=Example/CN=www.example.com -newkey "
                        + key + " " + signature
                        + " -addext subjectAltName=DNS:www.example.com,DNS:*.Example.com,IP:192.0.2.1,IP:2001:db8::1,"
                        + "email:a@Example.com,URI:spiffe://Example.com/a";
        new OpenSsl(directory).run(arguments.split(" "));
        String pem = Files.readString(directory.resolve("csr.pem"));

        Pkcs10 pkcs10 = Pkcs10.parsePem(pem);

        assertThat(pkcs10.key().kind()).isEqualTo(kind);
        assertThat(pkcs10.commonName()).isEqualTo("www.example.com");
        assertThat(pkcs10.identifiers())
                .extracting(Identifier::toString)
                .containsExactly(
                        "dns:*.example.com",
                        "dns:www.example.com",
                        "ip:192.0.2.1",
                        "ip:2001:db8::1",
                        "email:a@example.com",
                        "uri:spiffe://example.com/a");
        assertThat(pkcs10.pem()).isEqualTo(pem);
        assertThat(Pkcs10.parse(pkcs10.der())).isEqualTo(pkcs10);
    }

    @Test
    void parsePem_ofRequestWithMaximalSalt_isRefused() throws IOException {
        new OpenSsl(directory)
                .run(("req -new -nodes -keyout key.pem -out csr.pem -subj / -newkey rsa:2048 -sha256"
                                + " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:222")
                        .split(" "));
        String pem = Files.readString(directory.resolve("csr.pem"));
        assertThatThrownBy(() -> Pkcs10.parsePem(pem)).hasMessageContaining("salt");
    }

    @Test
    void parsePem_withoutAlternativeNames_takesCommonNameForTheName() {
        Pkcs10 pkcs10 = Pkcs10.parsePem(TestCsrs.commonNameOnly("WWW.Example.com"));
        assertThat(pkcs10.identifiers()).containsExactly(Identifier.dns("www.example.com"));
        assertThat(pkcs10.subjectAlternativeNames()).isEmpty();
        assertThat(Pkcs10.parsePem(TestCsrs.commonNameOnly("Jane Doe")).identifiers())
                .isEmpty();
        assertThat(Pkcs10.parsePem(TestCsrs.commonNameOnly("192.0.2.1")).identifiers())
                .isEmpty();
    }

    @Test
    void parsePem_withNamesTwice_mergesAndSortsThem() {
        Pkcs10 pkcs10 = Pkcs10.parsePem(TestCsrs.p256("b.example.com", "a.example.com", "B.example.com"));
        assertThat(pkcs10.identifiers())
                .containsExactly(Identifier.dns("a.example.com"), Identifier.dns("b.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n", " \n\n "})
    void parsePem_withOtherLineEndsOrLabel_isTheSame(String lineEnd) {
        String pem = TestCsrs.p256("www.example.com");
        String other =
                pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST").replace("\n", lineEnd);
        assertThat(Pkcs10.parsePem(other)).isEqualTo(Pkcs10.parsePem(pem));
        assertThat(Pkcs10.parsePem(other).sha256())
                .isEqualTo(Pkcs10.parsePem(pem).sha256());
    }

    @Test
    void parsePem_with100Names_takesThem() {
        String[] names =
                IntStream.range(0, 100).mapToObj(i -> "h" + i + ".example.com").toArray(String[]::new);
        assertThat(Pkcs10.parsePem(TestCsrs.ed25519(names)).identifiers()).hasSize(100);
    }

    @Test
    void parsePem_withHarmlessExtensions_dropsThem() {
        KeyPair key = TestCsrs.keyPair();
        String pem = CsrBuilder.with(key)
                .names("www.example.com")
                .extension(Extension.basicConstraints, true, new BasicConstraints(false))
                .extension(new ASN1ObjectIdentifier("1.2.3.4"), false, new byte[] {1, 2, 3})
                .requestAttribute("1.2.840.113549.1.9.7", new DERPrintableString("open sesame"))
                .requestAttribute("1.2.3.4.5", new DERUTF8String("whatever"))
                .pem();
        Pkcs10 pkcs10 = Pkcs10.parsePem(pem);
        assertThat(pkcs10.identifiers()).containsExactly(Identifier.dns("www.example.com"));
        assertThat(pkcs10).hasToString("Pkcs10[dns:www.example.com]");
    }

    @Test
    void fingerprints_areThoseOfTheEncodings() throws Exception {
        KeyPair key = TestCsrs.keyPair();
        Pkcs10 pkcs10 = Pkcs10.parsePem(TestCsrs.p256(key, "www.example.com"));
        byte[] spki = key.getPublic().getEncoded();
        assertThat(pkcs10.subjectPublicKeyInfo()).isEqualTo(spki);
        assertThat(pkcs10.publicKey().getEncoded()).isEqualTo(spki);
        assertThat(pkcs10.spkiSha256())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(spki));
        assertThat(pkcs10.sha256())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(pkcs10.der()));
    }

    @Test
    void subject_ofClientRequest_tellsItsAttributes() {
        String pem = TestCsrs.withSubject(TestCsrs.keyPair(), "O=developers,O=admins,CN=jane");
        Pkcs10 pkcs10 = Pkcs10.parsePem(pem);
        assertThat(pkcs10.subject().values("O")).isEqualTo(List.of("developers", "admins"));
    }
}
