package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A PKCS#10 (RFC 2986) by which one of our CAs asks a CA elsewhere for its certificate: subject, key, and the extensions
 * it wants (RFC 2985 §5.4.2).
 */
public record AuthorityRequest(DistinguishedName subject, SubjectPublicKey key, CertificateProfile profile) {
    private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

    /** The CertificationRequestInfo that is to be signed. */
    public byte[] encode() {
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(new Extension(Extension.KEY_USAGE, true, DerWriter.namedBits(KeyUsage.bits(profile.keyUsages())))
                .der());
        extensions.add(new Extension(Extension.BASIC_CONSTRAINTS, true, profile.basicConstraints()).der());
        if (!profile.nameConstraints().isEmpty()) {
            extensions.add(new Extension(
                            Extension.NAME_CONSTRAINTS,
                            true,
                            profile.nameConstraints().der())
                    .der());
        }
        byte[] attribute = DerWriter.sequence(
                DerWriter.oid(EXTENSION_REQUEST), DerWriter.element(DerReader.SET, DerWriter.sequence(extensions)));
        return DerWriter.sequence(
                DerWriter.integer(BigInteger.ZERO),
                subject.sharedDer(),
                key.sharedDer(),
                DerWriter.element(0xa0, attribute));
    }

    /**
     * The profile that one of ours asks for, read back: its path length and name constraints, which whoever signs it is
     * to keep.
     *
     * @param der as {@link #assemble} made it
     */
    public static CertificateProfile profileOf(byte[] der) {
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
