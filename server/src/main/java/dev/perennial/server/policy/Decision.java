package dev.perennial.server.policy;

import dev.perennial.server.pkix.Identifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What policy says, with the rule that decided. A certificate takes its names from here and from nowhere else.
 *
 * @param advice what would change the answer; null where it is yes
 * @param commonName of the certificate to be; null for none
 * @param identifiers the subjectAltNames of the certificate to be
 * @param refused the names that stood in the way
 */
public record Decision(
        Verdict verdict,
        String rule,
        String reason,
        @Nullable String advice,
        @Nullable String commonName,
        List<Identifier> identifiers,
        List<Identifier> refused) {

    /** Approve now, hold for a person, or refuse: nothing is stored then. */
    public enum Verdict {
        APPROVE,
        HOLD,
        REFUSE
    }

    /** A no for something else than a name. */
    public static Decision refused(String rule, String reason, String advice) {
        return new Decision(Verdict.REFUSE, rule, reason, advice, null, List.of(), List.of());
    }

    public boolean approves() {
        return verdict == Verdict.APPROVE;
    }

    public boolean holds() {
        return verdict == Verdict.HOLD;
    }
}
