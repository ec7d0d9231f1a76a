package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.db.Failures;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import org.jspecify.annotations.Nullable;

/**
 * What a signer elsewhere says of the newest generation of a request: here is its certificate, or there will be none. For
 * who has a grant to sign for it. Whether a person has said yes before is the signer's own care, as upstream has it.
 */
public final class OutsideSigning {
    private static final String NOT_RENEWED = "uploaded: a certificate that was made elsewhere is not renewed here";

    private final Changing changing;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final CertificateStore certificates;
    private final Issuance issuance;
    private final Ids ids;

    OutsideSigning(
            Changing changing,
            RequestStore requests,
            GenerationStore generations,
            CertificateStore certificates,
            Issuance issuance,
            Ids ids) {
        this.changing = changing;
        this.requests = requests;
        this.generations = generations;
        this.certificates = certificates;
        this.issuance = issuance;
        this.ids = ids;
    }

    /**
     * Stores the certificate of a request that has none: whatever names it carries, for the key of the request.
     *
     * @param pem the certificate first, then whatever leads to its root
     * @return fails with badPublicKey where it is for another key, with badCsr where it is none, with conflict where the
     *     request has one, or another one of that issuer and serial number is known
     */
    public Future<Void> put(
            Caller caller, Cause cause, String id, @Nullable Long seenPosition, String pem, Alongside alongside) {
        UploadedChain chain = UploadedChain.parseAny(pem);
        Issued issued = chain.asIssued(ids.next(), issuance.issuerIdOf(chain.leaf()));
        return changing.sign(caller, id, seenPosition, (tx, request, now) -> {
                    chain.requireKeyOf(request.current());
                    requireNotBeside(request);
                    return alongside
                            .in(tx, request)
                            .compose(done -> become(tx, request, RequestState.ISSUED, "uploaded", null))
                            .compose(done -> certificates.insert(
                                    tx,
                                    request.orgId(),
                                    id,
                                    request.current().number(),
                                    issued,
                                    chain.issuers(),
                                    false,
                                    now))
                            .compose(done -> requests.stopRenewal(tx, id, NOT_RENEWED))
                            .compose(done -> changing.tellModified(
                                    tx, request, cause, "upload", issued.serial(), RequestState.ISSUED, now));
                })
                .recover(failure -> Future.failedFuture(
                        Failures.isUniqueViolation(failure)
                                ? ProblemException.of(
                                        ProblemType.CONFLICT, "a certificate of that issuer and serial number is known")
                                : failure));
    }

    /** There will be no certificate; fails with conflict where there is one, or where that was said before. */
    public Future<Void> fail(
            Caller caller, Cause cause, String id, @Nullable Long seenPosition, String why, Alongside alongside) {
        return changing.sign(caller, id, seenPosition, (tx, request, now) -> {
            requireNotBeside(request);
            return alongside
                    .in(tx, request)
                    .compose(done -> become(tx, request, RequestState.FAILED, "signer-failed", why))
                    .compose(done -> changing.tellModified(tx, request, cause, "fail", why, RequestState.FAILED, now));
        });
    }

    /** Another generation that waits beside one with a certificate is for a signer here, which signs it itself. */
    private static void requireNotBeside(SigningRequest request) {
        if (request.next() != null) {
            throw ProblemException.of(
                    ProblemType.CONFLICT, "the request has a certificate, and another PKCS#10 waits for a person here");
        }
    }

    private Future<Void> become(
            SqlConnection tx, SigningRequest request, RequestState to, String reason, @Nullable String message) {
        Generation current = request.current();
        if (current.state() == RequestState.DENIED
                || current.state() == to
                || !current.state().mayBecome(to)) {
            throw ProblemException.of(
                    ProblemType.CONFLICT, "the request is " + current.state() + ": it does not become " + to);
        }
        return generations
                .transit(tx, request.id(), current.number(), current.state(), to, reason, message)
                .mapEmpty();
    }
}
