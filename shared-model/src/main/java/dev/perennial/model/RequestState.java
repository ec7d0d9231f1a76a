package dev.perennial.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * The state of one generation of a signing request, with the whole table of what may follow (docs/lifecycle.md). The
 * state that is stored changes only by one conditional UPDATE from an expected state.
 */
public enum RequestState {
    /** An approver has the next move. */
    PENDING,
    /** The signer has the next move. */
    APPROVED,
    /** A signer outside this process has the next move; the intent, serial included, is on record. */
    ISSUING,
    /** The renewal clock has the next move. */
    ISSUED,
    /** A person said no, or the time to decide lapsed; the requester has the next move. */
    DENIED,
    /** Signing failed for good; the requester has the next move. */
    FAILED,
    /** Final: the requester took the request back. */
    WITHDRAWN;

    /** Whether this state may be left for {@code next}, be it by a transition or by a new generation. */
    public boolean mayBecome(RequestState next) {
        return successors().contains(next);
    }

    /** Whether a waiting caller still has something to wait for: neither decided against nor issued. */
    public boolean isUnderWay() {
        return switch (this) {
            case PENDING, APPROVED, ISSUING -> true;
            case ISSUED, DENIED, FAILED, WITHDRAWN -> false;
        };
    }

    /** Every state that may follow this one; empty for the final one. */
    public Set<RequestState> successors() {
        return switch (this) {
            case PENDING -> EnumSet.of(PENDING, APPROVED, DENIED, ISSUED, FAILED, WITHDRAWN);
            case APPROVED -> EnumSet.of(PENDING, APPROVED, ISSUING, ISSUED, FAILED, DENIED, WITHDRAWN);
            case ISSUING -> EnumSet.of(PENDING, APPROVED, ISSUED, FAILED, WITHDRAWN);
            case ISSUED -> EnumSet.of(PENDING, ISSUED, WITHDRAWN);
            case DENIED, FAILED -> EnumSet.of(PENDING, APPROVED, ISSUED, WITHDRAWN);
            case WITHDRAWN -> EnumSet.noneOf(RequestState.class);
        };
    }
}
