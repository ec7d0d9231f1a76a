package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import java.net.URI;
import java.security.KeyPair;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we issue has no findings: every profile, every kind of key, by every kind of CA. */
class LintOfProfilesTest {
    private static final List<Identifier> NAMES = List.of(
            Identifier.dns("www.example.com"),
            Identifier.dns("*.example.com"),
            Identifier.dns("localhost"),
            Identifier.dns("xn--bcher-kva.example.com"),
            Identifier.ip("192.0.2.1"),
            Identifier.ip("2001:db8::1"),
            Identifier.email("a.b+c@example.com"),
            Identifier.uri("spiffe://example.com/a/b%20c"),
            Identifier.uri("https://[2001:db8::1]:8443/?a=b#c"),
            Identifier.uri("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"));

    private static final Pointers POINTERS = new Pointers(
            URI.create("http://pki.example.com/ca/1.crt"),
            URI.create("http://pki.example.com/ocsp"),
            URI.create("http://pki.example.com/ca/1.crl"));

    private static final Map<KeyKind, SubjectPublicKey> KEYS = keys();

    private static Map<KeyKind, SubjectPublicKey> keys() {
        Map<KeyKind, SubjectPublicKey> keys = new EnumMap<>(KeyKind.class);
        for (KeyKind kind : KeyKind.values()) {
            KeyPair pair =
                    switch (kind) {
                        case RSA_2048 -> TestCsrs.rsaKeyPair();
                        case RSA_3072, RSA_4096 -> TestCsrs.rsaKeyPair(kind.bits());
                        case EC_P256 -> TestCsrs.keyPair();
                        case EC_P384 -> TestCsrs.ecKeyPair("secp384r1");
                        case ED25519 -> TestCsrs.ed25519KeyPair();
                    };
            keys.put(kind, TbsBuilder.key(pair));
        }
        return keys;
    }

    private static Stream<CertificateProfile> profiles(KeyKind kind) {
        Set<KeyUsage> signs = Set.of(KeyUsage.DIGITAL_SIGNATURE);
        return Stream.of(
                CertificateProfile.server(kind),
                CertificateProfile.client(kind),
                CertificateProfile.endEntity(
                        CertificateProfile.forHandshakes(kind),
                        List.of(ExtendedKeyUsage.SERVER_AUTH, ExtendedKeyUsage.CLIENT_AUTH)),
                CertificateProfile.endEntity(signs, List.of(ExtendedKeyUsage.CODE_SIGNING)),
                CertificateProfile.endEntity(signs, List.of(ExtendedKeyUsage.EMAIL_PROTECTION)),
                CertificateProfile.endEntity(signs, List.of(ExtendedKeyUsage.TIME_STAMPING)),
                CertificateProfile.server(kind).withPolicies(List.of("2.23.140.1.2.1", "1.2.3.4")),
                CertificateProfile.ocspResponder(),
                CertificateProfile.authority(null),
                CertificateProfile.authority(0));
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void issue_ofEachProfileAndKey_hasNoFindings(KeyKind caKind) {
        TestCa ca = TestCa.root(caKind);
        assertThat(Lint.findings(ca.certificate(), ca.issuer())).isEmpty();
        KEYS.forEach((kind, key) -> profiles(kind).forEach(profile -> {
            assertSound(ca, key, profile, "www.example.com", NAMES, POINTERS);
            assertSound(ca, key, profile, "www.example.com", NAMES, Pointers.NONE);
            if (!profile.ca()) {
                assertSound(ca, key, profile, null, NAMES, POINTERS);
                assertSound(ca, key, profile.withoutRevocation(), null, NAMES, Pointers.NONE);
            }
        }));
    }

    @Test
    void issue_ofClientsWithoutNames_hasNoFindings() {
        TestCa ca = TestCa.root(KeyKind.EC_P256);
        CertificateProfile client = CertificateProfile.client(KeyKind.EC_P256);
        for (String user : List.of("Jane Doe", "müller", "system:node:a", "a".repeat(64))) {
            assertSound(ca, KEYS.get(KeyKind.EC_P256), client, user, List.of(), POINTERS);
        }
    }

    private static void assertSound(
            TestCa ca,
            SubjectPublicKey key,
            CertificateProfile profile,
            String commonName,
            List<Identifier> names,
            Pointers pointers) {
        CertificatePlan base = ca.plan(key);
        X509 certificate = ca.issue(new CertificatePlan(
                base.serial(),
                base.issuer(),
                base.validity(),
                DistinguishedName.ofCommonName(commonName),
                names,
                key,
                profile,
                pointers));
        assertThat(Lint.findings(certificate, ca.issuer())).isEmpty();
    }
}
