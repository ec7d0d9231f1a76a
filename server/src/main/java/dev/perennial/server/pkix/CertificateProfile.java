package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate may be used for.
 *
 * @param keyUsages the bits of the key usage extension
 * @param extendedKeyUsages its purposes; empty only for a CA
 * @param ca whether it is a CA's
 * @param pathLength how many CAs may stand below this one; null without limit, and for end entities
 * @param policies certificate policies by dotted identifier (RFC 5280 §4.2.1.4)
 * @param noRevocation whether relying parties are told that they cannot learn of a revocation (RFC 9608)
 * @param nameConstraints which names may stand below a CA (RFC 5280 §4.2.1.10)
 * @param responder whether it is an OCSP responder's, whose own revocation is not asked about (RFC 6960 §4.2.2.2.1)
 */
public record CertificateProfile(
        Set<KeyUsage> keyUsages,
        List<ExtendedKeyUsage> extendedKeyUsages,
        boolean ca,
        @Nullable Integer pathLength,
        List<String> policies,
        NameConstraints nameConstraints,
        boolean noRevocation,
        boolean responder) {

    public CertificateProfile {
        keyUsages = Set.copyOf(keyUsages);
        extendedKeyUsages = List.copyOf(extendedKeyUsages);
        policies = List.copyOf(policies);
    }

    /** An end entity with these usages and purposes. */
    public static CertificateProfile endEntity(Set<KeyUsage> usages, List<ExtendedKeyUsage> purposes) {
        return new CertificateProfile(usages, purposes, false, null, List.of(), NameConstraints.NONE, false, false);
    }

    public static CertificateProfile server(KeyKind kind) {
        return endEntity(forHandshakes(kind), List.of(ExtendedKeyUsage.SERVER_AUTH));
    }

    public static CertificateProfile client(KeyKind kind) {
        return endEntity(Set.of(KeyUsage.DIGITAL_SIGNATURE), List.of(ExtendedKeyUsage.CLIENT_AUTH));
    }

    /** A server that is a client of others too. */
    public static CertificateProfile serverAndClient(KeyKind kind) {
        return endEntity(forHandshakes(kind), List.of(ExtendedKeyUsage.SERVER_AUTH, ExtendedKeyUsage.CLIENT_AUTH));
    }

    /** Signs and decrypts mail (RFC 8550 §4.4.2); how keys are encrypted to it depends on what the key can do. */
    public static CertificateProfile mail(KeyKind kind) {
        Set<KeyUsage> usages =
                switch (kind.family()) {
                    case RSA ->
                        Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_ENCIPHERMENT, KeyUsage.DATA_ENCIPHERMENT);
                    case EC -> Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT);
                    case ED25519 -> Set.of(KeyUsage.DIGITAL_SIGNATURE);
                };
        return endEntity(usages, List.of(ExtendedKeyUsage.EMAIL_PROTECTION));
    }

    /** RSA keys may also transport keys, as TLS 1.2 still asks of servers. */
    public static Set<KeyUsage> forHandshakes(KeyKind kind) {
        return kind.family() == KeyKind.Family.RSA
                ? Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_ENCIPHERMENT)
                : Set.of(KeyUsage.DIGITAL_SIGNATURE);
    }

    /** Signs OCSP answers for the CA that issues it. */
    public static CertificateProfile ocspResponder() {
        return new CertificateProfile(
                Set.of(KeyUsage.DIGITAL_SIGNATURE),
                List.of(ExtendedKeyUsage.OCSP_SIGNING),
                false,
                null,
                List.of(),
                NameConstraints.NONE,
                false,
                true);
    }

    /** A CA that signs certificates and CRLs. */
    public static CertificateProfile authority(@Nullable Integer pathLength) {
        return new CertificateProfile(
                Set.of(KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN),
                List.of(),
                true,
                pathLength,
                List.of(),
                NameConstraints.NONE,
                false,
                false);
    }

    public CertificateProfile withPolicies(List<String> policies) {
        return new CertificateProfile(
                keyUsages, extendedKeyUsages, ca, pathLength, policies, nameConstraints, noRevocation, responder);
    }

    public CertificateProfile withoutRevocation() {
        return new CertificateProfile(
                keyUsages, extendedKeyUsages, ca, pathLength, policies, nameConstraints, true, responder);
    }

    public CertificateProfile withNameConstraints(NameConstraints constraints) {
        return new CertificateProfile(
                keyUsages, extendedKeyUsages, ca, pathLength, policies, constraints, noRevocation, responder);
    }

    /** The value of the extended key usage (RFC 5280 §4.2.1.12). */
    byte[] purposes() {
        return DerWriter.sequence(extendedKeyUsages.stream()
                .map(purpose -> DerWriter.oid(purpose.oid()))
                .toList());
    }

    /** The value of the extension of that name (RFC 5280 §4.2.1.9). */
    byte[] basicConstraints() {
        Integer limit = pathLength;
        return limit == null
                ? DerWriter.sequence(DerWriter.yes())
                : DerWriter.sequence(DerWriter.yes(), DerWriter.integer(BigInteger.valueOf(limit)));
    }
}
