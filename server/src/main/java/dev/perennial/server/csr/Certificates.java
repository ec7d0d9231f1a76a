package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Failures;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Ownership;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.identity.Workers;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entry to certificates as things of their own: the inventory, revocation, and those that were made elsewhere. */
public final class Certificates {
    /** The reason of a request whose last certificate was taken away. */
    static final String REMOVED = "certificate-removed";

    private static final int THREADS = 2;
    private static final int MOST_WAITING = 100;

    private final Workers workers;
    private final Database database;
    private final Changing changing;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final CertificateStore certificates;
    private final Revoking revoking;
    private final Enacting enacting;
    private final RevokingLater revokingLater;
    private final Inventory inventory;
    private final Issuance issuance;
    private final Ids ids;

    Certificates(
            Vertx vertx,
            Database database,
            Changing changing,
            RequestStore requests,
            GenerationStore generations,
            CertificateStore certificates,
            Revoking revoking,
            Enacting enacting,
            RevokingLater revokingLater,
            Inventory inventory,
            Issuance issuance,
            Ids ids) {
        this.workers = new Workers(vertx, "certificate chains", THREADS, MOST_WAITING);
        this.database = database;
        this.changing = changing;
        this.requests = requests;
        this.generations = generations;
        this.certificates = certificates;
        this.revoking = revoking;
        this.enacting = enacting;
        this.revokingLater = revokingLater;
        this.inventory = inventory;
        this.issuance = issuance;
        this.ids = ids;
    }

    /** Fails with notFound where the caller may not see it. */
    public Future<Certificate> get(Caller caller, String id) {
        return certificates.find(id).map(found -> found.filter(one -> one.isVisibleTo(caller))
                .orElseThrow(Refusals::noSuchCertificate));
    }

    /** A page of those that the caller may see, newest first where nothing else is asked for. */
    public Future<Page<Certificate>> list(Caller caller, InventoryFilter filter, Page.Wanted wanted) {
        return inventory
                .certificates(Scope.of(caller).in(filter.orgId()), filter, wanted)
                .compose(page -> certificates
                        .findAll(page.items())
                        .map(found -> page.map(ids -> Page.inOrder(ids, found, Certificate::id))));
    }

    /**
     * How one is to be revoked.
     *
     * @param withKey whether it is about its key, as it is wherever that is compromised: the key is blocked, and whatever
     *     else has it is revoked too
     */
    public record Revocation(RevocationReason reason, boolean withKey) {}

    /**
     * Revokes it: recorded, told, and its request is no longer renewed unless it is only superseded. Idempotent: whoever
     * revokes again, for whatever reason, finds the first revocation standing, but for a hold, which gives way. A
     * compromised key is blocked from then on, also where that is only learnt after the certificate was revoked for
     * another reason: in its organisation, and in all if the bootstrap administrator says so.
     */
    public Future<Certificate> revoke(Caller caller, Cause cause, String id, Revocation wanted) {
        return get(caller, id).compose(certificate -> {
            Ownership ownership = requireOfARequest(certificate);
            if (!caller.mayRevoke(ownership)) {
                throw Refusals.notYours("revoke a certificate of somebody else", Permission.REVOKE);
            }
            String orgId = caller.isBootstrap() ? null : ownership.orgId();
            return enacting.revoke(orgId, id, wanted.reason(), wanted.withKey(), cause)
                    .compose(done -> get(caller, id));
        });
    }

    /**
     * Has another made and revokes it when that is in use, or at the deadline. For who may revoke what belongs to others:
     * it is an issuance that no limit counts. Fails with conflict where no other can be made.
     *
     * @param reason superseded, or keyCompromise: then with a new key
     * @param deadline null: a day from now
     */
    public Future<Certificate> replace(
            Caller caller, Cause cause, String id, RevocationReason reason, @Nullable Instant deadline) {
        return get(caller, id).compose(certificate -> {
            if (!caller.may(Permission.REVOKE, requireOfARequest(certificate).orgId())) {
                throw Refusals.notYours("have a certificate replaced", Permission.REVOKE);
            }
            return revokingLater.revoke(cause, certificate, reason, deadline).compose(done -> get(caller, id));
        });
    }

