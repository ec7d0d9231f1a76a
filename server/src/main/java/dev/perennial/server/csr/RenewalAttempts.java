package dev.perennial.server.csr;

import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.problem.ProblemException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of each request that is due: decided by what holds now, and signed; nothing is stored. */
final class RenewalAttempts {
    /** The problem of a host that was not heard of for longer than its certificate lives. */
    static final String QUIET = "agent-quiet: the agent was not heard of for longer than the certificate's lifetime";

    static final String MANUAL = "manual: what a person signs is not renewed by itself; send the PKCS#10 of a new key";

    private static final String NOT_GRANTED = "not-granted: ";
    private static final String NOT_APPROVED = "not-approved: ";
    private static final String RETIRED = "owner-disabled: the agent was retired";
    private static final String DISABLED = "owner-disabled: the requester is gone, disabled, or may not ask any more";
    private static final Logger log = LoggerFactory.getLogger(RenewalAttempts.class);

    private final Signers signers;
    private final Deciding deciding;

    RenewalAttempts(Signers signers, Deciding deciding) {
        this.signers = signers;
        this.deciding = deciding;
    }

    /** What became of one that was due: a certificate, or the problem that stands in its way. */
    record Attempt(
            Renewal due, @Nullable Issued issued, @Nullable String problem) {

        /** In the words of the audit record: policy says no, anything else goes wrong. */
        String outcome() {
            return problem != null && (problem.startsWith(NOT_GRANTED) || problem.startsWith(NOT_APPROVED))
                    ? "refused"
                    : "failed";
        }
    }

    /**
     * Tries one; a problem of its own never keeps its neighbours from being renewed. Takes milliseconds.
     *
     * @param caller whose it is; null where that is not in service any more
     */
    Attempt attempt(Renewal due, @Nullable Caller caller, Grants organisation, Instant now) {
        try {
            String problem = obstacle(due, now);
            if (problem != null) {
                return new Attempt(due, null, problem);
            }
            if (caller == null || !caller.mayAsk()) {
                return new Attempt(due, null, due.requester().startsWith("agent:") ? RETIRED : DISABLED);
            }
            Signer signer = Objects.requireNonNull(signers.find(due.signer())).within(due.lifetime());
            Pkcs10 pkcs10 = Pkcs10.parse(due.pkcs10());
            Decision decision = deciding.again(pkcs10, due.usages(), caller, due.approvedBy(), signer, organisation);
            if (!decision.approves()) {
                return new Attempt(due, null, refusal(decision));
            }
            if (due.rotatedKey()) {
                log.warn("Request {} is renewed with a key that another request rotated out", due.requestId());
            }
            return new Attempt(due, deciding.sign(signer, decision, pkcs10, now), null);
        } catch (ProblemException problem) {
            return new Attempt(due, null, problem.type().slug() + ": " + problem.detail());
        } catch (RuntimeException failure) {
            // One request that cannot be signed must not keep its neighbours from being renewed.
            log.error("The renewal of request {} failed", due.requestId(), failure);
            return new Attempt(due, null, "signer-failed: the signer failed; the server's log says why");
        }
    }

    private @Nullable String obstacle(Renewal due, Instant now) {
        Renewal.Newest newest = due.newest();
        if (newest == null) {
            return "no-certificate: its last certificate was taken away";
        }
        if (newest.problem() != null) {
            return newest.problem();
        }
        if (due.blockedKey()) {
            return "key-blocked: the key is blocked; send the PKCS#10 of a new key";
        }
        if (due.agentRetired()) {
            return RETIRED;
        }
        Signer signer = signers.find(due.signer());
        if (signer == null || !signer.enabled()) {
            return "signer-disabled: the signer " + due.signer() + " is disabled";
        }
        if (signer.isManual()) {
            return MANUAL;
        }
        return Reading.isQuiet(due.agentLastSeen(), newest.notBefore(), newest.notAfter(), now) ? QUIET : null;
    }

    private static String refusal(Decision decision) {
        String slug = decision.holds() ? NOT_APPROVED : NOT_GRANTED;
        return slug + decision.reason() + " "
                + decision.refused().stream().map(Identifier::value).toList();
    }
}
