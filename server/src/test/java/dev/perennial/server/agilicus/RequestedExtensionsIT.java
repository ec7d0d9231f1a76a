package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.TestCsrs;
import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of the extensions that a PKCS#10 asks for, only the names count; the profile says the others (reliability T6). */
class RequestedExtensionsIT {
    private static final String NAME = "www.extensions.test";
    private static final KeyPair KEY = TestCsrs.keyPair();

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    /** One that is tolerated and changes nothing. */
    record Asked(String oid, boolean critical, ASN1Encodable value) {
        @Override
        public String toString() {
            return oid + (critical ? " critical" : "");
        }

        CsrBuilder addTo(CsrBuilder builder) {
            return builder.extension(new ASN1ObjectIdentifier(oid), critical, value);
        }
    }

    static Stream<Asked> tolerated() {
        GeneralName elsewhere = new GeneralName(GeneralName.uniformResourceIdentifier, "http://elsewhere.test/x");
        DistributionPointName point = new DistributionPointName(new GeneralNames(elsewhere));
        GeneralSubtree[] subtree = {new GeneralSubtree(new GeneralName(GeneralName.dNSName, "elsewhere.test"))};
        ExtendedKeyUsage foreign = new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_codeSigning, KeyPurposeId.id_kp_OCSPSigning, KeyPurposeId.anyExtendedKeyUsage
        });
        return Stream.of(
                asked(Extension.basicConstraints, true, new BasicConstraints(false)),
                asked(Extension.keyUsage, true, new KeyUsage(KeyUsage.nonRepudiation | KeyUsage.dataEncipherment)),
                asked(Extension.extendedKeyUsage, true, foreign),
                asked(Extension.extendedKeyUsage, false, foreign),
                asked(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {
                    new DistributionPoint(point, null, null)
                })),
                asked(
                        Extension.authorityInfoAccess,
                        false,
                        new AuthorityInformationAccess(AccessDescription.id_ad_ocsp, elsewhere)),
                asked(Extension.nameConstraints, false, new NameConstraints(subtree, null)),
                asked(
                        Extension.certificatePolicies,
                        false,
                        new CertificatePolicies(new PolicyInformation(new ASN1ObjectIdentifier("2.23.140.1.1")))),
                asked(Extension.subjectKeyIdentifier, false, new DEROctetString(new byte[20])),
                // TLS feature status_request (RFC 7633), and signed certificate timestamps (RFC 6962 §3.3).
                new Asked("1.3.6.1.5.5.7.1.24", false, new DERSequence(new ASN1Integer(5))),
                new Asked("1.3.6.1.4.1.11129.2.4.2", false, new DEROctetString(new byte[] {0, 0})),
                new Asked("1.2.3.4", false, new DEROctetString(new byte[1])));
    }

    private static Asked asked(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        return new Asked(oid.getId(), critical, value);
    }

    @ParameterizedTest
    @MethodSource("tolerated")
    void anExtension_thatIsAskedFor_changesNothing(Asked asked) throws Exception {
        assertThat(extensions(asked.addTo(base()))).isEqualTo(extensions(base()));
    }

    @Test
    void allOfThem_leaveTheProfilesOnly() throws Exception {
        CsrBuilder all = base();
        tolerated()
                .filter(asked -> !asked.oid().equals(Extension.extendedKeyUsage.getId()) || asked.critical())
                .forEach(asked -> asked.addTo(all));

        Map<String, String> extensions = extensions(all);

        assertThat(extensions).isEqualTo(extensions(base()));
        assertThat(extensions)
                .containsOnlyKeys(
                        Extension.authorityKeyIdentifier.getId(),
                        Extension.subjectKeyIdentifier.getId(),
                        Extension.keyUsage.getId() + " critical",
                        Extension.extendedKeyUsage.getId(),
                        Extension.subjectAlternativeName.getId() + " critical");
        // digitalSignature and serverAuth, as they stand in an OCTET STRING.
        assertThat(extensions)
                .containsEntry(Extension.keyUsage.getId() + " critical", "040403020780")
                .containsEntry(Extension.extendedKeyUsage.getId(), "040c300a06082b06010505070301");
    }

    private static CsrBuilder base() {
        return CsrBuilder.with(KEY).names(NAME);
    }

    /** Those of the certificate that comes of it, each with its value. */
    private static Map<String, String> extensions(CsrBuilder builder) throws Exception {
        byte[] der = server.administrator()
                .submit(builder.pem())
                .expect(201)
                .newestCertificate()
                .der();
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        Map<String, String> extensions = new TreeMap<>();
        for (String oid : certificate.getCriticalExtensionOIDs()) {
            extensions.put(oid + " critical", HexFormat.of().formatHex(certificate.getExtensionValue(oid)));
        }
        for (String oid : certificate.getNonCriticalExtensionOIDs()) {
            extensions.put(oid, HexFormat.of().formatHex(certificate.getExtensionValue(oid)));
        }
        return extensions;
    }
}
