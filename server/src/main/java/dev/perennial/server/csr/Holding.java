package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Event;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * A new generation that policy leaves to a person: it waits, PENDING, beside a current one that has a certificate, and
 * takes the place of one that has none. New requests are held by {@link HoldingStore}.
 */
final class Holding {
    /** So many of one caller may wait: who asks for more has lost sight of them. */
    static final int MOST_WAITING = 1_000;

    static final String REASON = "approval-required";

    private final Changing changing;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final Issuing issuing;

    Holding(Changing changing, RequestStore requests, GenerationStore generations, Issuing issuing) {
        this.changing = changing;
        this.requests = requests;
        this.generations = generations;
        this.issuing = issuing;
    }

    /** A new generation of a request, in the transaction that holds it. */
    Future<Void> hold(
            SqlConnection tx,
            SigningRequest request,
            Submission wanted,
            Pkcs10 pkcs10,
            RequestSettings settings,
            Decision decision,
            Instant now) {
        int number = request.nextNumber();
        boolean keepsKey = Arrays.equals(request.current().spkiSha256(), pkcs10.spkiSha256());
        boolean beside = request.current().state() == RequestState.ISSUED;
        return issuing.dropNext(tx, request)
                .compose(done ->
                        beside ? Future.<Void>succeededFuture() : issuing.close(tx, request, pkcs10.spkiSha256(), now))
                .compose(done -> insert(tx, request, number, wanted, pkcs10, settings, decision, keepsKey, now))
                .compose(done -> changing.tell(
                        tx,
                        request,
                        wanted.cause(),
                        "replace",
                        "held by the rule " + decision.rule() + ", generation " + number,
                        Event.Change.MODIFIED,
                        (beside ? request.current().state() : RequestState.PENDING).name(),
                        now))
                .compose(position -> beside
                        ? requests.setNext(tx, request.id(), number, now, position)
                        : requests.setSettings(tx, request.id(), settings, request.rotation(), null, now, position)
                                .compose(done -> requests.setGeneration(
                                        tx,
                                        request.id(),
                                        number,
                                        wanted.caller().name(),
                                        now,
                                        position)));
    }

    private Future<Void> insert(
            SqlConnection tx,
            SigningRequest request,
            int number,
            Submission wanted,
            Pkcs10 pkcs10,
            RequestSettings settings,
            Decision decision,
            boolean keepsKey,
            Instant now) {
        String requester = wanted.caller().name();
        return generations
                .insert(
                        tx,
                        request.id(),
                        number,
                        request.orgId(),
                        requester,
                        pkcs10,
                        wanted.usages(),
                        wanted.lifetime(),
                        RequestState.PENDING,
                        REASON,
                        message(decision),
                        settings,
                        now)
                .compose(first -> {
                    if (!first) {
                        throw new Taken();
                    }
                    // Sent one behind the other, and answered together.
                    return Future.all(
                            generations.refusal(tx, request.orgId(), pkcs10.spkiSha256()),
                            generations.pendingOf(tx, requester));
                })
                .map(both -> {
                    if (Refusals.isRefused(both.resultAt(0), keepsKey)) {
                        throw Refusals.keyIsRefused();
                    }
                    long waiting = both.<Long>resultAt(1);
                    if (waiting > MOST_WAITING) {
                        throw Refusals.tooManyWait(MOST_WAITING);
                    }
                    return null;
                });
    }

    /** What the generation says of why it waits. */
    static String message(Decision decision) {
        List<String> names = decision.refused().stream().map(Identifier::value).toList();
        return decision.rule() + ": " + decision.reason() + (names.isEmpty() ? "" : " " + names);
    }
}
