package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A new certificate for the same PKCS#10, now: a compare-and-set on the notAfter of the newest, so that any number of
 * callers who want the same one replaced get one between them.
 */
final class Reissuing {
    private final Changing changing;
    private final Deciding deciding;
    private final RequestStore requests;
    private final CertificateStore certificates;
    private final GenerationStore generations;
    private final LimitStore limits;
    private final Organisations organisations;
    private final InstantSource clock;

    Reissuing(
            Changing changing,
            Deciding deciding,
            RequestStore requests,
            CertificateStore certificates,
            GenerationStore generations,
            LimitStore limits,
            Organisations organisations,
            InstantSource clock) {
        this.changing = changing;
        this.deciding = deciding;
        this.requests = requests;
        this.certificates = certificates;
        this.generations = generations;
        this.limits = limits;
        this.organisations = organisations;
        this.clock = clock;
    }

    /** What came of it: the id of the new certificate, or the decision that said no. */
    private record Result(
            @Nullable String certificateId, @Nullable Decision refused, String orgId) {}

    /** Fails with conflict where the newest certificate is another one, or was replaced for that value before. */
    Future<Certificate> reissue(Caller caller, Cause cause, String orgId, String id, Instant oldNotAfter) {
        return organisations
                .names(orgId)
                .compose(organisation -> changing.change(caller, id, null, (tx, request, now) -> {
                    Refusals.requireOrganisation(orgId, request.orgId());
                    return certificates.newest(tx, id).compose(newest -> {
                        requireNewest(request, newest, oldNotAfter);
                        return issue(tx, request, caller, organisation, cause, oldNotAfter, now);
                    });
                }))
                .compose(result -> {
                    if (result.certificateId == null) {
                        Decision refused = Objects.requireNonNull(result.refused);
                        return deciding.refuse(refused, result.orgId, cause, "reissue", id, clock.instant());
                    }
                    return certificates
                            .find(result.certificateId)
                            .map(found -> found.orElseThrow(Refusals::noSuchCertificate));
                });
    }

    private static void requireNewest(SigningRequest request, Optional<Certificate> shown, Instant oldNotAfter) {
        if (request.current().state() != RequestState.ISSUED || shown.isEmpty()) {
            throw ProblemException.of(ProblemType.CONFLICT, "the request has no certificate that could be replaced");
        }
        if (shown.get().isTakenBack()) {
            throw ProblemException.of(
                    ProblemType.CONFLICT, "the newest certificate is revoked; send another PKCS#10 by PUT");
        }
        Instant newest = shown.get().notAfter();
        Instant consumed = request.reissuedNotAfter();
        if (!newest.equals(oldNotAfter) || oldNotAfter.equals(consumed)) {
            throw ProblemException.of(
                            ProblemType.CONFLICT,
                            "spec.old_not_after: the newest certificate ends at " + newest
                                    + (newest.equals(oldNotAfter) ? " and was asked to be replaced before" : ""))
                    .tryInstead("GET /v1/certificate_signing_requests/" + request.id());
        }
    }

    private Future<Result> issue(
            SqlConnection tx,
            SigningRequest request,
            Caller caller,
            Grants organisation,
            Cause cause,
            Instant oldNotAfter,
            Instant now) {
        Signer signer = deciding.enabled(request.signer(), request.orgId())
                .within(request.current().lifetime());
        if (signer.isManual()) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "the signer is manual: send another PKCS#10 by PUT, and a person decides about it");
        }
        Pkcs10 pkcs10 = Pkcs10.parse(request.current().pkcs10());
        Generation current = request.current();
        Decision decision =
                deciding.again(pkcs10, current.usages(), caller, current.approvedBy(), signer, organisation);
        if (!decision.approves()) {
            return Future.succeededFuture(new Result(null, decision, request.orgId()));
        }
        return generations
                .refusal(tx, request.orgId(), pkcs10.spkiSha256())
                .compose(refusal -> {
                    if (Refusals.isRefused(refusal, true)) {
                        throw Refusals.keyIsRefused();
                    }
                    return limits.take(tx, caller.name(), LimitStore.namesSha256(decision));
                })
                .compose(delay -> {
                    if (delay != null) {
                        throw Refusals.limited(delay);
                    }
                    Issued issued = deciding.sign(signer, decision, pkcs10, now);
                    int number = request.current().number();
                    Instant renewAt = request.autoRenew() ? issued.renewalTime() : null;
                    return certificates
                            .insert(tx, request.orgId(), request.id(), number, issued, List.of(), true, now)
                            .compose(done -> changing.tell(
                                    tx,
                                    request,
                                    cause,
                                    "reissue",
                                    issued.serial(),
                                    Event.Change.MODIFIED,
                                    "ISSUED",
                                    now))
                            .compose(position -> requests.setIssued(
                                    tx, request.id(), number, request.requester(), renewAt, oldNotAfter, now, position))
                            .map(done -> new Result(issued.id(), null, request.orgId()));
                });
    }
}
