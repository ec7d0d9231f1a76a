package dev.perennial.server.policy;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.ExtendedKeyUsage;
import dev.perennial.server.pkix.Identifier;
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
        // What a person may have to say yes to is judged as if one did, so that nothing waits for what nobody can give.
        Decision refusal = refusal(question, question.approval() != Approval.GRANTS);
        if (refusal != null) {
            return refusal;
        }
        Caller caller = question.caller();
        List<Identifier> names = names(question);
        DistinguishedName subject = Subjects.of(question, false);
        List<Identifier> uncovered =
                names.stream().filter(name -> !caller.grants().covers(name)).toList();
        if (!uncovered.isEmpty()) {
            return beyondGrants(question, "grants", "not granted to " + caller.name(), uncovered);
        }
        List<String> users = Subjects.users(subject, names).stream()
                .filter(user -> !caller.isBootstrap() && !caller.grants().coversUser(user))
                .toList();
        if (!users.isEmpty()) {
            return beyondGrants(
                    question,
                    "common-name",
                    "the common name must be one of the subjectAltNames, or granted as user:" + users.get(0),
                    List.of());
        }
        List<String> groups = Subjects.groups(subject, question.certificate()).stream()
                .filter(group -> !caller.isBootstrap() && !caller.grants().coversGroup(group))
                .toList();
        if (!groups.isEmpty()) {
            return beyondGrants(
                    question, "groups", "not granted as group: to " + caller.name() + ": " + groups, List.of());
        }
        if (question.approval() == Approval.PERSON) {
            return hold("person", "the signer asks a person each time", List.of());
        }
        if (question.deniedBefore()) {
            return hold("denied-before", "a person denied it before, and a person decides again", List.of());
        }
        return approve(question, "grants", "every name is granted", subject);
    }

    /** What is asked of a signer elsewhere: which names it gives is its own to decide, once a person said yes here. */
    public Decision outside(String signer) {
        return hold("outside-signer", "nobody here serves " + signer + ": it signs elsewhere, after a yes", List.of());
    }

    /** What a person's yes comes to: the names as the PKCS#10 asks for them, unless a rule stands above people. */
    public Decision approved(Question question) {
        Decision refusal = refusal(question, true);
        return refusal == null
                ? approve(question, "person", "a person approved it", Subjects.of(question, true))
                : refusal;
    }

    /**
     * The names of a PKCS#10 that would stand in the certificate, as subjectAltNames. A server's common name may stand for
     * a missing one; a client's is a user's name before a host's.
     */
    public List<Identifier> names(Question question) {
        return isServer(question.certificate()) && !question.profile().namesUser()
                ? question.pkcs10().identifiers()
                : question.pkcs10().subjectAlternativeNames();
    }

    private static boolean isServer(CertificateProfile certificate) {
        return certificate.extendedKeyUsages().contains(ExtendedKeyUsage.SERVER_AUTH);
    }

    /** What no approval gives: the rules above {@code grants}. */
    private @Nullable Decision refusal(Question question, boolean byPerson) {
        Profile profile = question.profile();
        CertificateProfile certificate = question.certificate();
        String commonName = question.pkcs10().commonName();
        List<Identifier> names = names(question);
        if (names.isEmpty() && (isServer(certificate) || commonName == null)) {
            return refuse(
                    "names",
                    "the PKCS#10 asks for no name; put a subjectAltName into it",
                    "make the PKCS#10 with a subjectAltName",
                    List.of());
        }
        String usages = profile.refusal(question.usages());
        if (usages != null) {
            return refuse("usages", usages, "ask for fewer usages, or name another signer", List.of());
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
        String subjectProblem = Subjects.problem(question, names);
        if (subjectProblem != null) {
            return refuse("subject", subjectProblem, "make the PKCS#10 with another subject", List.of());
        }
        if (isServer(certificate) && !profile.namesUser() && commonName != null && !isAmong(commonName, names)) {
            return refuse(
                    "common-name",
                    "the common name must be one of the subjectAltNames, or absent (RFC 9525 §2)",
                    "make the PKCS#10 without a common name",
                    List.of());
        }
        Decision outside = outside(question, Subjects.of(question, byPerson), names);
        if (outside != null) {
            return outside;
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

    /** What the organisation's names do not reach. */
    private static @Nullable Decision outside(Question question, DistinguishedName subject, List<Identifier> names) {
        Grants organisation = question.organisation();
        List<Identifier> outside =
                names.stream().filter(name -> !organisation.covers(name)).toList();
        if (!outside.isEmpty()) {
            return refuse(
                    "organisation",
                    "beyond the names of the organisation",
                    "the bootstrap administrator can widen the organisation's names",
                    outside);
        }
        List<String> users = Subjects.users(subject, names).stream()
                .filter(user -> !organisation.reachesUser(user))
                .toList();
        if (!users.isEmpty()) {
            return refuse(
                    "organisation",
                    "the common name is beyond the names of the organisation",
                    "the bootstrap administrator can add user:" + users.get(0) + " to the organisation's names",
                    List.of());
        }
        List<String> groups = Subjects.groups(subject, question.certificate()).stream()
                .filter(group -> !organisation.reachesGroup(group))
                .toList();
        return groups.isEmpty()
                ? null
                : refuse(
                        "organisation",
                        "the groups are beyond the names of the organisation: " + groups,
                        "the bootstrap administrator can add group:" + groups.get(0) + " to the organisation's names",
                        List.of());
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

    private static boolean isAmong(String commonName, List<Identifier> names) {
        return names.stream().anyMatch(name -> name.isSpelled(commonName));
    }

    private Decision approve(Question question, String rule, String reason, DistinguishedName subject) {
        return new Decision(
                Verdict.APPROVE, rule, reason, null, subject, names(question), question.certificate(), List.of());
    }

    private static Decision hold(String rule, String reason, List<Identifier> refused) {
        return Decision.without(
                Verdict.HOLD, rule, reason, "it waits for somebody who may approve for the signer", refused);
    }

    private static Decision refuse(String rule, String reason, String advice, List<Identifier> refused) {
        return Decision.without(Verdict.REFUSE, rule, reason, advice, refused);
    }
}
