package dev.perennial.agent.key;

import dev.perennial.agent.x509.Pem;

/** A key that was just made, and a PKCS#10 that it signed. Holds the private key: never logged. */
public final class NewKey {
    private final String privateKeyPem;
    private final byte[] pkcs10;
    private final byte[] publicKey;

    NewKey(String privateKeyPem, byte[] pkcs10, byte[] publicKey) {
        this.privateKeyPem = privateKeyPem;
        this.pkcs10 = pkcs10;
        this.publicKey = publicKey;
    }

    /** PKCS#8 in PEM. */
    public String privateKeyPem() {
        return privateKeyPem;
    }

    /** The PKCS#10 (RFC 2986) in PEM (RFC 7468 §7). */
    public String pkcs10Pem() {
        return Pem.encode("CERTIFICATE REQUEST", pkcs10);
    }

    /** The SubjectPublicKeyInfo in DER. */
    public byte[] publicKey() {
        return publicKey.clone();
    }
}