    /**
     * Releases it from hold, the one revocation that is ever undone. For who may revoke what belongs to others: whoever
     * put it on hold meant that its owner should not use it.
     *
     * @param why in the words of who does it
     */
    public Future<Certificate> release(Caller caller, Cause cause, String id, String why) {
        return get(caller, id).compose(certificate -> {
            Ownership ownership = requireOfARequest(certificate);
            if (!caller.may(Permission.REVOKE, ownership.orgId())) {
                throw Refusals.notYours("release a certificate from hold", Permission.REVOKE);
            }
            return database.inTransaction(tx -> revoking.release(tx, certificate, why, cause, changing.now()))
                    .compose(done -> get(caller, id));
        });
    }

    private static Ownership requireOfARequest(Certificate certificate) {
        Ownership ownership = certificate.ownership();
        if (ownership == null) {
            throw ProblemException.of(ProblemType.CONFLICT, "the server's own certificate renews itself");
        }
        return ownership;
    }

    /** Takes it out of its request's status, not out of the inventory. A request without any is PENDING again. */
    public Future<Void> remove(Caller caller, Cause cause, String id) {
        return get(caller, id).compose(certificate -> {
            requireManager(caller, certificate.ownership(), "to take a certificate away");
            if (certificate.requestId() == null || !certificate.shown()) {
                throw Refusals.noSuchCertificate();
            }
            return inItsRequest(certificate, (tx, request, now) -> certificates
                    .hide(tx, id)
                    .compose(done -> certificates.newest(tx, request.id()))
                    .compose(left -> left.isEmpty() ? takeApproval(tx, request) : keepRenewing(tx, request, left.get()))
                    .compose(state -> changing.tellModified(
                            tx, request, cause, "remove-certificate", certificate.serial(), state, now)));
        });
    }

    /** Takes all of a request's certificates out of its status, not out of the inventory: it is PENDING again. */
    public Future<Void> removeAll(Caller caller, Cause cause, String requestId) {
        return changing.change(caller, requestId, null, (tx, request, now) -> {
            caller.require(Permission.MANAGE_REQUESTS, request.orgId(), "to take a certificate away");
            return certificates
                    .newest(tx, requestId)
                    .map(newest -> newest.orElseThrow(Refusals::noSuchCertificate))
                    .compose(newest -> certificates
                            .hideGeneration(tx, requestId, request.current().number(), false, null)
                            .compose(done -> takeApproval(tx, request))
                            .compose(state -> changing.tellModified(
                                    tx, request, cause, "remove-certificate", newest.serial(), state, now)));
        });
    }

    /**
     * Stores a certificate that was made elsewhere for a request that has none. One that the request had, and that was
     * taken away, is put back.
     *
     * @param pem the certificate, then its issuers
     */
    public Future<Certificate> upload(Caller caller, Cause cause, String orgId, String requestId, String pem) {
        return upload(caller, cause, orgId, requestId, pem, (tx, request, now) -> {
            if (request.current().state() == RequestState.ISSUED) {
                throw ProblemException.of(ProblemType.CONFLICT, "the request has a certificate already");
            }
            return Future.succeededFuture();
        });
    }

    /** As {@link #upload}, also in the place of what the request has: that leaves the status, and stays valid. */
    public Future<Certificate> uploadAnew(Caller caller, Cause cause, String orgId, String requestId, String pem) {
        return upload(
                caller,
                cause,
                orgId,
                requestId,
                pem,
                (tx, request, now) -> certificates.hideGeneration(
                        tx, requestId, request.current().number(), false, null));
    }

    private Future<Certificate> upload(
            Caller caller, Cause cause, String orgId, String requestId, String pem, Act before) {
        caller.require(Permission.MANAGE_REQUESTS, orgId, "to upload a certificate");
        return workers.run(() -> read(pem))
                .compose(read -> upload(caller, cause, orgId, requestId, read.chain(), read.issued(), before));
    }

    private record Read(UploadedChain chain, Issued issued) {}

    private Read read(String pem) {
        UploadedChain chain = UploadedChain.parse(pem);
        return new Read(chain, chain.asIssued(ids.next(), issuance.issuerIdOf(chain.leaf())));
    }

