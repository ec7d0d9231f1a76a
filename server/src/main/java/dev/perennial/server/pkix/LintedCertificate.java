package dev.perennial.server.pkix;

import dev.perennial.server.pkix.LintedExtension.Listed;
import dev.perennial.server.pkix.LintedValues.Access;
import dev.perennial.server.pkix.LintedValues.AuthorityKey;
import dev.perennial.server.pkix.LintedValues.BasicConstraints;
import dev.perennial.server.pkix.LintedValues.Name;
import dev.perennial.server.pkix.LintedValues.NameConstraints;
import dev.perennial.server.pkix.LintedValues.Point;
import dev.perennial.server.pkix.LintedValues.Policy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A TBSCertificate taken apart once for all rules of the lint, and the CA that is to have issued it. Unlike {@link
 * TbsCertificate} it takes what is wrong as it is, so that a rule can name it; only the frame must stand.
 */
final class LintedCertificate {
    private static final int VERSION = 0xa0;
    private static final int ISSUER_UNIQUE_ID = 0x81;
    private static final int SUBJECT_UNIQUE_ID = 0x82;
    private static final int EXTENSIONS = 0xa3;

    final Issuer ca;
    final int version;
    final byte[] serial;
    final byte[] algorithm;
    final @Nullable SignatureAlgorithm knownAlgorithm;
    final byte[] issuer;
    final LintedTime notBefore;
    final LintedTime notAfter;
    final byte[] subject;
    final LintedName subjectName;
    final byte[] keyInfo;
    final LintedKey key;
    final boolean uniqueIdentifiers;
    final List<Listed> extensions;

    final LintedExtension<Integer> keyUsage;
    final LintedExtension<BasicConstraints> basicConstraints;
    final LintedExtension<List<String>> purposes;
    final LintedExtension<List<Name>> names;
    final LintedExtension<String> subjectKeyIdentifier;
    final LintedExtension<AuthorityKey> authorityKeyIdentifier;
    final LintedExtension<List<Policy>> policies;
    final LintedExtension<List<Point>> distributionPoints;
    final LintedExtension<List<Access>> informationAccess;
    final LintedExtension<NameConstraints> nameConstraints;
    final LintedExtension<Boolean> noCheck;
    final LintedExtension<Boolean> noRevocation;

    private LintedCertificate(DerReader fields, Issuer ca) {
        this.ca = ca;
        version = fields.nextIs(VERSION) ? version(fields.enter(VERSION)) : 1;
        serial = fields.content(DerReader.INTEGER);
        algorithm = fields.element();
        knownAlgorithm = SignatureAlgorithm.of(algorithm);
        issuer = fields.element();
        DerReader validity = fields.enter(DerReader.SEQUENCE);
        notBefore = LintedTime.read(validity);
        notAfter = LintedTime.read(validity);
        validity.end();
        subject = fields.element();
        subjectName = LintedName.read(subject);
        keyInfo = fields.element();
        key = LintedKey.read(keyInfo);
        boolean unique = false;
        while (fields.nextIs(ISSUER_UNIQUE_ID) || fields.nextIs(SUBJECT_UNIQUE_ID)) {
            fields.enter();
            unique = true;
        }
        uniqueIdentifiers = unique;
        extensions = fields.hasMore() ? extensions(fields.enter(EXTENSIONS)) : List.of();
        fields.end();

        keyUsage = read(Extension.KEY_USAGE, DerReader::namedBits);
        basicConstraints = read(Extension.BASIC_CONSTRAINTS, BasicConstraints::read);
        purposes = read(Extension.EXTENDED_KEY_USAGE, LintedValues.listOf(DerReader::oid));
        names = read(Extension.SUBJECT_ALTERNATIVE_NAME, LintedValues.listOf(Name::read));
        subjectKeyIdentifier = read(Extension.SUBJECT_KEY_IDENTIFIER, reader -> HexFormat.of()
                .formatHex(reader.content(DerReader.OCTET_STRING)));
        authorityKeyIdentifier = read(Extension.AUTHORITY_KEY_IDENTIFIER, AuthorityKey::read);
        policies = read(Extension.CERTIFICATE_POLICIES, LintedValues.listOf(Policy::read));
        distributionPoints = read(Extension.CRL_DISTRIBUTION_POINTS, LintedValues.listOf(Point::read));
        informationAccess = read(Extension.AUTHORITY_INFORMATION_ACCESS, LintedValues.listOf(Access::read));
        nameConstraints = read(Extension.NAME_CONSTRAINTS, NameConstraints::read);
        noCheck = read(Extension.OCSP_NO_CHECK, LintedCertificate::isNull);
        noRevocation = read(Extension.NO_REVOCATION_AVAILABLE, LintedCertificate::isNull);
    }

    /** Fails with {@link DerException} if it is not DER, or not in the frame of a TBSCertificate. */
    static LintedCertificate read(byte[] tbs, Issuer ca) {
        return new LintedCertificate(DerReader.over(tbs).enter(DerReader.SEQUENCE), ca);
    }

    private static int version(DerReader reader) {
        int version = reader.integer().intValue() + 1;
        reader.end();
        return version;
    }

    private static List<Listed> extensions(DerReader reader) {
        DerReader list = reader.enterNonEmpty(DerReader.SEQUENCE);
        reader.end();
        List<Listed> extensions = new ArrayList<>();
        while (list.hasMore()) {
            extensions.add(Listed.read(list));
        }
        return extensions;
    }

    private static boolean isNull(DerReader reader) {
        if (reader.content(DerReader.NULL).length > 0) {
            throw new DerException("a NULL that says something");
        }
        return true;
    }

    private <T> LintedExtension<T> read(String oid, Function<DerReader, T> reading) {
        return LintedExtension.of(listed(oid), reading);
    }

    /** The first of the list, which has none twice where the rules are kept. */
    @Nullable
    Listed listed(String oid) {
        for (Listed one : extensions) {
            if (one.oid().equals(oid)) {
                return one;
            }
        }
        return null;
    }

    boolean isAuthority() {
        return basicConstraints.has(BasicConstraints::ca);
    }

    boolean isServer() {
        return hasPurpose(ExtendedKeyUsage.SERVER_AUTH);
    }

    boolean hasPurpose(ExtendedKeyUsage purpose) {
        return purposes.has(all -> all.contains(purpose.oid()));
    }

    boolean hasUsage(KeyUsage usage) {
        return keyUsage.has(usage::isIn);
    }

    boolean hasSubject() {
        return subject.length > 2;
    }

    /** Whether the CA's own key is certified: by a root, and by nobody else. */
    boolean isOfIssuersKey() {
        return Arrays.equals(keyInfo, ca.key().sharedDer());
    }

    boolean isOfIssuersName() {
        return Arrays.equals(subject, issuer);
    }
}
