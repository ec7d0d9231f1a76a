package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.audit.Reason;
import dev.perennial.server.audit.Refusals;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Workers;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.KnownModuli;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.policy.Policy;
import dev.perennial.server.policy.Question;
import dev.perennial.server.policy.Usages;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks policy and has signed what it approves: the same for a submission, a new generation and a renewal. */
final class Deciding {
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 1_000;

    private final Workers workers;
    private final Database database;
    private final Events events;
    private final Refusals counted;
    private final Signers signers;
    private final Policy policy;
    private final Issuance issuance;
    private final KnownModuli moduli;

    Deciding(
            Vertx vertx,
            Database database,
            Events events,
            Refusals counted,
            Signers signers,
            Policy policy,
            Issuance issuance,
            KnownModuli moduli) {
        this.workers = new Workers(vertx, "signatures", THREADS, MOST_WAITING);
        this.database = database;
        this.events = events;
        this.counted = counted;
        this.signers = signers;
        this.policy = policy;
        this.issuance = issuance;
        this.moduli = moduli;
    }

    /** What a caller sent, read: its key is held against the ones that others sent before. */
    Pkcs10 read(String pem) {
        return Pkcs10.parsePem(pem, moduli);
    }

    /** The signer that goes by that name in the organisation, for settings alone. */
    Signer signer(@Nullable String target, String orgId) {
        return signers.named(target, orgId);
    }

    /** The signer that goes by that name in the organisation, to sign with it: conflict where it is disabled. */
    Signer enabled(@Nullable String target, String orgId) {
        return signers.wanted(target, orgId);
    }

    /** The signer that a submission names, to sign with it or to be waited for. */
    Signer enabled(Submission submission) {
        String target = submission.targetIssuer();
        return submission.outside() && target != null
                ? signers.wantedAnywhere(target, submission.orgId())
                : enabled(target, submission.orgId());
    }

    /** The signer of a stored request, to sign with it or to be waited for. */
    Signer enabled(SigningRequest request) {
        return signers.wantedAnywhere(request.signer(), request.orgId());
    }

    /** The CA of that id with which a person may have something signed in that organisation. */
    Authority authority(String id, String orgId) {
        return signers.signing(id, orgId);
    }

    /** What policy says to its requester; {@code deniedBefore} where a person's last word on the request was no. */
    Decision decide(
            Pkcs10 pkcs10, Usages usages, Caller caller, Signer signer, Grants organisation, boolean deniedBefore) {
        if (signer.isOutside()) {
            return policy.outside(signer.name());
        }
        return policy.decide(question(pkcs10, usages, caller, signer, organisation, deniedBefore));
    }

    /** The names that a certificate for it would have. */
    List<Identifier> names(Pkcs10 pkcs10, Usages usages, Caller caller, Signer signer, Grants organisation) {
        return policy.names(question(pkcs10, usages, caller, signer, organisation, false));
    }

    /** What the yes of a person comes to, now or when the certificate is renewed. */
    Decision approved(Pkcs10 pkcs10, Usages usages, Caller requester, Signer signer, Grants organisation) {
        return policy.approved(question(pkcs10, usages, requester, signer, organisation, false));
    }

    /**
     * What is decided about a PKCS#10 that has a certificate already: a person's approval stands for its generation, and
     * only a hold is left to it.
     *
     * @param approvedBy the name of the person whose approval it stands on; null where it was policy's
     */
    Decision again(
            Pkcs10 pkcs10,
            Usages usages,
            Caller requester,
            @Nullable String approvedBy,
            Signer signer,
            Grants organisation) {
        return approvedBy == null
                ? decide(pkcs10, usages, requester, signer, organisation, false)
                : approved(pkcs10, usages, requester, signer, organisation);
    }

    private static Question question(
            Pkcs10 pkcs10, Usages usages, Caller caller, Signer signer, Grants organisation, boolean deniedBefore) {
        return new Question(pkcs10, usages, caller, signer.profile(), signer.approval(), organisation, deniedBefore);
    }

    /** As {@link #sign}; on a worker where a signature of the signer's CA takes milliseconds. */
    Future<Issued> signed(Signer signer, Decision decision, Pkcs10 pkcs10, Instant now) {
        return issuance.takesLong(signer)
                ? workers.run(() -> sign(signer, decision, pkcs10, now))
                : Future.succeededFuture(sign(signer, decision, pkcs10, now));
    }

    Issued sign(Signer signer, Decision decision, Pkcs10 pkcs10, Instant now) {
        return issuance.issue(signer, decision, pkcs10.key(), now);
    }

    /** Policy's no: told to the caller with the rule, written into the audit record or counted there, and no more is stored. */
    <T> Future<T> refuse(
            Decision decision, String orgId, Cause cause, String action, @Nullable String objectId, Instant now) {
        if (counted.isOneOfMany(cause, orgId, action)) {
            return Future.failedFuture(refusal(decision).recorded());
        }
        String reason = Reason.about(decision.rule() + ": " + decision.reason(), names(decision));
        return database.inTransaction(tx -> events.refused(tx, now, orgId, cause, action, objectId, reason))
                .compose(done -> Future.failedFuture(refusal(decision).recorded()));
    }

    ProblemException refusal(Decision decision) {
        return ProblemException.of(
                        ProblemType.REJECTED_IDENTIFIER,
                        "refused by the rule " + decision.rule() + ": " + decision.reason())
                .about(names(decision));
    }

    private static List<String> names(Decision decision) {
        return decision.refused().stream().map(Identifier::value).toList();
    }
}
