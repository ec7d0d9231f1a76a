package dev.perennial.server.revocation;

import dev.perennial.server.ca.Issued;
import dev.perennial.server.vault.SigningKey;
import java.time.Instant;

/** The key with which this server answers OCSP for one CA, and the certificate by which the CA has delegated that. */
record Responder(String issuerId, SigningKey key, Issued certificate) {
    /** Whether it is to be followed by another. */
    boolean isDue(Instant now) {
        return !now.isBefore(certificate.renewalTime());
    }

    boolean isValid(Instant now) {
        return !now.isBefore(certificate.notBefore()) && !now.isAfter(certificate.notAfter());
    }
}
