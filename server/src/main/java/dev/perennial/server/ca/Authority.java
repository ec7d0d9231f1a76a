package dev.perennial.server.ca;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.SigningKey;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One of our CAs that has its certificate, with its key open.
 *
 * @param orgId whose it is; null: of the installation, which every organisation may use
 * @param name to people; its subject's common name where it has one
 * @param issuerId its own id where it is a root; null where it was issued elsewhere
 * @param above where it was issued elsewhere, what leads to its root, the root last
 * @param issuer what it gives to the certificates it signs, and what it may sign
 */
public record Authority(
        String id,
        @Nullable String orgId,
        String name,
        Role role,
        State state,
        @Nullable String issuerId,
        X509 certificate,
        List<X509> above,
        Issuer issuer,
        SigningKey key) {

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

    /** Whether it signs certificates; CRLs and answers about those it has signed it signs in any case. */
    public enum State {
        /** Made here; its certificate, made elsewhere, is awaited. */
        PENDING,
        ENABLED,
        DISABLED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** Whether it signed its own certificate. */
    public boolean isRoot() {
        return id.equals(issuerId);
    }

    /** Whether that organisation may sign with it. */
    public boolean serves(@Nullable String organisation) {
        return orgId == null || orgId.equals(organisation);
    }

    /** @throws ProblemException {@code unavailable} where it is disabled, as where it is not valid */
    void requireEnabled() {
        if (state != State.ENABLED) {
            throw ProblemException.of(
                    ProblemType.UNAVAILABLE,
                    "The issuing CA '" + name + "' is disabled; an administrator can enable it, or set another one for"
                            + " the signer.");
        }
    }
}
