package dev.perennial.server.testing;

import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.X509;
import java.security.KeyPair;
import java.util.List;

/** A client certificate with the key that belongs to it. */
public record ClientIdentity(KeyPair keyPair, List<X509> chain) {
    public static ClientIdentity of(KeyPair keyPair, String chainPem) {
        return new ClientIdentity(keyPair, X509.parseAll(chainPem));
    }

    public X509 certificate() {
        return chain.get(0);
    }

    public byte[] sha256() {
        return Digests.sha256(certificate().der());
    }
}
