package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Event;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * PUT. The same PKCS#10 changes settings; a new one opens a generation that takes the place of the current one in the
 * very transaction that issues for it. Until then, and if policy says no, nothing has changed: thinking about it never
 * breaks a host.
 */
final class Replacing {
    private final Changing changing;
    private final Deciding deciding;
    private final Duplicates duplicates;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final CertificateStore certificates;
    private final LimitStore limits;
    private final InstantSource clock;

    Replacing(
            Changing changing,
            Deciding deciding,
            Duplicates duplicates,
            RequestStore requests,
            GenerationStore generations,
            CertificateStore certificates,
            LimitStore limits,
            InstantSource clock) {
        this.changing = changing;
        this.deciding = deciding;
        this.duplicates = duplicates;
        this.requests = requests;
        this.generations = generations;
        this.certificates = certificates;
        this.limits = limits;
        this.clock = clock;
    }

    /** The version that the caller has seen; null where it did not say. */
    Future<Void> replace(String id, Submission wanted, @Nullable Long seenPosition) {
        Pkcs10 pkcs10 = Pkcs10.parsePem(wanted.pem());
        Signer signer = deciding.signer(wanted.targetIssuer());
        // A refusal is recorded in a transaction of its own, after the one that would have changed something is over.
        return changing.<@Nullable Decision>change(wanted.caller(), id, seenPosition, (tx, request, now) -> {
                    Refusals.requireOrganisation(wanted.orgId(), request.orgId());
                    boolean same = Arrays.equals(request.current().sha256(), pkcs10.sha256());
                    return same
                            ? settings(tx, request, wanted, signer, pkcs10, now)
                            : generation(tx, request, wanted, signer, pkcs10, now);
                })
                .compose(refused -> refused == null
                        ? Future.<Void>succeededFuture()
                        : deciding.refuse(refused, wanted.orgId(), wanted.cause(), "replace", id, clock.instant()))
                .recover(failure ->
                        failure instanceof Taken ? duplicates.of(wanted, pkcs10) : Future.failedFuture(failure));
    }

