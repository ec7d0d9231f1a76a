package dev.perennial.server.csr;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.policy.Usages;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a door makes of a POST or a PUT.
 *
 * @param orgId the organisation it is for
 * @param agentId the agent it belongs to; null for none
 * @param pem the PKCS#10
 * @param targetIssuer the signer as the requester names it; null for the default one
 * @param usages what the certificate is to be used for; none leaves it to the signer
 * @param rotation an administrator's word on rotating the key; null leaves it as it is
 * @param lifetime how long the certificate is to last at most; null leaves it to the signer
 * @param outside whether the signer may be one that nobody here serves, whose certificate comes from elsewhere
 * @param id the id of the request that is made, where the door has chosen it; null: a new one
 */
public record Submission(
        Caller caller,
        Cause cause,
        String orgId,
        @Nullable String agentId,
        String pem,
        @Nullable String targetIssuer,
        Usages usages,
        boolean autoRenew,
        @Nullable String privateKeyId,
        @Nullable String uid,
        @Nullable RotationOrder rotation,
        @Nullable Duration lifetime,
        boolean outside,
        @Nullable String id) {}
