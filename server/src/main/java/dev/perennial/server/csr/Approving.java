package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a person says to a generation that waits: yes, and it is issued in the same transaction; or no. The first one who
 * says something decides. It is about the one PKCS#10 that the person saw; another generation has to be looked at anew.
 */
final class Approving {
    private static final Logger log = LoggerFactory.getLogger(Approving.class);

    private final Database database;
    private final Changing changing;
    private final Deciding deciding;
    private final Issuing issuing;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final Organisations organisations;
    private final Requesters requesters;
    private final Duration expiry;

    Approving(
            Database database,
            Changing changing,
            Deciding deciding,
            Issuing issuing,
            RequestStore requests,
            GenerationStore generations,
            Organisations organisations,
            Requesters requesters,
            Duration expiry) {
        this.database = database;
        this.changing = changing;
        this.deciding = deciding;
        this.issuing = issuing;
        this.requests = requests;
        this.generations = generations;
        this.organisations = organisations;
        this.requesters = requesters;
        this.expiry = expiry;
    }

    /** Fails with conflict where nothing waits, or where it is not what {@code word} was said about. */
    Future<Void> approve(Caller caller, Cause cause, String id, Word word, Alongside alongside) {
        return approve(caller, cause, id, word, alongside, Approving::approvable);
    }

    /**
     * As {@link #approve}, and what was denied or has a certificate is not left alone either: it then has one
     * more, which takes the place of what was made elsewhere.
     */
    Future<Void> sign(Caller caller, Cause cause, String id, Word word) {
        return approve(caller, cause, id, word, issuing::hideMadeElsewhere, Approving::signable);
    }

    /** Which generation of a request the word is about; fails with conflict where it can be about none. */
    private interface About {
        Generation of(SigningRequest request, Word word);
    }

    private Future<Void> approve(Caller caller, Cause cause, String id, Word word, Alongside alongside, About about) {
        return requests.find(id)
                .map(found ->
                        found.filter(request -> request.isVisibleTo(caller)).orElseThrow(Refusals::unknown))
                .compose(seen -> organisations.names(seen.orgId()))
                .compose(organisation -> changing.decide(caller, id, word.seenPosition(), (tx, request, now) -> {
                    Generation waiting = about.of(request, word);
                    return requesters
                            .named(tx, List.of(String.valueOf(waiting.requester())))
                            .compose(inService -> {
                                Caller requester = inService.get(String.valueOf(waiting.requester()));
                                if (requester == null || !requester.mayAsk()) {
                                    throw ProblemException.of(
                                            ProblemType.CONFLICT,
                                            "who asked for it is gone, disabled, or may not ask any more; deny it");
                                }
                                return alongside
                                        .in(tx, request)
                                        .compose(done -> approve(
                                                tx,
                                                request,
                                                waiting,
                                                caller,
                                                requester,
                                                organisation,
                                                cause,
                                                word,
                                                now));
                            });
                }));
    }

