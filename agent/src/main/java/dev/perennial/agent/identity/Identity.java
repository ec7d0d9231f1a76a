package dev.perennial.agent.identity;

import dev.perennial.agent.server.TlsIdentity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** One whole identity: its slot, what the server said of it, and key and chain for the handshake. */
public record Identity(String slot, IdentityRecord record, X509Certificate certificate, TlsIdentity tls) {

    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /** When to ask for the next one: the server's word, else two thirds into the lifetime. */
    public Instant renewalTime() {
        Instant told = record.renewalTime();
        if (told != null) {
            return told;
        }
        Instant notBefore = certificate.getNotBefore().toInstant();
        return notBefore.plus(
                Duration.between(notBefore, notAfter()).multipliedBy(2).dividedBy(3));
    }
}
