package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Event;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * PUT. The same PKCS#10 changes settings; a new one opens a generation that takes the place of the current one in the
 * very transaction that issues for it. Until then, if it waits for a person, and if policy says no, nothing has changed:
 * thinking about it never breaks a host.
 */
final class Replacing {
    private final Changing changing;
    private final Deciding deciding;
    private final Issuing issuing;
    private final Holding holding;
    private final Duplicates duplicates;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final CertificateStore certificates;
    private final Organisations organisations;

    Replacing(
            Changing changing,
            Deciding deciding,
            Issuing issuing,
            Holding holding,
            Duplicates duplicates,
            RequestStore requests,
            GenerationStore generations,
            CertificateStore certificates,
            Organisations organisations) {
        this.changing = changing;
        this.deciding = deciding;
        this.issuing = issuing;
        this.holding = holding;
        this.duplicates = duplicates;
        this.requests = requests;
        this.generations = generations;
        this.certificates = certificates;
        this.organisations = organisations;
    }

    /** What is asked of a locked request. */
    private record Asked(
            SqlConnection tx,
            SigningRequest request,
            Submission wanted,
            Signer signer,
            Pkcs10 pkcs10,
            Grants organisation,
            Instant now) {

        boolean isOf(@Nullable Generation generation) {
            return generation != null && Arrays.equals(generation.sha256(), pkcs10.sha256());
        }

        RequestSettings settings() {
            return RequestSettings.of(wanted, signer.name());
        }
    }

    /** The version that the caller has seen; null where it did not say. */
    Future<Void> replace(String id, Submission wanted, @Nullable Long seenPosition) {
        Pkcs10 pkcs10 = Pkcs10.parsePem(wanted.pem());
        Signer signer = deciding.signer(wanted.targetIssuer());
        // A refusal is recorded in a transaction of its own, after the one that would have changed something is over.
        return organisations
                .names(wanted.orgId())
                .compose(organisation ->
                        changing.<@Nullable Decision>change(wanted.caller(), id, seenPosition, (tx, request, now) -> {
                            Refusals.requireOrganisation(wanted.orgId(), request.orgId());
                            return replace(new Asked(tx, request, wanted, signer, pkcs10, organisation, now));
                        }))
                .compose(refused -> refused == null
                        ? Future.<Void>succeededFuture()
                        : deciding.refuse(refused, wanted.orgId(), wanted.cause(), "replace", id, changing.now()))
                .recover(failure ->
                        failure instanceof Taken ? duplicates.of(wanted, pkcs10) : Future.failedFuture(failure));
    }

    /** The decision is returned where it was a no. */
    private Future<@Nullable Decision> replace(Asked asked) {
        SigningRequest request = asked.request();
        if (asked.isOf(request.current())) {
            return switch (request.current().state()) {
                // PUT of the same is the retry, and asks policy anew where a person had not decided yet.
                case PENDING, FAILED -> decideAgain(asked, request.current());
                case APPROVED, ISSUING, ISSUED, DENIED, WITHDRAWN -> settings(asked);
            };
        }
        Generation next = request.next();
        return next != null && next.isPending() && asked.isOf(next) ? decideAgain(asked, next) : generation(asked);
    }

