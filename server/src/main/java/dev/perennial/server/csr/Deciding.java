package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.policy.Policy;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks policy and has signed what it approves: the same for a submission, a new generation and a renewal. */
final class Deciding {
    private final Database database;
    private final Events events;
    private final Signers signers;
    private final Policy policy;
    private final Issuance issuance;

    Deciding(Database database, Events events, Signers signers, Policy policy, Issuance issuance) {
        this.database = database;
        this.events = events;
        this.signers = signers;
        this.policy = policy;
        this.issuance = issuance;
    }

    /** The signer of that name, for settings alone. */
    Signer signer(@Nullable String target) {
        return signers.named(target);
    }

    /** The signer of that name, to sign with it: conflict where it is disabled. */
    Signer enabled(@Nullable String target) {
        return signers.wanted(target);
    }

    /** What of requests and certificates the caller may see. */
    Scope scope(Caller caller) {
        return Scope.of(caller, signers.names());
    }

    Decision decide(Pkcs10 pkcs10, Caller caller, Signer signer) {
        return policy.decide(pkcs10, caller, signer.profile());
    }

    Issued sign(Signer signer, Decision decision, Pkcs10 pkcs10, Instant now) {
        return issuance.issue(signer, decision, pkcs10.key(), now);
    }

    /** Policy's no: told to the caller with the rule, written into the audit record, and nothing else is stored. */
    <T> Future<T> refuse(
            Decision decision, String orgId, Cause cause, String action, @Nullable String objectId, Instant now) {
        List<String> names = decision.refused().stream().map(Identifier::value).toList();
        String reason = decision.rule() + ": " + decision.reason() + (names.isEmpty() ? "" : " " + names);
        ProblemException problem = ProblemException.of(
                        ProblemType.REJECTED_IDENTIFIER,
                        "refused by the rule " + decision.rule() + ": " + decision.reason())
                .about(names);
        return database.inTransaction(tx -> events.refused(tx, now, orgId, cause, action, objectId, reason))
                .compose(done -> Future.failedFuture(problem));
    }
}
