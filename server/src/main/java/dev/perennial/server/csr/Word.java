package dev.perennial.server.csr;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of a request.
 *
 * @param pkcs10Sha256 lower hex, of the PKCS#10 that the person saw; null where it does not say
 * @param seenPosition of the version that the person saw; null where it does not say
 * @param authorityId the CA that is to sign, where the signer is manual and the word is yes
 * @param validity of that certificate; null: the signer's
 * @param leavesSigning whether a yes without a CA, where the signer is manual, leaves the signing to whoever does it after
 */
public record Word(
        String reason,
        @Nullable String pkcs10Sha256,
        @Nullable Long seenPosition,
        @Nullable String authorityId,
        @Nullable Duration validity,
        boolean leavesSigning) {}