    private Future<Certificate> upload(
            Caller caller,
            Cause cause,
            String orgId,
            String requestId,
            UploadedChain chain,
            Issued issued,
            Act before) {
        return changing.<String>change(caller, requestId, null, (tx, request, now) -> {
                    Refusals.requireOrganisation(orgId, request.orgId());
                    chain.requireFits(request.current(), now);
                    RequestState state = request.current().state();
                    int number = request.current().number();
                    return before.of(tx, request, now)
                            .compose(done -> generations.transit(
                                    tx, requestId, number, state, RequestState.ISSUED, "uploaded", null))
                            .compose(first -> insertOrShow(tx, request, issued, chain.issuers(), now))
                            .compose(id -> requests.stopRenewal(
                                            tx,
                                            requestId,
                                            "uploaded: a certificate that was made elsewhere is not renewed here")
                                    .compose(done -> changing.tellModified(
                                            tx, request, cause, "upload", issued.serial(), RequestState.ISSUED, now))
                                    .map(id));
                })
                .compose(id -> get(caller, id))
                .recover(failure -> Future.failedFuture(
                        Failures.isUniqueViolation(failure)
                                ? ProblemException.of(
                                        ProblemType.CONFLICT, "a certificate of that issuer and serial number is known")
                                : failure));
    }

    /** Returns the id of that very certificate, which was there before where the request has had it. */
    private Future<String> insertOrShow(
            SqlConnection tx, SigningRequest request, Issued issued, List<byte[]> issuers, Instant now) {
        int number = request.current().number();
        return certificates.bySha256(tx, issued.sha256()).compose(found -> {
            if (found.isPresent() && found.get().isOf(request)) {
                Certificate had = found.get();
                if (had.revoked() != null) {
                    throw ProblemException.of(ProblemType.CONFLICT, "that certificate is revoked: send another one");
                }
                return certificates.show(tx, had.id(), issuers).map(had.id());
            }
            return certificates
                    .insert(tx, request.orgId(), request.id(), number, issued, issuers, false, now)
                    .map(issued.id());
        });
    }

    /** Stores one of the server's own: it belongs to no request, and the server renews it itself. */
    public Future<Void> storeOwn(Issued issued) {
        Instant now = changing.now();
        return database.inTransaction(tx -> certificates
                .insert(tx, null, null, null, issued, List.of(), true, now)
                .compose(done -> changing.ownIssued(tx, issued, now)));
    }

    /** What is left may end before the certificate that was taken away was to be renewed. */
    private Future<RequestState> keepRenewing(SqlConnection tx, SigningRequest request, Certificate left) {
        Instant renewalTime = left.renewalTime();
        return (renewalTime == null
                        ? Future.<Void>succeededFuture()
                        : requests.renewSooner(tx, request.id(), renewalTime))
                .map(request.current().state());
    }

    private Future<RequestState> takeApproval(SqlConnection tx, SigningRequest request) {
        return generations
                .transit(
                        tx,
                        request.id(),
                        request.current().number(),
                        RequestState.ISSUED,
                        RequestState.PENDING,
                        REMOVED,
                        "its last certificate was taken away; PUT the PKCS#10 again to ask anew")
                .compose(first ->
                        requests.stopRenewal(tx, request.id(), "no-certificate: its last certificate was taken away"))
                .map(RequestState.PENDING);
    }

    private interface Act {
        Future<Void> of(SqlConnection tx, SigningRequest request, Instant now);
    }

    /** A withdrawn request's certificates are revoked as any other: only the lock is asked of the request. */
    private Future<Void> inItsRequest(Certificate certificate, Act act) {
        return database.inTransaction(tx -> requests.lock(tx, String.valueOf(certificate.requestId()))
                .map(found -> found.orElseThrow(Refusals::unknown))
                .compose(request -> act.of(tx, request, changing.now())));
    }

    private static void requireManager(Caller caller, @Nullable Ownership ownership, String act) {
        if (ownership != null) {
            caller.require(Permission.MANAGE_REQUESTS, ownership.orgId(), act);
        }
    }
}
