package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.csr.RevokingStore.HeldKey;
import dev.perennial.server.db.Database;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Revoking and replacing as one act: another certificate is asked for, and the one there is is revoked when its agent
 * reports that one in use, or at a deadline. Where the key may stay the clock makes it; where it is compromised that is
 * blocked at once, and its holder is told to make another.
 */
final class RevokingLater {
    private static final Duration DEADLINE = Duration.ofDays(1);

    private final Database database;
    private final Changing changing;
    private final RequestStore requests;
    private final CertificateStore certificates;
    private final RevokingStore store;

    RevokingLater(
            Database database,
            Changing changing,
            RequestStore requests,
            CertificateStore certificates,
            RevokingStore store) {
        this.database = database;
        this.changing = changing;
        this.requests = requests;
        this.certificates = certificates;
        this.store = store;
    }

    /** One that is revoked for good already, or is to be replaced already, stays as it is. */
    Future<Void> revoke(Cause cause, Certificate seen, RevocationReason reason, @Nullable Instant deadline) {
        return database.inTransaction(tx -> requests.lock(tx, String.valueOf(seen.requestId()))
                .map(found -> found.orElseThrow(Refusals::unknown))
                .compose(request -> certificates.newest(tx, request.id()).compose(newest -> certificates
                        .bySha256(tx, seen.sha256())
                        .compose(found -> revoke(
                                tx,
                                cause,
                                request,
                                newest,
                                found.orElseThrow(Refusals::noSuchCertificate),
                                reason,
                                deadline)))));
    }

    private Future<Void> revoke(
            SqlConnection tx,
            Cause cause,
            SigningRequest request,
            Optional<Certificate> newest,
            Certificate certificate,
            RevocationReason reason,
            @Nullable Instant deadline) {
        Instant now = changing.now();
        Instant by = deadline == null ? now.plus(DEADLINE) : deadline;
        if (!by.isAfter(now)) {
            throw ProblemException.of(ProblemType.MALFORMED, "deadline must be in the future");
        }
        if (certificate.revocationReason() == RevocationReason.CERTIFICATE_HOLD) {
            throw cannot("it is on hold; release it first, or revoke it without replace");
        }
        if (certificate.revoked() != null || certificate.revokeBy() != null) {
            return Future.succeededFuture();
        }
        if (request.withdrawn() != null) {
            throw cannot("its request was withdrawn; revoke it without replace");
        }
        if (certificate.generation() != request.current().number()) {
            throw cannot("its request has another PKCS#10 by now; revoke it without replace");
        }
        boolean compromised = reason == RevocationReason.KEY_COMPROMISE;
        boolean isNewest =
                newest.filter(one -> one.id().equals(certificate.id())).isPresent();
        return certificates
                .revokeLater(tx, certificate, compromised ? null : certificate, by, reason, now)
                .compose(done -> compromised
                        ? rotate(tx, request, by, now)
                        : isNewest ? renew(tx, request, now) : Future.succeededFuture())
                .compose(done -> changing.tell(
                        tx,
                        request,
                        cause,
                        "revoke-and-replace",
                        reason.word() + ", serial " + certificate.serial() + ", by " + by,
                        Event.Change.MODIFIED,
                        request.current().state().name(),
                        now))
                .compose(position -> requests.touch(tx, request.id(), now, position));
    }

    private Future<Void> rotate(SqlConnection tx, SigningRequest request, Instant by, Instant now) {
        Rotation standing = request.rotation();
        Rotation wanted = new Rotation(
                standing.standing() ? standing.epoch() : standing.epoch() + 1,
                true,
                RevocationReason.KEY_COMPROMISE.word(),
                by);
        HeldKey key = new HeldKey(
                request.orgId(), HexFormat.of().formatHex(request.current().spkiSha256()));
        return store.block(tx, Set.of(key), now).compose(blocked -> requests.signal(tx, request.id(), wanted));
    }

    private Future<Void> renew(SqlConnection tx, SigningRequest request, Instant now) {
        if (request.renewAt() == null) {
            throw cannot("its request is not renewed by itself; PUT another PKCS#10, then revoke it without replace");
        }
        return requests.renewSooner(tx, request.id(), now);
    }

    private static ProblemException cannot(String why) {
        return ProblemException.of(ProblemType.CONFLICT, "the certificate cannot be replaced: " + why);
    }
}
