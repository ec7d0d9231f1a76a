package dev.perennial.server.ca;

import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.SigningKey;
import java.util.Locale;

/**
 * One of our CAs, with its key open.
 *
 * @param issuerId its own id where it is a root
 * @param issuer what it gives to the certificates it signs
 */
public record Authority(String id, Role role, String issuerId, X509 certificate, Issuer issuer, SigningKey key) {

    Authority(String id, Role role, String issuerId, X509 certificate, SigningKey key) {
        this(id, role, issuerId, certificate, Issuer.of(certificate), key);
    }

    /** What it signs. The identity line has a root of its own, which nobody outside is told to trust. */
    public enum Role {
        ROOT,
        ISSUING,
        IDENTITY_ROOT,
        IDENTITY;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Role of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    boolean isRoot() {
        return id.equals(issuerId);
    }
}
