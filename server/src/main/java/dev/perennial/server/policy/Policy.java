package dev.perennial.server.policy;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision.Verdict;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may have which name. Every rule looks at all names, so that the answer names all that stand in the way; the first
 * rule that does not say yes decides. What the rules above {@code grants} refuse no approval of a person gives either.
 */
public final class Policy {
    private final Supplier<Set<Identifier>> ownNames;

    /** @param ownNames the servers' own names now: a wide grant must not yield a certificate that agents take for one */
    public Policy(Supplier<Set<Identifier>> ownNames) {
        this.ownNames = ownNames;
    }

    /** Decides about a PKCS#10 for its requester. */
    public Decision decide(Question question) {
        Decision refusal = refusal(question);
        if (refusal != null) {
            return refusal;
        }
        Caller caller = question.caller();
        List<Identifier> names = names(question);
        List<Identifier> uncovered =
                names.stream().filter(name -> !caller.grants().covers(name)).toList();
        String user = ungrantedUser(question, names);
        if (!uncovered.isEmpty()) {
            return beyondGrants(question, "grants", "not granted to " + caller.name(), uncovered);
        }
        if (user != null) {
            return beyondGrants(
                    question,
                    "common-name",
                    "the common name must be one of the subjectAltNames, or granted as user:" + user,
                    List.of());
        }
        if (question.approval() == Approval.PERSON) {
            return hold("person", "the signer asks a person each time", List.of());
        }
        if (question.deniedBefore()) {
            return hold("denied-before", "a person denied it before, and a person decides again", List.of());
        }
        return approve(question, "grants", "every name is granted");
    }

    /** What a person's yes comes to: the names as the PKCS#10 asks for them, unless a rule stands above people. */
    public Decision approved(Question question) {
        Decision refusal = refusal(question);
        return refusal == null ? approve(question, "person", "a person approved it") : refusal;
    }

    /** The names of a PKCS#10 that would stand in the certificate, as subjectAltNames. */
    public List<Identifier> names(Question question) {
        return names(question.pkcs10(), question.profile());
    }

    /** What no approval gives: the rules above {@code grants}. */
    private @Nullable Decision refusal(Question question) {
        Profile profile = question.profile();
        String commonName = question.pkcs10().commonName();
        List<Identifier> names = names(question);
        if (names.isEmpty() && (profile == Profile.SERVER || commonName == null)) {
            return refuse(
                    "names",
                    "the PKCS#10 asks for no name; put a subjectAltName into it",
                    "make the PKCS#10 with a subjectAltName",
                    List.of());
        }
        List<Identifier> unfit =
                names.stream().filter(name -> !profile.takes(name.type())).toList();
        if (!unfit.isEmpty()) {
            return refuse(
                    "profile",
                    "the profile " + profile.word() + " takes no such names",
                    "leave these names out, or name another signer",
                    unfit);
        }
        if (profile == Profile.SERVER && commonName != null && !isAmong(commonName, names)) {
            return refuse(
                    "common-name",
                    "the common name must be one of the subjectAltNames, or absent (RFC 9525 §2)",
                    "make the PKCS#10 without a common name",
                    List.of());
        }
        List<Identifier> outside = names.stream()
                .filter(name -> !question.organisation().covers(name))
                .toList();
        if (!outside.isEmpty()) {
            return refuse(
                    "organisation",
                    "beyond the names of the organisation",
                    "the bootstrap administrator can widen the organisation's names",
                    outside);
        }
        if (commonName != null
                && !isAmong(commonName, names)
                && !question.organisation().reachesUser(commonName)) {
            return refuse(
                    "organisation",
                    "the common name is beyond the names of the organisation",
                    "the bootstrap administrator can add user:" + commonName + " to the organisation's names",
                    List.of());
        }
        List<Identifier> own = names.stream()
                .filter(this::isOwn)
                .filter(name -> !question.caller().isBootstrap()
                        && !question.caller().grants().coversExactly(name))
                .toList();
        return own.isEmpty()
                ? null
                : refuse(
                        "own-names",
                        "the server's own names need a grant of exactly that name",
                        "the bootstrap administrator can grant it",
                        own);
    }

    private static Decision beyondGrants(Question question, String rule, String reason, List<Identifier> refused) {
        return switch (question.approval()) {
            case GRANTS ->
                refuse(
                        rule,
                        reason,
                        "an administrator can widen the grants of "
                                + question.caller().name(),
                        refused);
            case GRANTS_OR_PERSON, PERSON -> hold(rule, reason, refused);
        };
    }

    /** A wildcard that stands for one of them is taken for the server just as the name itself. */
    private boolean isOwn(Identifier name) {
        return ownNames.get().stream().anyMatch(own -> own.equals(name) || name.isWildcardOver(own));
    }

    /** A server's common name may stand for a missing subjectAltName; a client's is a user's name before a host's. */
    private static List<Identifier> names(Pkcs10 pkcs10, Profile profile) {
        return switch (profile) {
            case SERVER -> pkcs10.identifiers();
            case CLIENT -> pkcs10.subjectAlternativeNames();
        };
    }

    private static boolean isAmong(String commonName, List<Identifier> names) {
        return names.stream().anyMatch(name -> name.isSpelled(commonName));
    }

    /** The user that a client's common name names without a grant; null where there is none. */
    private static @Nullable String ungrantedUser(Question question, List<Identifier> names) {
        String commonName = question.pkcs10().commonName();
        Caller caller = question.caller();
        boolean granted = commonName == null
                || isAmong(commonName, names)
                || caller.isBootstrap()
                || caller.grants().coversUser(commonName);
        return granted ? null : commonName;
    }

    private Decision approve(Question question, String rule, String reason) {
        return new Decision(
                Verdict.APPROVE, rule, reason, null, question.pkcs10().commonName(), names(question), List.of());
    }

    private static Decision hold(String rule, String reason, List<Identifier> refused) {
        return new Decision(
                Verdict.HOLD,
                rule,
                reason,
                "it waits for somebody who may approve for the signer",
                null,
                List.of(),
                refused);
    }

    private static Decision refuse(String rule, String reason, String advice, List<Identifier> refused) {
        return new Decision(Verdict.REFUSE, rule, reason, advice, null, List.of(), refused);
    }
}
