package dev.perennial.server.pkix;

import java.time.Instant;

/**
 * What a CA gives to the certificates that it issues.
 *
 * @param name its subject, the certificates' issuer, byte by byte
 * @param keyIdentifier its subject key identifier in lower hex, the certificates' authority key identifier
 * @param key what its signatures are verified with
 * @param notBefore from when it is valid, in whole seconds
 * @param notAfter until when, inclusive, in whole seconds
 */
public record Issuer(
        DistinguishedName name, String keyIdentifier, SubjectPublicKey key, Instant notBefore, Instant notAfter) {

    /** The CA that a certificate makes of its subject. */
    public static Issuer of(X509 certificate) {
        SubjectPublicKey key = certificate.key();
        String identifier = certificate.subjectKeyIdentifier();
        return new Issuer(
                DistinguishedName.parse(certificate.subject()),
                identifier == null ? key.keyIdentifier() : identifier,
                key,
                certificate.notBefore(),
                certificate.notAfter());
    }

    /** A CA that is about to sign its own certificate. */
    public static Issuer ofRoot(DistinguishedName name, SubjectPublicKey key, Validity validity) {
        return new Issuer(name, key.keyIdentifier(), key, validity.notBefore(), validity.notAfter());
    }
}
