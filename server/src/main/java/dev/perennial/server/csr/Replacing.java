package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Event;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.policy.Usages;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
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

        boolean isForItsSigner() {
            return signer.name().equals(request.signer());
        }

        /** Those of a PKCS#10 that is there already are its own: what was decided is not changed beneath the decision. */
        Usages usages() {
            Generation holder = request.holderOf(pkcs10.sha256());
            return isOf(holder) ? holder.usages() : wanted.usages();
        }

        /** As with usages. */
        @Nullable
        Duration lifetime() {
            Generation holder = request.holderOf(pkcs10.sha256());
            return isOf(holder) ? holder.lifetime() : wanted.lifetime();
        }

        RequestSettings settings() {
            return RequestSettings.of(wanted, signer.name());
        }
    }

    /** The version that the caller has seen; null where it did not say. */
    Future<Void> replace(String id, Submission wanted, @Nullable Long seenPosition) {
        Pkcs10 pkcs10 = deciding.read(wanted.pem());
        Signer signer = deciding.signer(wanted.targetIssuer(), wanted.orgId());
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
        Usages wanted = asked.wanted().usages();
        if (!wanted.isNone() && !wanted.equals(asked.usages())) {
            throw Refusals.otherUsages();
        }
        if (asked.isOf(request.current())) {
            return switch (request.current().state()) {
                // PUT of the same is the retry, and asks policy anew where a person had not decided yet.
                case PENDING, FAILED -> decideAgain(asked, request.current());
                case ISSUED -> asked.isForItsSigner() ? settings(asked) : changeSigner(asked);
                case APPROVED, ISSUING, DENIED, WITHDRAWN -> settings(asked);
            };
        }
        Generation next = request.next();
        if (next == null || !asked.isOf(next)) {
            return generation(asked);
        }
        return next.isPending() ? decideAgain(asked, next) : settingsOfNext(asked, next);
    }

    /**
     * Another signer for what has a certificate. Policy is asked as for a new one, and an approval for the signer of
     * before is worth nothing here: else it would be spent where nobody gave it. Whose request it is does not change: its
     * renewals are judged by the grants of the same requester.
     */
    private Future<@Nullable Decision> changeSigner(Asked asked) {
        SigningRequest request = asked.request();
        Decision decision = decide(asked);
        if (decision.holds() || request.undecided().isPending()) {
            throw Refusals.otherSigner(request.signer());
        }
        return decision.approves()
                ? decided(asked, request.current(), request.requester()).compose(done -> settings(asked))
                : Future.succeededFuture(decision);
    }

    private Future<Void> decided(Asked asked, Generation generation, String requester) {
        return generations
                .decided(asked.tx(), asked.request().id(), generation.number(), generation.state(), requester)
                .map(first -> {
                    if (!first) {
                        throw new Taken();
                    }
                    return null;
                });
    }

    /** What comes with a generation that is not issued holds once it is: the current one keeps what it has. */
    private Future<@Nullable Decision> settingsOfNext(Asked asked, Generation next) {
        SigningRequest request = asked.request();
        SqlConnection tx = asked.tx();
        if (!asked.isForItsSigner()) {
            throw Refusals.otherSigner(request.signer());
        }
        return generations
                .setSettings(tx, request.id(), next.number(), asked.settings())
                .compose(done -> changing.tell(
                        tx,
                        request,
                        asked.wanted().cause(),
                        "change",
                        "generation " + next.number(),
                        Event.Change.MODIFIED,
                        request.current().state().name(),
                        asked.now()))
                .compose(position -> requests.touch(tx, request.id(), asked.now(), position))
                .map(done -> null);
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
                            ChangeNote.of(request, asked.settings(), rotation),
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
        SigningRequest request = asked.request();
        boolean swaps = generation.number() != request.current().number();
        Decision decision = decide(asked);
        if (decision.holds()) {
            if (!asked.isForItsSigner()) {
                throw Refusals.otherSigner(request.signer());
            }
            return swaps ? settingsOfNext(asked, generation) : settings(asked);
        }
        if (!decision.approves()) {
            return Future.succeededFuture(decision);
        }
        byte[] spkiSha256 = asked.pkcs10().spkiSha256();
        return issuing.answersSignal(asked.tx(), request, generation.number(), spkiSha256)
                .compose(answers -> decided(
                                asked, generation, asked.wanted().caller().name())
                        .compose(done -> swaps
                                ? issuing.close(asked.tx(), request, spkiSha256, asked.now())
                                : Future.<Void>succeededFuture())
                        .compose(done -> issue(asked, decision, generation.number(), swaps, answers, "retry")));
    }

    private Future<@Nullable Decision> generation(Asked asked) {
        SigningRequest request = asked.request();
        byte[] spkiSha256 = asked.pkcs10().spkiSha256();
        boolean signalled = request.rotation().standing();
        boolean keepsKey = Arrays.equals(request.current().spkiSha256(), spkiSha256);
        return requireSameUsages(asked)
                .compose(done -> generations.lastWithKey(asked.tx(), request.id(), spkiSha256))
                .compose(had -> {
                    if (had.isPresent() && (signalled || !keepsKey)) {
                        throw Refusals.keyNotRotated();
                    }
                    Decision decision = decide(asked);
                    if (decision.holds()) {
                        if (request.current().state() == RequestState.ISSUED && !asked.isForItsSigner()) {
                            // Two signers would each have a say, and the approvers of neither would see the whole.
                            throw Refusals.otherSigner(request.signer());
                        }
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

    private Future<Void> requireSameUsages(Asked asked) {
        return generations
                .hadOtherUsages(asked.tx(), asked.request().id(), asked.pkcs10().sha256(), asked.usages())
                .map(other -> {
                    if (other) {
                        throw Refusals.otherUsages();
                    }
                    return null;
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
                        asked.usages(),
                        asked.lifetime(),
                        RequestState.ISSUED,
                        null,
                        null,
                        asked.settings(),
                        asked.now()))
                .compose(first -> {
                    if (!first) {
                        throw new Taken();
                    }
                    return issue(
                            asked, decision, number, true, request.rotation().standing(), "replace");
                });
    }

    private Decision decide(Asked asked) {
        deciding.enabled(asked.signer().name(), asked.request().orgId());
        return deciding.decide(
                asked.pkcs10(),
                asked.usages(),
                asked.wanted().caller(),
                asked.signer(),
                asked.organisation(),
                asked.request().personDenied());
    }

    private Future<@Nullable Decision> issue(
            Asked asked, Decision decision, int number, boolean swaps, boolean answersSignal, String action) {
        SigningRequest request = asked.request();
        Rotation rotation =
                swaps || answersSignal ? request.rotation().over() : ordered(request.rotation(), asked.wanted());
        return issuing.issue(
                        asked.tx(),
                        new Issuing.Order(
                                request,
                                asked.pkcs10(),
                                number,
                                asked.signer().within(asked.lifetime()),
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
            return standing.over();
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
