package dev.perennial.server.http;

/**
 * What the server proves itself with.
 *
 * @param key the private key, PKCS#8 in PEM; never printed
 * @param chain the certificate, then what leads from it to a root, in PEM (RFC 8446 §4.4.2)
 */
public record TlsMaterial(String key, String chain) {
    @Override
    public String toString() {
        return "TlsMaterial[chain of " + chain.length() + " characters]";
    }
}
