package dev.perennial.server.pkix;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last look before a signature: reads the TBSCertificate back from its bytes and refuses it unless it says what was
 * planned, within the rules. It shares no step with the encoder but the reading of DER.
 */
public final class Lint {
    private static final int FEWEST_SERIAL_BITS = 64;
    private static final Set<String> KNOWN = Set.of(
            Extension.KEY_USAGE,
            Extension.BASIC_CONSTRAINTS,
            Extension.EXTENDED_KEY_USAGE,
            Extension.SUBJECT_ALTERNATIVE_NAME,
            Extension.SUBJECT_KEY_IDENTIFIER,
            Extension.AUTHORITY_KEY_IDENTIFIER,
            Extension.CERTIFICATE_POLICIES,
            Extension.CRL_DISTRIBUTION_POINTS,
            Extension.AUTHORITY_INFORMATION_ACCESS,
            Extension.OCSP_NO_CHECK,
            Extension.NO_REVOCATION_AVAILABLE);

    private Lint() {}

    /** @throws LintException naming the first rule that {@code tbs} breaks */
    public static void check(byte[] tbs, CertificatePlan plan, SignatureAlgorithm algorithm) {
        try {
            TbsCertificate certificate = TbsCertificate.read(tbs);
            checkFields(certificate, plan, algorithm);
            checkUsage(certificate, plan.profile());
            checkNames(certificate, plan);
        } catch (DerException e) {
            throw new LintException("it is not a TBSCertificate: " + e.detail(), "RFC 5280 §4.1");
        }
    }

    private static void checkFields(TbsCertificate certificate, CertificatePlan plan, SignatureAlgorithm algorithm) {
        Issuer issuer = plan.issuer();
        require(certificate.version() == 3, "the version is 3", "RFC 5280 §4.1.2.1");
        require(
                certificate.serial().equals(plan.serial().value())
                        && certificate.serial().bitLength() >= FEWEST_SERIAL_BITS,
                "the serial number is the planned one and has 64 bits or more",
                "RFC 5280 §4.1.2.2");
        require(
                Arrays.equals(certificate.algorithm(), algorithm.der())
                        && algorithm.family() == issuer.key().kind().family(),
                "the signature algorithm is one of the issuer's key",
                "RFC 5280 §4.1.2.3");
        require(
                Arrays.equals(certificate.issuer(), issuer.name().sharedDer())
                        && !issuer.name().isEmpty(),
                "the issuer is the CA's subject and not empty",
                "RFC 5280 §4.1.2.4");
        require(
                certificate.notBefore().equals(plan.validity().notBefore())
                        && certificate.notAfter().equals(plan.validity().notAfter())
                        && !certificate.notAfter().isBefore(certificate.notBefore()),
                "the validity is the planned one and positive",
                "RFC 5280 §4.1.2.5");
        require(
                !certificate.notBefore().isBefore(issuer.notBefore())
                        && !certificate.notAfter().isAfter(issuer.notAfter()),
                "the validity lies within the issuer's",
                "RFC 5280 §6.1.3");
        require(
                Arrays.equals(certificate.keyInfo(), plan.key().sharedDer()),
                "the key is the requested one",
                "RFC 5280 §4.1.2.7");
    }

    private static void checkUsage(TbsCertificate certificate, CertificateProfile profile) {
        Map<String, Extension> extensions = certificate.extensions();
        require(KNOWN.containsAll(extensions.keySet()), "all extensions are the profile's", "RFC 5280 §4.2");
        Extension keyUsage = extensions.get(Extension.KEY_USAGE);
        Set<KeyUsage> usages =
                keyUsage == null ? Set.of() : KeyUsage.ofBits(keyUsage.reader().namedBits());
        require(
                keyUsage != null && keyUsage.critical() && !usages.isEmpty() && usages.equals(profile.keyUsages()),
                "the key usage is there, critical and the profile's",
                "RFC 5280 §4.2.1.3");
        require(
                certificate.isAuthority() == profile.ca() && usages.contains(KeyUsage.KEY_CERT_SIGN) == profile.ca(),
                "it is a CA's if and only if the profile is",
                "RFC 5280 §4.2.1.9");
        Extension constraints = extensions.get(Extension.BASIC_CONSTRAINTS);
        require(
                constraints == null ? !profile.ca() : constraints.critical(),
                "the basic constraints of a CA are there and critical",
                "RFC 5280 §4.2.1.9");
        Extension purposes = extensions.get(Extension.EXTENDED_KEY_USAGE);
        Set<String> planned = new HashSet<>();
        profile.extendedKeyUsages().forEach(purpose -> planned.add(purpose.oid()));
        require(
                (purposes == null ? Set.of() : purposesIn(purposes)).equals(planned)
                        && (profile.ca() || !planned.isEmpty()),
                "the extended key usages are the profile's, and an end entity has one",
                "RFC 5280 §4.2.1.12");
    }

    private static void checkNames(TbsCertificate certificate, CertificatePlan plan) {
        require(
                Arrays.equals(certificate.subject(), plan.subject().sharedDer())
                        && !(plan.profile().ca() && plan.subject().isEmpty()),
                "the subject is the decision's, and a CA has one",
                "RFC 5280 §4.1.2.6");
        Extension names = certificate.extensions().get(Extension.SUBJECT_ALTERNATIVE_NAME);
        List<Identifier> identifiers = names == null ? List.of() : GeneralNames.read(names.value());
        String commonName = plan.subject().commonName();
        require(
                commonName == null
                        || !plan.profile().extendedKeyUsages().contains(ExtendedKeyUsage.SERVER_AUTH)
                        || identifiers.stream().anyMatch(name -> name.isSpelled(commonName)),
                "the common name of a server is among the names",
                "RFC 9525 §2");
        require(
                identifiers.equals(plan.identifiers()) && (names == null || !identifiers.isEmpty()),
                "the names are the decision's",
                "RFC 5280 §4.2.1.6");
        require(
                !plan.subject().isEmpty() || (names != null && names.critical()),
                "without a subject there are names, and they are critical",
                "RFC 5280 §4.2.1.6");
        require(
                plan.key().keyIdentifier().equals(certificate.subjectKeyIdentifier()),
                "the subject key identifier is the key's",
                "RFC 5280 §4.2.1.2");
        Extension authority = certificate.extensions().get(Extension.AUTHORITY_KEY_IDENTIFIER);
        require(
                authority != null
                        && !authority.critical()
                        && plan.issuer().keyIdentifier().equals(keyIdentifierIn(authority)),
                "the authority key identifier is the issuer's, and not critical",
                "RFC 5280 §4.2.1.1");
    }

    private static String keyIdentifierIn(Extension authority) {
        return HexFormat.of()
                .formatHex(authority.reader().enter(DerReader.SEQUENCE).content(0x80));
    }

    private static Set<String> purposesIn(Extension extension) {
        Set<String> purposes = new HashSet<>();
        DerReader list = extension.reader().enterNonEmpty(DerReader.SEQUENCE);
        while (list.hasMore()) {
            purposes.add(list.oid());
        }
        return purposes;
    }

    private static void require(boolean holds, String rule, String section) {
        if (!holds) {
            throw new LintException("not so: " + rule, section);
        }
    }
}
