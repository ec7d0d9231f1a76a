package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many certificates that are revoked as one act.
 *
 * @param orgId null: of every organisation
 * @param withKeys whether their keys are blocked, and whatever else has these is revoked too
 * @param everywhere whether that is so beyond the organisation
 * @param query what was searched for, in the door's own form; null where it is by key
 * @param total how many there are to revoke, as far as is known
 * @param failed how many of them were gone by then
 * @param cause who started it, or else made it
 */
public record RevocationAct(
        String id,
        @Nullable String orgId,
        RevocationReason reason,
        boolean withKeys,
        boolean everywhere,
        @Nullable String query,
        State state,
        int total,
        int done,
        int failed,
        Cause cause,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant ended) {

    /** Where it is. */
    public enum State {
        /** Found and counted; nothing is revoked before it is started. */
        PREVIEW,
        RUNNING,
        DONE,
        /** What was revoked before stays so. */
        CANCELLED
    }

    /**
     * What is asked for.
     *
     * @param query what was searched for, as it is to be shown
     */
    public record Wanted(
            String orgId, InventoryFilter filter, String query, RevocationReason reason, boolean withKeys) {}

    /** An act, and of one that waits to be started some of what it would revoke. */
    public record Shown(RevocationAct act, List<Certificate> first) {}
}
