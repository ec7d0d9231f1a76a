package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A PKCS#10 that we make (RFC 2986): subject, key, and the extensions that it asks for (RFC 2985 §5.4.2).
 *
 * @param names its subject alternative names, in that order
 * @param profile what the certificate is to be for
 */
public record CertificationRequest(
        DistinguishedName subject, List<Identifier> names, SubjectPublicKey key, CertificateProfile profile) {
    private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

    public CertificationRequest {
        names = List.copyOf(names);
    }

    /** The CertificationRequestInfo that is to be signed. */
    public byte[] encode() {
        byte[] attribute = DerWriter.sequence(
                DerWriter.oid(EXTENSION_REQUEST), DerWriter.element(DerReader.SET, DerWriter.sequence(extensions())));
        return DerWriter.sequence(
                DerWriter.integer(BigInteger.ZERO),
                subject.sharedDer(),
                key.sharedDer(),
                DerWriter.element(0xa0, attribute));
    }

    private List<byte[]> extensions() {
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(new Extension(Extension.KEY_USAGE, true, DerWriter.namedBits(KeyUsage.bits(profile.keyUsages())))
                .der());
        if (!profile.extendedKeyUsages().isEmpty()) {
            extensions.add(new Extension(Extension.EXTENDED_KEY_USAGE, false, profile.purposes()).der());
        }
        if (profile.ca()) {
            extensions.add(new Extension(Extension.BASIC_CONSTRAINTS, true, profile.basicConstraints()).der());
        }
        if (!profile.nameConstraints().isEmpty()) {
            byte[] constraints = profile.nameConstraints().der();
            extensions.add(new Extension(Extension.NAME_CONSTRAINTS, true, constraints).der());
        }
        if (!names.isEmpty()) {
            // RFC 5280 §4.2.1.6: critical where there is no subject.
            extensions.add(
                    new Extension(Extension.SUBJECT_ALTERNATIVE_NAME, subject.isEmpty(), GeneralNames.write(names))
                            .der());
        }
        return extensions;
    }

    /**
     * The profile that one of a CA of ours asks for, read back: its path length and name constraints, which whoever signs
     * it is to keep.
     *
     * @param der as {@link #assemble} made it
     */
    public static CertificateProfile authorityOf(byte[] der) {
        DerReader info = DerReader.over(der).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
        info.integer();
        info.element();
        info.element();
        DerReader attribute = info.enter(0xa0).enter(DerReader.SEQUENCE);
        attribute.oid();
        CaExtensions asked = CaExtensions.read(Extension.readAll(attribute.enterNonEmpty(DerReader.SET)));
        return CertificateProfile.authority(asked.pathLength()).withNameConstraints(asked.nameConstraints());
    }

    /** The CertificationRequest: what was encoded, and the signature over it. */
    public static byte[] assemble(byte[] info, SignatureAlgorithm algorithm, byte[] signature) {
        return DerWriter.sequence(info, algorithm.der(), DerWriter.bitString(signature));
    }
}
