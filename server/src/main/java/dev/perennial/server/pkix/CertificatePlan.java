package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * Everything that will stand in a certificate, before it is signed. All of it comes from the decision, the profile and
 * the issuer; nothing is copied from a PKCS#10 but the key.
 *
 * @param identifiers the subject alternative names; kept once each, sorted
 * @param pointers where its issuer can be asked about
 */
public record CertificatePlan(
        SerialNumber serial,
        Issuer issuer,
        Validity validity,
        DistinguishedName subject,
        List<Identifier> identifiers,
        SubjectPublicKey key,
        CertificateProfile profile,
        Pointers pointers) {
    private static final String OCSP = "1.3.6.1.5.5.7.48.1";
    private static final String CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    private static final byte[] VERSION_3 = DerWriter.element(0xa0, DerWriter.integer(BigInteger.TWO));

    public CertificatePlan {
        identifiers = List.copyOf(new TreeSet<>(identifiers));
    }

    /** The TBSCertificate (RFC 5280 §4.1.2) that is to be signed with {@code algorithm}. */
    public byte[] encode(SignatureAlgorithm algorithm) {
        return DerWriter.sequence(
                VERSION_3,
                DerWriter.integer(serial.value()),
                algorithm.der(),
                issuer.name().sharedDer(),
                DerWriter.sequence(DerWriter.time(validity.notBefore()), DerWriter.time(validity.notAfter())),
                subject.sharedDer(),
                key.sharedDer(),
                DerWriter.element(0xa3, extensions()));
    }

    /** The Certificate: what was encoded for {@code algorithm}, and the signature over it. */
    public static byte[] assemble(byte[] tbs, SignatureAlgorithm algorithm, byte[] signature) {
        return DerWriter.sequence(tbs, algorithm.der(), DerWriter.bitString(signature));
    }

    private byte[] extensions() {
        List<byte[]> extensions = new ArrayList<>();
        byte[] usages = DerWriter.namedBits(KeyUsage.bits(profile.keyUsages()));
        extensions.add(new Extension(Extension.KEY_USAGE, true, usages).der());
        if (profile.ca()) {
            extensions.add(new Extension(Extension.BASIC_CONSTRAINTS, true, profile.basicConstraints()).der());
        }
        if (!profile.nameConstraints().isEmpty()) {
            byte[] constraints = profile.nameConstraints().der();
            extensions.add(new Extension(Extension.NAME_CONSTRAINTS, true, constraints).der());
        }
        if (!profile.extendedKeyUsages().isEmpty()) {
            // RFC 3161 §2.3: of a time stamping authority it is critical.
            boolean critical = profile.extendedKeyUsages().contains(ExtendedKeyUsage.TIME_STAMPING);
            extensions.add(new Extension(Extension.EXTENDED_KEY_USAGE, critical, profile.purposes()).der());
        }
        if (!identifiers.isEmpty()) {
            // RFC 5280 §4.2.1.6: where the subject is empty, these names are all there is, so they are critical.
            extensions.add(new Extension(
                            Extension.SUBJECT_ALTERNATIVE_NAME, subject.isEmpty(), GeneralNames.write(identifiers))
                    .der());
        }
        byte[] own = DerWriter.element(DerReader.OCTET_STRING, HexFormat.of().parseHex(key.keyIdentifier()));
        extensions.add(new Extension(Extension.SUBJECT_KEY_IDENTIFIER, false, own).der());
        byte[] authority =
                DerWriter.sequence(DerWriter.element(0x80, HexFormat.of().parseHex(issuer.keyIdentifier())));
        extensions.add(new Extension(Extension.AUTHORITY_KEY_IDENTIFIER, false, authority).der());
        if (!profile.policies().isEmpty()) {
            List<byte[]> policies = profile.policies().stream()
                    .map(policy -> DerWriter.sequence(DerWriter.oid(policy)))
                    .toList();
            extensions.add(new Extension(Extension.CERTIFICATE_POLICIES, false, DerWriter.sequence(policies)).der());
        }
        extensions.addAll(pointerExtensions());
        if (profile.responder()) {
            extensions.add(new Extension(Extension.OCSP_NO_CHECK, false, DerWriter.nothing()).der());
        }
        if (profile.noRevocation()) {
            extensions.add(new Extension(Extension.NO_REVOCATION_AVAILABLE, false, DerWriter.nothing()).der());
        }
        return DerWriter.sequence(extensions);
    }

    /** Authority information access and the CRL distribution point, of which RFC 9608 §3 wants neither without revocation. */
    private List<byte[]> pointerExtensions() {
        List<byte[]> extensions = new ArrayList<>();
        List<byte[]> access = new ArrayList<>();
        URI ocsp = pointers.ocsp();
        if (ocsp != null) {
            access.add(accessBy(OCSP, ocsp));
        }
        URI caIssuers = pointers.caIssuers();
        if (caIssuers != null) {
            access.add(accessBy(CA_ISSUERS, caIssuers));
        }
        if (!access.isEmpty()) {
            extensions.add(
                    new Extension(Extension.AUTHORITY_INFORMATION_ACCESS, false, DerWriter.sequence(access)).der());
        }
        URI crl = pointers.crl();
        if (crl != null) {
            byte[] fullName = DerWriter.element(0xa0, DerWriter.text(GeneralNames.URI, crl.toASCIIString()));
            byte[] point = DerWriter.sequence(DerWriter.element(0xa0, fullName));
            extensions.add(new Extension(Extension.CRL_DISTRIBUTION_POINTS, false, DerWriter.sequence(point)).der());
        }
        return extensions;
    }

    private static byte[] accessBy(String method, URI location) {
        return DerWriter.sequence(DerWriter.oid(method), DerWriter.text(GeneralNames.URI, location.toASCIIString()));
    }
}
