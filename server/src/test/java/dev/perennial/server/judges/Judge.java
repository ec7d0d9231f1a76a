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

    /** Whether it knows the algorithms of the chain, and has a question to be asked for the purpose. */
    default boolean canBeAsked(Judged judged) {
        return true;
    }

    /** Whether it asks for the purpose itself; if not, it is asked whether the certificate is good for anything. */
    default boolean asksForPurpose(Judged judged) {
        return true;
    }

    /** Whether it can be asked how it will judge, rather than how it judges now. */
    default boolean judgesAtOtherTimes() {
        return true;
    }

    /** The whole chain at that moment, for its purpose, whatever is revoked. */
    Verdict byChain(Judged judged, Instant at);

    /** The same now, and by both CRLs. */
    Verdict byLists(Judged judged);

    /** The leaf by the answer to OCSP. */
    Verdict byOcsp(Judged judged);
}
