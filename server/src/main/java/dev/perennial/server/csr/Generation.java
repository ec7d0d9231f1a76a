package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.policy.Usages;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One PKCS#10 of a request and the state of the decision about it. Its number counts from 1.
 *
 * @param usages that came with it; they stay as they are
 * @param lifetime that came with it: its certificates last no longer; null leaves it to the signer
 * @param requester the name of the caller whose PKCS#10 it is; null where that is not known any more
 * @param approvedBy the name of the person whose approval it stands on; null where it was policy's
 * @param settings that come with it and hold once it is issued; null where they are the request's already
 */
public record Generation(
        int number,
        byte[] pkcs10,
        byte[] sha256,
        byte[] spkiSha256,
        @Nullable String commonName,
        List<Identifier> identifiers,
        Usages usages,
        @Nullable Duration lifetime,
        RequestState state,
        @Nullable String reason,
        @Nullable String message,
        @Nullable String requester,
        @Nullable String approvedBy,
        @Nullable RequestSettings settings) {

    /** Whether it has, or had, certificates: only then can its key be rotated out. */
    boolean wasIssued() {
        return state == RequestState.ISSUED || Certificates.REMOVED.equals(reason);
    }

    boolean isPending() {
        return state == RequestState.PENDING;
    }
}
