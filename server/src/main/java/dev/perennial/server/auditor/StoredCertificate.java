package dev.perennial.server.auditor;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of certificates with what was decided about it.
 *
 * @param crlNumber the first CRL that it was on
 * @param spkiSha256 of the PKCS#10 that it was made for; null for what is no request's
 * @param commonName that the PKCS#10 asks for
 * @param identifiers that the PKCS#10 asks for, with their types
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
        @Nullable Instant revoked,
        @Nullable Long crlNumber,
        byte @Nullable [] spkiSha256,
        @Nullable String commonName,
        List<String> identifiers,
        boolean orphan) {

    /** Whether its issuer is one of ours rather than the digest of a name. */
    boolean isOurs() {
        return !issuerId.startsWith("sha256:");
    }

    boolean isOfRequest() {
        return spkiSha256 != null;
    }
}
