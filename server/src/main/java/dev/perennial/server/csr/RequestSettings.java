package dev.perennial.server.csr;

import org.jspecify.annotations.Nullable;

/**
 * What a requester says beside the PKCS#10.
 *
 * @param signer the signer's own name; {@code targetIssuer} is what the requester called it
 */
record RequestSettings(
        String signer,
        @Nullable String targetIssuer,
        boolean autoRenew,
        @Nullable String privateKeyId,
        @Nullable String uid) {

    static RequestSettings of(Submission submission, String signer) {
        return new RequestSettings(
                signer, submission.targetIssuer(), submission.autoRenew(), submission.privateKeyId(), submission.uid());
    }
}
