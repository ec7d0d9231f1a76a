package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.csr.HoldingStore.Held;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Ownership;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** POST: parsed, decided, signed and stored, in that order and in one write. Call it on an event loop. */
final class Submitting {
    private final Deciding deciding;
    private final Duplicates duplicates;
    private final Organisations organisations;
    private final HoldingStore holding;
    private final Ids ids;
    private final InstantSource clock;
    private final ThreadLocal<GroupCommit<Prepared>> signed;
    private final ThreadLocal<GroupCommit<Held>> held;

    Submitting(
            Deciding deciding,
            Duplicates duplicates,
            Organisations organisations,
            SubmissionStore submissions,
            HoldingStore holding,
            Ids ids,
            InstantSource clock) {
        this.deciding = deciding;
        this.duplicates = duplicates;
        this.organisations = organisations;
        this.holding = holding;
        this.ids = ids;
        this.clock = clock;
        this.signed =
                ThreadLocal.withInitial(() -> new GroupCommit<>(batch -> submissions.submit(batch, clock.instant())));
        this.held = ThreadLocal.withInitial(() -> new GroupCommit<>(batch -> holding.hold(batch, clock.instant())));
    }

    Future<RequestView> submit(Submission submission, Companion companion) {
        Signer signer = deciding.enabled(submission).within(submission.lifetime());
        submission.caller().require(Permission.ASK, submission.orgId(), "to ask for a certificate");
        Pkcs10 pkcs10 = companion.hasMadeTheKey() ? Pkcs10.parsePem(submission.pem()) : deciding.read(submission.pem());
        return organisations.names(submission.orgId()).compose(organisation -> {
            Decision decision =
                    deciding.decide(pkcs10, submission.usages(), submission.caller(), signer, organisation, false);
            Instant now = clock.instant();
            if (decision.holds()) {
                return hold(submission, companion, pkcs10, signer, decision);
            }
            if (!decision.approves()) {
                return deciding.refuse(decision, submission.orgId(), submission.cause(), "submit", null, now);
            }
            if (companion != Companion.NONE) {
                throw new IllegalArgumentException("a signer that asks no person was given something to keep");
            }
            GroupCommit<Prepared> batch = signed.get();
            batch.requireRoom();
            return deciding.signed(signer, decision, pkcs10, now).compose(issued -> {
                Prepared prepared = new Prepared(idOf(submission), submission, pkcs10, signer, decision, issued);
                return batch.add(prepared).compose(outcome -> answer(prepared, outcome));
            });
        });
    }

    private Future<RequestView> hold(
            Submission submission, Companion companion, Pkcs10 pkcs10, Signer signer, Decision decision) {
        Held one = new Held(
                idOf(submission),
                submission,
                companion,
                pkcs10,
                RequestSettings.of(submission, signer.name()),
                decision);
        return store(one).compose(outcome -> switch (outcome.fate()) {
            case STORED -> Future.succeededFuture(waiting(one, signer, outcome));
            case DUPLICATE -> duplicates.of(submission, pkcs10);
            case KEY -> Future.failedFuture(Refusals.keyIsRefused());
            case LIMITED -> Future.failedFuture(Refusals.tooManyWait(Holding.MOST_WAITING));
        });
    }

    private Future<Outcome> store(Held one) {
        if (one.isAccompanied() && !one.companion().hasMadeTheKey()) {
            // It may have to wait for a key that is there already; its neighbours have not.
            return holding.hold(List.of(one), clock.instant()).map(outcomes -> outcomes.get(0));
        }
        GroupCommit<Held> batch = held.get();
        batch.requireRoom();
        return batch.add(one);
    }

    private static RequestView waiting(Held one, Signer signer, Outcome outcome) {
        Generation first = first(
                one.submission(), one.pkcs10(), RequestState.PENDING, Holding.REASON, Holding.message(one.decision()));
        return new RequestView(
                request(one.id(), one.submission(), signer, first, null, outcome.at(), outcome.position()),
                false,
                List.of(),
                List.of());
    }

    private String idOf(Submission submission) {
        return submission.id() == null ? ids.next() : submission.id();
    }

    private Future<RequestView> answer(Prepared prepared, Outcome outcome) {
        return switch (outcome.fate()) {
            case STORED -> Future.succeededFuture(stored(prepared, outcome.position(), outcome.at()));
            case DUPLICATE -> duplicates.of(prepared.submission(), prepared.pkcs10());
            case KEY -> Future.failedFuture(Refusals.keyIsRefused());
            case LIMITED -> Future.failedFuture(Refusals.limited(outcome.delay()));
        };
    }

    private static RequestView stored(Prepared prepared, long position, Instant now) {
        Submission submission = prepared.submission();
        SigningRequest request = request(
                prepared.id(),
                submission,
                prepared.signer(),
                first(submission, prepared.pkcs10(), RequestState.ISSUED, null, null),
                submission.autoRenew() ? prepared.issued().renewalTime() : null,
                now,
                position);
        return new RequestView(request, submission.autoRenew(), List.of(certificate(prepared, now)), List.of());
    }

    private static Generation first(
            Submission submission,
            Pkcs10 pkcs10,
            RequestState state,
            @Nullable String reason,
            @Nullable String message) {
        return new Generation(
                1,
                pkcs10.der(),
                pkcs10.sha256(),
                pkcs10.spkiSha256(),
                pkcs10.commonName(),
                pkcs10.identifiers(),
                submission.usages(),
                submission.lifetime(),
                state,
                reason,
                message,
                submission.caller().name(),
                null,
                null);
    }

    /** What was stored is known here to the last column: nothing is read back. */
    private static SigningRequest request(
            String id,
            Submission submission,
            Signer signer,
            Generation generation,
            @Nullable Instant renewAt,
            Instant now,
            long position) {
        return new SigningRequest(
                id,
                submission.orgId(),
                submission.agentId(),
                submission.caller().name(),
                submission.caller().name(),
                signer.name(),
                submission.targetIssuer(),
                submission.autoRenew(),
                submission.privateKeyId(),
                submission.uid(),
                generation,
                null,
                false,
                new Rotation(0, false, null, null),
                renewAt,
                null,
                null,
                null,
                submission.agentId() == null ? null : now,
                false,
                now,
                now,
                position);
    }

    private static Certificate certificate(Prepared prepared, Instant now) {
        Issued issued = prepared.issued();
        return new Certificate(
                issued.id(),
                prepared.submission().orgId(),
                prepared.id(),
                1,
                issued.issuerId(),
                issued.serial(),
                issued.der(),
                List.of(),
                issued.sha256(),
                issued.notBefore(),
                issued.notAfter(),
                issued.cutShort(),
                issued.renewalTime(),
                true,
                null,
                null,
                null,
                new Ownership(
                        prepared.submission().orgId(),
                        prepared.submission().caller().name(),
                        prepared.submission().agentId(),
                        prepared.signer().name()),
                now);
    }
}
