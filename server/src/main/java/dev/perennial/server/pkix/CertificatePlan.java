package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that will stand in a certificate, before it is signed. All of it comes from the decision, the profile and
 * the issuer; nothing is copied from a PKCS#10 but the key.
 *
 * @param identifiers the subject alternative names; kept once each, sorted
 * @param caIssuersUrl where the issuer's certificate can be fetched, plain http; null without such a pointer
 */
public record CertificatePlan(
        SerialNumber serial,
        Issuer issuer,
        Validity validity,
        DistinguishedName subject,
        List<Identifier> identifiers,
        SubjectPublicKey key,
        CertificateProfile profile,
        @Nullable URI caIssuersUrl) {
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
            extensions.add(new Extension(Extension.BASIC_CONSTRAINTS, true, authorityConstraints()).der());
        }
        if (!profile.extendedKeyUsages().isEmpty()) {
            List<byte[]> purposes = profile.extendedKeyUsages().stream()
                    .map(purpose -> DerWriter.oid(purpose.oid()))
                    .toList();
            extensions.add(new Extension(Extension.EXTENDED_KEY_USAGE, false, DerWriter.sequence(purposes)).der());
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
        if (caIssuersUrl != null) {
            byte[] access = DerWriter.sequence(DerWriter.sequence(
                    DerWriter.oid(CA_ISSUERS), DerWriter.text(GeneralNames.URI, caIssuersUrl.toASCIIString())));
            extensions.add(new Extension(Extension.AUTHORITY_INFORMATION_ACCESS, false, access).der());
        }
        return DerWriter.sequence(extensions);
    }

    private byte[] authorityConstraints() {
        Integer pathLength = profile.pathLength();
        return pathLength == null
                ? DerWriter.sequence(DerWriter.yes())
                : DerWriter.sequence(DerWriter.yes(), DerWriter.integer(BigInteger.valueOf(pathLength)));
    }
}