    private Future<Void> approve(
            SqlConnection tx,
            SigningRequest request,
            Generation waiting,
            Caller approver,
            Caller requester,
            Grants organisation,
            Cause cause,
            Word word,
            Instant now) {
        Signer asked = deciding.enabled(request);
        if (asked.isOutside()) {
            if (word.authorityId() != null) {
                throw ProblemException.of(
                        ProblemType.MALFORMED,
                        "ca_id is said where the signer is manual; nobody here serves this one, which signs elsewhere");
            }
            return leaveToSigner(tx, request, waiting, approver, cause, word, now);
        }
        if (asked.isManual() && word.leavesSigning() && word.authorityId() == null) {
            requireOtherEyes(asked, approver, waiting);
            return leaveToSigner(tx, request, waiting, approver, cause, word, now);
        }
        Signer signer = signing(asked, request, word).within(waiting.lifetime());
        if (signer.approval() == Approval.GRANTS) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "the signer leaves nothing to a person; PUT the PKCS#10 again to have policy decide");
        }
        requireOtherEyes(signer, approver, waiting);
        Pkcs10 pkcs10 = Pkcs10.parse(waiting.pkcs10());
        Decision decision = deciding.approved(pkcs10, waiting.usages(), requester, signer, organisation);
        if (!decision.approves()) {
            throw deciding.refusal(decision);
        }
        boolean swaps = waiting.number() != request.current().number();
        return issuing.answersSignal(tx, request, waiting.number(), waiting.spkiSha256())
                .compose(answers -> generations
                        .approve(
                                tx,
                                request.id(),
                                waiting.number(),
                                waiting.state(),
                                RequestState.ISSUED,
                                approver.name(),
                                word.reason())
                        .compose(first -> {
                            if (!first) {
                                throw nothingWaits();
                            }
                            return swaps
                                    ? issuing.close(tx, request, waiting.spkiSha256(), now)
                                    : Future.<Void>succeededFuture();
                        })
                        .compose(done -> requests.setPersonDenied(tx, request.id(), false))
                        .compose(done -> issuing.issue(
                                tx,
                                new Issuing.Order(
                                        request,
                                        pkcs10,
                                        waiting.number(),
                                        signer,
                                        decision,
                                        request.settingsOf(waiting),
                                        swaps || answers ? request.rotation().over() : request.rotation(),
                                        requester.name(),
                                        !answers,
                                        cause,
                                        "approve",
                                        told(waiting, word.reason()),
                                        now))));
    }

    private static void requireOtherEyes(Signer signer, Caller approver, Generation waiting) {
        if (signer.fourEyes() && approver.name().equals(waiting.requester())) {
            throw Refusals.fourEyes();
        }
    }

    /** Who signs has the next move: elsewhere, or a person here. */
    private Future<Void> leaveToSigner(
            SqlConnection tx,
            SigningRequest request,
            Generation waiting,
            Caller approver,
            Cause cause,
            Word word,
            Instant now) {
        if (waiting.number() != request.current().number()) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "another PKCS#10 waits beside one with a certificate: name the CA that is to sign it, natively");
        }
        return generations
                .approve(
                        tx,
                        request.id(),
                        waiting.number(),
                        waiting.state(),
                        RequestState.APPROVED,
                        approver.name(),
                        word.reason())
                .compose(first -> {
                    if (!first) {
                        throw nothingWaits();
                    }
                    return requests.setPersonDenied(tx, request.id(), false);
                })
                .compose(done -> changing.tellModified(
                        tx, request, cause, "approve", told(waiting, word.reason()), RequestState.APPROVED, now));
    }

    /** The signer, with the CA that the person has chosen where it has none of its own. */
    private Signer signing(Signer signer, SigningRequest request, Word word) {
        String authorityId = word.authorityId();
        Duration validity = word.validity();
        if (!signer.isManual()) {
            if (authorityId != null || validity != null) {
                throw ProblemException.of(
                        ProblemType.MALFORMED,
                        "ca_id and validity are said where the signer is manual; this one signs with its own CA");
            }
            return signer;
        }
        if (authorityId == null) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "ca_id: the signer is manual: name the CA that is to sign, or put in a certificate made elsewhere by"
                            + " POST /v1/certificates");
        }
        if (validity != null && validity.compareTo(signer.validity()) > 0) {
            throw ProblemException.of(ProblemType.MALFORMED, "validity: the signer gives at most " + signer.validity());
        }
        Authority authority = deciding.authority(authorityId, request.orgId());
        return signer.signingWith(authority, validity == null ? signer.validity() : validity);
    }

    Future<Void> deny(Caller caller, Cause cause, String id, Word word, Alongside alongside) {
        if (word.authorityId() != null || word.validity() != null) {
            throw ProblemException.of(ProblemType.MALFORMED, "ca_id and validity go with an approval only");
        }
        return changing.decide(caller, id, word.seenPosition(), (tx, request, now) -> {
            Generation waiting = waiting(request, word);
            return alongside
                    .in(tx, request)
                    .compose(done -> requests.setPersonDenied(tx, id, true))
                    .compose(done -> deny(tx, request, waiting, cause, "denied", word.reason(), null, now))
                    .map(first -> {
                        if (!first) {
                            throw nothingWaits();
                        }
                        return null;
                    });
        });
    }

    /** Denies what has waited for too long; returns how many were looked at. */
    Future<Integer> lapse() {
        Instant before = changing.now().minus(expiry);
        return database.inTransaction(tx -> generations.lapsed(tx, before)).compose(ids -> {
            Future<Void> lapsed = Future.succeededFuture();
            for (String id : ids) {
                // One that cannot be denied must not keep the others waiting.
                lapsed = lapsed.compose(done -> lapse(id, before))
                        .onFailure(failure -> log.error("Request {} does not lapse", id, failure))
                        .otherwiseEmpty();
            }
            return lapsed.map(done -> ids.size());
        });
    }

    private Future<Void> lapse(String id, Instant before) {
        return database.inTransaction(tx -> requests.lock(tx, id).compose(found -> {
            if (found.isEmpty() || !found.get().undecided().isPending()) {
                return Future.succeededFuture();
            }
            SigningRequest request = found.get();
            String message = "nobody decided within " + expiry;
            // What waits by now may have begun to only after it was looked for.
            return deny(tx, request, request.undecided(), Cause.clock(), "expired", message, before, changing.now())
                    .mapEmpty();
        }));
    }

    /** @return false where it no longer waits, or not since before {@code waitingBefore}: then nothing was changed */
    private Future<Boolean> deny(
            SqlConnection tx,
            SigningRequest request,
            Generation waiting,
            Cause cause,
            String reason,
            String message,
            @Nullable Instant waitingBefore,
            Instant now) {
        boolean isCurrent = waiting.number() == request.current().number();
        return generations
                .deny(tx, request.id(), waiting.number(), reason, message, waitingBefore)
                .compose(first -> first
                        ? changing.tell(
                                        tx,
                                        request,
                                        cause,
                                        "deny",
                                        told(waiting, message),
                                        Event.Change.MODIFIED,
                                        isCurrent
                                                ? "DENIED"
                                                : request.current().state().name(),
                                        now)
                                .compose(position -> requests.touch(tx, request.id(), now, position))
                                .map(true)
                        : Future.succeededFuture(false));
    }

    private static Generation waiting(SigningRequest request, Word word) {
        Generation waiting = request.undecided();
        if (!waiting.isPending()) {
            throw nothingWaits();
        }
        return seen(waiting, word);
    }

    /** A person signs what has failed after all, as what waits; and by a CA what is approved and waits for one. */
    private static Generation approvable(SigningRequest request, Word word) {
        Generation waiting = request.undecided();
        boolean waits =
                switch (waiting.state()) {
                    case PENDING, FAILED -> true;
                    case APPROVED -> word.authorityId() != null;
                    case ISSUING, ISSUED, DENIED, WITHDRAWN -> false;
                };
        if (!waits) {
            throw nothingWaits();
        }
        return seen(waiting, word);
    }

    /** Only what a signer elsewhere is at is not signed here as well. */
    private static Generation signable(SigningRequest request, Word word) {
        Generation wanted = request.undecided();
        if (wanted.state() == RequestState.ISSUING) {
            throw ProblemException.of(
                    ProblemType.CONFLICT, "the request is approved, and its signer elsewhere has the next move");
        }
        return seen(wanted, word);
    }

    private static Generation seen(Generation waiting, Word word) {
        String sha256 = HexFormat.of().formatHex(waiting.sha256());
        if (word.pkcs10Sha256() != null && !word.pkcs10Sha256().equals(sha256)) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "pkcs10_sha256: another PKCS#10 waits by now; look at it, and decide about that one");
        }
        return waiting;
    }

    /** The hash of what was decided about stands in the record, beside why. */
    private static String told(Generation waiting, String reason) {
        return reason + " (generation " + waiting.number() + ", PKCS#10 SHA-256 "
                + HexFormat.of().formatHex(waiting.sha256()) + ")";
    }

    private static ProblemException nothingWaits() {
        return ProblemException.of(ProblemType.CONFLICT, "nothing waits for a person here: it was decided before");
    }
}
