package dev.perennial.server.pkix;

import java.time.Instant;
import java.util.List;

/**
 * What a CA gives to the certificates that it issues.
 *
 * @param name its subject, the certificates' issuer, byte by byte
 * @param keyIdentifier its subject key identifier in lower hex, the certificates' authority key identifier
 * @param key what its signatures are verified with
 * @param notBefore from when it is valid, in whole seconds
 * @param notAfter until when, inclusive, in whole seconds
 * @param limits what it may certify
 */
public record Issuer(
        DistinguishedName name,
        String keyIdentifier,
        SubjectPublicKey key,
        Instant notBefore,
        Instant notAfter,
        IssuerLimits limits) {

    /** The CA that a certificate makes of its subject, with nothing above it. */
    public static Issuer of(X509 certificate) {
        return of(List.of(certificate));
    }

    /** The CA that the first certificate makes of its subject, within what all of them say; the root is the last. */
    public static Issuer of(List<X509> chain) {
        X509 certificate = chain.get(0);
        SubjectPublicKey key = certificate.key();
        String identifier = certificate.subjectKeyIdentifier();
        return new Issuer(
                DistinguishedName.parse(certificate.subject()),
                identifier == null ? key.keyIdentifier() : identifier,
                key,
                certificate.notBefore(),
                certificate.notAfter(),
                IssuerLimits.of(chain));
    }

    /** A CA that is about to sign its own certificate. */
    public static Issuer ofRoot(DistinguishedName name, SubjectPublicKey key, Validity validity) {
        return new Issuer(name, key.keyIdentifier(), key, validity.notBefore(), validity.notAfter(), IssuerLimits.NONE);
    }
}
