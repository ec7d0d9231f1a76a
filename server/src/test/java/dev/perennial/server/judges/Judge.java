package dev.perennial.server.judges;

import java.time.Instant;

/** A relying party. */
public interface Judge {
    /** What it comes to. */
    enum Verdict {
        GOOD,
        REVOKED,
        REFUSED
    }

    /** Whether it is old enough not to know Ed25519. */
    default boolean knowsEd25519() {
        return true;
    }

    /** Whether it can be asked how it will judge, rather than how it judges now. */
    default boolean judgesAtOtherTimes() {
        return true;
    }

    /** The whole chain at that moment, for its purpose; and, where it is in its time, by both CRLs. */
    Verdict byLists(Judged judged, Instant at);

    /** The leaf by the answer to OCSP. */
    Verdict byOcsp(Judged judged);
}
