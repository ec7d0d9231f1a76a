package dev.perennial.server.ca;

import dev.perennial.server.ca.Authority.Role;
import dev.perennial.server.ca.Authority.State;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A CA as it is stored and shown: everything but its key.
 *
 * @param subject as DER
 * @param certificate null while it is pending
 * @param key its public key
 * @param pkcs10 where its certificate is made elsewhere, what that is asked for by
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AuthorityEntry(
        String id,
        @Nullable String orgId,
        String name,
        Role role,
        State state,
        @Nullable String issuerId,
        byte[] subject,
        @Nullable X509 certificate,
        List<X509> above,
        SubjectPublicKey key,
        byte @Nullable [] pkcs10,
        Instant created,
        Instant updated) {

    /** Whether it may sign then: enabled, with a certificate that is in its time. */
    public boolean isActive(Instant now) {
        return state == State.ENABLED
                && certificate != null
                && !now.isBefore(certificate.notBefore())
                && !now.isAfter(certificate.notAfter());
    }

    /** Only of one that is not pending. */
    X509 issued() {
        return Objects.requireNonNull(certificate);
    }

    /**
     * What it is by now, once more, with that certificate.
     *
     * @param by the CA of ours that issued it; null where it was issued elsewhere
     * @param chain where it was issued elsewhere, what leads to its root
     */
    AuthorityEntry certified(X509 issued, @Nullable String by, List<X509> chain, Instant now) {
        return new AuthorityEntry(
                id,
                orgId,
                name,
                role,
                state == State.PENDING ? State.ENABLED : state,
                by,
                issued.subject(),
                issued,
                chain,
                key,
                pkcs10,
                created,
                now);
    }
}
