package dev.perennial.server.policy;

import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Identifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What policy says, with the rule that decided. A certificate takes its subject, its names and its usages from here and
 * from nowhere else.
 *
 * @param advice what would change the answer; null where it is yes
 * @param subject of the certificate to be; empty for none
 * @param identifiers the subjectAltNames of the certificate to be
 * @param certificate what the certificate to be may be used for; null where there is to be none
 * @param refused the names that stood in the way
 */
public record Decision(
        Verdict verdict,
        String rule,
        String reason,
        @Nullable String advice,
        DistinguishedName subject,
        List<Identifier> identifiers,
        @Nullable CertificateProfile certificate,
        List<Identifier> refused) {

    /** Approve now, hold for a person, or refuse: nothing is stored then. */
    public enum Verdict {
        APPROVE,
        HOLD,
        REFUSE
    }

    /** A no for something else than a name. */
    public static Decision refused(String rule, String reason, String advice) {
        return without(Verdict.REFUSE, rule, reason, advice, List.of());
    }

    /** A word that no certificate comes of now. */
    static Decision without(Verdict verdict, String rule, String reason, String advice, List<Identifier> refused) {
        return new Decision(verdict, rule, reason, advice, DistinguishedName.empty(), List.of(), null, refused);
    }

    public boolean approves() {
        return verdict == Verdict.APPROVE;
    }

    public boolean holds() {
        return verdict == Verdict.HOLD;
    }
}
