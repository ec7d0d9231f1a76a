package dev.perennial.server.pkix;

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
 */
public record CertificateProfile(
        Set<KeyUsage> keyUsages,
        List<ExtendedKeyUsage> extendedKeyUsages,
        boolean ca,
        @Nullable Integer pathLength) {

    public CertificateProfile {
        keyUsages = Set.copyOf(keyUsages);
        extendedKeyUsages = List.copyOf(extendedKeyUsages);
    }

    /** An end entity with these purposes; RSA keys may also transport keys, as TLS 1.2 still asks of servers. */
    public static CertificateProfile endEntity(KeyKind kind, List<ExtendedKeyUsage> purposes) {
        boolean transport = kind.family() == KeyKind.Family.RSA && purposes.contains(ExtendedKeyUsage.SERVER_AUTH);
        return new CertificateProfile(
                transport
                        ? Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_ENCIPHERMENT)
                        : Set.of(KeyUsage.DIGITAL_SIGNATURE),
                purposes,
                false,
                null);
    }

    public static CertificateProfile server(KeyKind kind) {
        return endEntity(kind, List.of(ExtendedKeyUsage.SERVER_AUTH));
    }

    public static CertificateProfile client(KeyKind kind) {
        return endEntity(kind, List.of(ExtendedKeyUsage.CLIENT_AUTH));
    }

    /** A CA that signs certificates and CRLs. */
    public static CertificateProfile authority(@Nullable Integer pathLength) {
        return new CertificateProfile(Set.of(KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN), List.of(), true, pathLength);
    }
}