    /** Another request of the organisation holds the PKCS#10: what was begun is undone, then it is looked up. */
    private static final class Taken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Taken() {
            super("the PKCS#10 is taken", null, false, false);
        }
    }

    /** Settings; and where the generation has no certificate, policy is asked again: PUT of the same is the retry. */
    private Future<@Nullable Decision> settings(
            SqlConnection tx, SigningRequest request, Submission wanted, Signer signer, Pkcs10 pkcs10, Instant now) {
        Rotation rotation = ordered(request.rotation(), wanted);
        boolean retry = request.current().state() != RequestState.ISSUED;
        if (retry) {
            return issue(tx, request, wanted, signer, pkcs10, request.current().number(), rotation, now);
        }
        return certificates.newest(tx, request.id()).compose(newest -> {
            Instant renewAt = renewAt(request, wanted, newest);
            return changing.tell(tx, request, wanted.cause(), "change", null, Event.Change.MODIFIED, "ISSUED", now)
                    .compose(position ->
                            requests.setSettings(tx, request, wanted, signer.name(), rotation, renewAt, now, position))
                    .map(done -> null);
        });
    }

    private static @Nullable Instant renewAt(SigningRequest request, Submission wanted, Optional<Certificate> shown) {
        if (!wanted.autoRenew() || shown.isEmpty()) {
            return null;
        }
        Certificate newest = shown.get();
        boolean revoked = newest.revoked() != null;
        return request.renewAt() != null || revoked ? request.renewAt() : newest.renewalTime();
    }

    private Future<@Nullable Decision> generation(
            SqlConnection tx, SigningRequest request, Submission wanted, Signer signer, Pkcs10 pkcs10, Instant now) {
        boolean signalled = request.rotation().standing();
        boolean keepsKey = Arrays.equals(request.current().spkiSha256(), pkcs10.spkiSha256());
        return generations.lastWithKey(tx, request.id(), pkcs10.spkiSha256()).compose(had -> {
            if (had.isPresent() && (signalled || !keepsKey)) {
                throw Refusals.keyNotRotated();
            }
            Rotation answered = new Rotation(request.rotation().epoch(), false, null, null);
            int number = request.current().number() + 1;
            return issue(tx, request, wanted, signer, pkcs10, number, answered, now);
        });
    }

    /** Decides, signs and swaps; the decision is returned where it was a no. */
    private Future<@Nullable Decision> issue(
            SqlConnection tx,
            SigningRequest request,
            Submission wanted,
            Signer signer,
            Pkcs10 pkcs10,
            int number,
            Rotation rotation,
            Instant now) {
        deciding.enabled(signer.name());
        Decision decision = deciding.decide(pkcs10, wanted.caller(), signer);
        if (!decision.approves()) {
            return Future.succeededFuture(decision);
        }
        boolean isNew = number != request.current().number();
        boolean keepsKey = Arrays.equals(request.current().spkiSha256(), pkcs10.spkiSha256());
        boolean answersSignal = isNew && request.rotation().standing();
        // In the order of a submission: the PKCS#10 is claimed, then the key looked at, then the limiter asked.
        Future<Boolean> claimed = isNew
                ? open(tx, request, pkcs10, number, now)
                : generations.transit(
                        tx, request.id(), number, request.current().state(), RequestState.ISSUED, null, null);
        return claimed.compose(first -> {
                    if (!first) {
                        throw new Taken();
                    }
                    return generations.refusal(tx, request.orgId(), pkcs10.spkiSha256());
                })
                .compose(refusal -> {
                    boolean blocked = refusal.map("blocked"::equals).orElse(false);
                    if (blocked || (refusal.isPresent() && !keepsKey)) {
                        throw Refusals.keyIsRefused();
                    }
                    return answersSignal
                            ? Future.<@Nullable Duration>succeededFuture()
                            : limits.take(tx, wanted.caller().name(), LimitStore.namesSha256(decision));
                })
                .compose(delay -> {
                    if (delay != null) {
                        throw Refusals.limited(delay);
                    }
                    Issued issued = deciding.sign(signer, decision, pkcs10, now);
                    Instant renewAt = wanted.autoRenew() ? issued.renewalTime() : null;
                    return certificates
                            .insert(tx, request.orgId(), request.id(), number, issued, List.of(), true, now)
                            .compose(done -> changing.tell(
                                    tx,
                                    request,
                                    wanted.cause(),
                                    isNew ? "replace" : "retry",
                                    issued.serial(),
                                    Event.Change.MODIFIED,
                                    "ISSUED",
                                    now))
                            .compose(position -> requests.setSettings(
                                            tx, request, wanted, signer.name(), rotation, renewAt, now, position)
                                    .compose(done -> requests.setIssued(
                                            tx,
                                            request.id(),
                                            number,
                                            wanted.caller().name(),
                                            renewAt,
                                            null,
                                            now,
                                            position)));
                })
                .map(done -> null);
    }

    /** The old generation goes: its certificates leave the status, and a key that was rotated out may not come back. */
    private Future<Boolean> open(SqlConnection tx, SigningRequest request, Pkcs10 pkcs10, int number, Instant now) {
        Generation old = request.current();
        Rotation rotation = request.rotation();
        boolean newKey = !Arrays.equals(old.spkiSha256(), pkcs10.spkiSha256());
        return generations
                .retire(tx, request.id(), old.number())
                .compose(done -> certificates.hideGeneration(
                        tx, request.id(), old.number(), rotation.standing(), rotation.deadline()))
                .compose(done -> newKey
                        ? generations.refuseRotated(tx, request.orgId(), old.spkiSha256(), now)
                        : Future.succeededFuture())
                .compose(done -> generations.insert(
                        tx, request.id(), number, request.orgId(), pkcs10, RequestState.ISSUED, null, now));
    }

    /** Only an administrator signals, or takes a signal back; from an agent the flag is not even looked at. */
    private static Rotation ordered(Rotation standing, Submission wanted) {
        RotationOrder order = wanted.rotation();
        if (order == null || !wanted.caller().may(Permission.MANAGE_REQUESTS, wanted.orgId())) {
            return standing;
        }
        if (!order.wanted()) {
            return new Rotation(standing.epoch(), false, null, null);
        }
        if (!standing.standing()) {
            return new Rotation(standing.epoch() + 1, true, order.reason(), order.deadline());
        }
        // Whoever sends back what was read says nothing about these two, and means nothing by that.
        return new Rotation(
                standing.epoch(),
                true,
                order.reason() == null ? standing.reason() : order.reason(),
                order.deadline() == null ? standing.deadline() : order.deadline());
    }
}
