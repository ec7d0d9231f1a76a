package dev.perennial.server.auditor;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of certificates with what was decided about it.
 *
 * @param cutShort whether it ends with its issuer
 * @param crlNumber the first CRL that it was on
 * @param decided the request's generation that it was made for; null for what is no request's
 * @param orphan whether it is a request's that is not there
 */
record StoredCertificate(
        String id,
        long number,
        String issuerId,
        String serial,
        byte[] der,
        byte[] sha256,
        Instant notBefore,
        Instant notAfter,
        Instant created,
        boolean cutShort,
        @Nullable Instant revoked,
        @Nullable Long crlNumber,
        @Nullable StoredDecision decided,
        boolean orphan) {

    /** Whether its issuer is one of ours rather than the digest of a name. */
    boolean isOurs() {
        return !issuerId.startsWith("sha256:");
    }
}