    private Future<@Nullable Decision> settings(Asked asked) {
        SigningRequest request = asked.request();
        SqlConnection tx = asked.tx();
        Rotation rotation = ordered(request.rotation(), asked.wanted());
        String state = request.current().state().name();
        return certificates.newest(tx, request.id()).compose(newest -> {
            Instant renewAt = renewAt(request, asked.wanted(), newest);
            return changing.tell(
                            tx,
                            request,
                            asked.wanted().cause(),
                            "change",
                            null,
                            Event.Change.MODIFIED,
                            state,
                            asked.now())
                    .compose(position -> requests.setSettings(
                            tx, request.id(), asked.settings(), rotation, renewAt, asked.now(), position))
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

    /** A PKCS#10 that is there already and has no certificate. */
    private Future<@Nullable Decision> decideAgain(Asked asked, Generation generation) {
        Decision decision = decide(asked);
        if (decision.holds()) {
            return settings(asked);
        }
        if (!decision.approves()) {
            return Future.succeededFuture(decision);
        }
        SigningRequest request = asked.request();
        boolean swaps = generation.number() != request.current().number();
        return generations
                .transit(
                        asked.tx(),
                        request.id(),
                        generation.number(),
                        generation.state(),
                        RequestState.ISSUED,
                        null,
                        null)
                .compose(first -> {
                    if (!first) {
                        throw new Taken();
                    }
                    return swaps
                            ? issuing.close(asked.tx(), request, asked.pkcs10().spkiSha256(), asked.now())
                            : Future.<Void>succeededFuture();
                })
                .compose(done -> issue(asked, decision, generation.number(), swaps, "retry"));
    }

    private Future<@Nullable Decision> generation(Asked asked) {
        SigningRequest request = asked.request();
        byte[] spkiSha256 = asked.pkcs10().spkiSha256();
        boolean signalled = request.rotation().standing();
        boolean keepsKey = Arrays.equals(request.current().spkiSha256(), spkiSha256);
        return generations.lastWithKey(asked.tx(), request.id(), spkiSha256).compose(had -> {
            if (had.isPresent() && (signalled || !keepsKey)) {
                throw Refusals.keyNotRotated();
            }
            Decision decision = decide(asked);
            if (decision.holds()) {
                return holding.hold(
                                asked.tx(),
                                request,
                                asked.wanted(),
                                asked.pkcs10(),
                                asked.settings(),
                                decision,
                                asked.now())
                        .map(done -> null);
            }
            return decision.approves() ? open(asked, decision) : Future.succeededFuture(decision);
        });
    }

    /** In the order of a submission: the PKCS#10 is claimed, then the key looked at, then the limiter asked. */
    private Future<@Nullable Decision> open(Asked asked, Decision decision) {
        SigningRequest request = asked.request();
        int number = request.nextNumber();
        return issuing.dropNext(asked.tx(), request)
                .compose(done ->
                        issuing.close(asked.tx(), request, asked.pkcs10().spkiSha256(), asked.now()))
                .compose(done -> generations.insert(
                        asked.tx(),
                        request.id(),
                        number,
                        request.orgId(),
                        asked.wanted().caller().name(),
                        asked.pkcs10(),
                        RequestState.ISSUED,
                        null,
                        null,
                        asked.settings(),
                        asked.now()))
                .compose(first -> {
                    if (!first) {
                        throw new Taken();
                    }
                    return issue(asked, decision, number, true, "replace");
                });
    }

    private Decision decide(Asked asked) {
        deciding.enabled(asked.signer().name());
        return deciding.decide(
                asked.pkcs10(),
                asked.wanted().caller(),
                asked.signer(),
                asked.organisation(),
                asked.request().personDenied());
    }

    private Future<@Nullable Decision> issue(Asked asked, Decision decision, int number, boolean swaps, String action) {
        SigningRequest request = asked.request();
        Rotation rotation = swaps
                ? new Rotation(request.rotation().epoch(), false, null, null)
                : ordered(request.rotation(), asked.wanted());
        boolean answersSignal = swaps && request.rotation().standing();
        return issuing.issue(
                        asked.tx(),
                        new Issuing.Order(
                                request,
                                asked.pkcs10(),
                                number,
                                asked.signer(),
                                decision,
                                asked.settings(),
                                rotation,
                                asked.wanted().caller().name(),
                                !answersSignal,
                                asked.wanted().cause(),
                                action,
                                null,
                                asked.now()))
                .map(done -> null);
    }

    /** Only who manages requests signals, or takes a signal back; from others the flag is not even looked at. */
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
