package dev.perennial.server.csr;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Ownership;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lasting resource, as it is stored, with its current generation.
 *
 * @param owner the name of the caller who made it
 * @param requester the name of the caller whose PKCS#10 is the current one: policy judges its renewals by that caller's
 *     grants of now
 * @param signer the signer's own name; {@code targetIssuer} is what the requester called it
 * @param next a generation that waits beside the current one, or was denied there last
 * @param personDenied whether a person's last word on it was no
 * @param renewAt when the renewal clock looks at it next; null: never
 * @param renewProblem why the last try did not renew
 * @param agentLastSeen when its agent was heard of; null where it has none
 * @param position of its last event: the version of the whole
 */
public record SigningRequest(
        String id,
        String orgId,
        @Nullable String agentId,
        String owner,
        String requester,
        String signer,
        @Nullable String targetIssuer,
        boolean autoRenew,
        @Nullable String privateKeyId,
        @Nullable String uid,
        Generation current,
        @Nullable Generation next,
        boolean personDenied,
        Rotation rotation,
        @Nullable Instant renewAt,
        @Nullable String renewProblem,
        @Nullable Instant reissuedNotAfter,
        @Nullable Instant withdrawn,
        @Nullable Instant agentLastSeen,
        boolean agentRetired,
        Instant created,
        Instant updated,
        long position) {

    /** The generation that a person has to decide about: the next one, if one waits. */
    Generation undecided() {
        return next != null && next.isPending() ? next : current;
    }

    /** The generation that was sent last: the next one, whatever became of it, or else the current one. */
    public Generation newest() {
        return next == null ? current : next;
    }

    /** The generation whose PKCS#10 has that hash: the next one, or else the current one. */
    Generation holderOf(byte[] sha256) {
        return next != null && Arrays.equals(next.sha256(), sha256) ? next : current;
    }

    /** The number of a generation that was not there before. */
    int nextNumber() {
        return next == null ? current.number() + 1 : next.number() + 1;
    }

    /** Whether there is no verdict yet about what was sent last. */
    public boolean isUnderWay() {
        return undecided().state().isUnderWay();
    }

    /** What the requester said beside that PKCS#10. */
    RequestSettings settingsOf(Generation generation) {
        RequestSettings own = generation.settings();
        return own != null ? own : new RequestSettings(signer, targetIssuer, autoRenew, privateKeyId, uid);
    }

    /** Whose it is, as callers are asked about it. */
    public Ownership ownership() {
        return new Ownership(orgId, owner, agentId, signer);
    }

    boolean isVisibleTo(Caller caller) {
        return caller.sees(ownership());
    }
}
