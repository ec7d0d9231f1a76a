package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Ownership;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate as it is stored.
 *
 * @param requestId null for the server's own
 * @param chain of one made elsewhere: what leads to its root, leaf not included; empty where the issuer is ours
 * @param revokeBy when it is revoked at the latest; null where that is not said
 * @param shown whether it stands in the status of its request
 * @param ownership of its request; null for the server's own
 */
public record Certificate(
        String id,
        @Nullable String orgId,
        @Nullable String requestId,
        int generation,
        String issuerId,
        String serial,
        byte[] der,
        List<byte[]> chain,
        byte[] sha256,
        Instant notBefore,
        Instant notAfter,
        boolean cutShort,
        @Nullable Instant renewalTime,
        boolean shown,
        @Nullable Instant revoked,
        @Nullable RevocationReason revocationReason,
        @Nullable Instant revokeBy,
        @Nullable Ownership ownership,
        Instant created) {

    /** Whether it was revoked for another reason than that a newer one took its place: then it is not made anew. */
    boolean isTakenBack() {
        return revoked != null && revocationReason != RevocationReason.SUPERSEDED;
    }

    /** Whether there is something to revoke: a hold gives way to a revocation for good. */
    public boolean isRevocable() {
        return revoked == null || revocationReason == RevocationReason.CERTIFICATE_HOLD;
    }

    /** Whether it was made for the PKCS#10 that the request is about now. */
    boolean isOf(SigningRequest request) {
        return request.id().equals(requestId) && generation == request.current().number();
    }

    boolean isVisibleTo(Caller caller) {
        return ownership == null ? caller.isBootstrap() : caller.sees(ownership);
    }
}
