package dev.perennial.server.csr;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of a generation that was decided on, in the transaction that holds its request: the key looked at, the
 * limiter asked, signed, stored, told. And how a generation gives way to the one after it.
 */
final class Issuing {
    private final Changing changing;
    private final Deciding deciding;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final CertificateStore certificates;
    private final LimitStore limits;

    Issuing(
            Changing changing,
            Deciding deciding,
            RequestStore requests,
            GenerationStore generations,
            CertificateStore certificates,
            LimitStore limits) {
        this.changing = changing;
        this.deciding = deciding;
        this.requests = requests;
        this.generations = generations;
        this.certificates = certificates;
        this.limits = limits;
    }

    /**
     * What is to be issued.
     *
     * @param request as it was before
     * @param number of the generation, whose row is there already and is ISSUED
     * @param requester whose PKCS#10 it is: whose grants renewals are judged by, and whose limit counts it
     * @param counted whether the limiter is asked: not for the one answer to a signal to rotate
     * @param told the reason in the audit record; null: the serial number of what was issued
     */
    record Order(
            SigningRequest request,
            Pkcs10 pkcs10,
            int number,
            Signer signer,
            Decision decision,
            RequestSettings settings,
            Rotation rotation,
            String requester,
            boolean counted,
            Cause cause,
            String action,
            @Nullable String told,
            Instant now) {

        boolean keepsKey() {
            return Arrays.equals(request.current().spkiSha256(), pkcs10.spkiSha256());
        }
    }

    /**
     * Whether a certificate for that generation answers a signal to rotate that stands: its key never had one. Fails with
     * keyNotRotated where a generation would take the current one's place with a key of before.
     */
    Future<Boolean> answersSignal(SqlConnection tx, SigningRequest request, int number, byte[] spkiSha256) {
        if (!request.rotation().standing()) {
            return Future.succeededFuture(false);
        }
        return generations.lastWithKey(tx, request.id(), spkiSha256).map(had -> {
            if (had.isPresent() && number != request.current().number()) {
                throw Refusals.keyNotRotated();
            }
            return had.isEmpty();
        });
    }

    Future<Void> issue(SqlConnection tx, Order order) {
        SigningRequest request = order.request();
        return generations
                .refusal(tx, request.orgId(), order.pkcs10().spkiSha256())
                .compose(refusal -> {
                    if (Refusals.isRefused(refusal, order.keepsKey())) {
                        throw Refusals.keyIsRefused();
                    }
                    return order.counted()
                            ? limits.take(tx, order.requester(), LimitStore.namesSha256(order.decision()))
                            : Future.<@Nullable Duration>succeededFuture();
                })
                .compose(delay -> {
                    if (delay != null) {
                        throw Refusals.limited(delay);
                    }
                    return deciding.signed(order.signer(), order.decision(), order.pkcs10(), order.now())
                            .compose(issued -> store(tx, order, issued));
                });
    }

    private Future<Void> store(SqlConnection tx, Order order, Issued issued) {
        SigningRequest request = order.request();
        Instant now = order.now();
        boolean renews = !order.signer().isManual();
        Instant renewAt = renews && order.settings().autoRenew() ? issued.renewalTime() : null;
        return certificates
                .insert(tx, request.orgId(), request.id(), order.number(), issued, List.of(), renews, now)
                .compose(done -> changing.tell(
                        tx,
                        request,
                        order.cause(),
                        order.action(),
                        order.told() == null ? issued.serial() : order.told(),
                        Event.Change.MODIFIED,
                        "ISSUED",
                        now))
                .compose(position -> requests.setSettings(
                                tx, request.id(), order.settings(), order.rotation(), renewAt, now, position)
                        .compose(done -> requests.setIssued(
                                tx, request.id(), order.number(), order.requester(), renewAt, null, now, position)))
                .compose(done -> renews
                        ? Future.succeededFuture()
                        : requests.stopRenewal(tx, request.id(), RenewalAttempts.MANUAL));
    }

    /**
     * The current generation gives way to one with that key: its certificates leave the status, and a key that was rotated
     * out may not come back.
     */
    Future<Void> close(SqlConnection tx, SigningRequest request, byte[] nextSpkiSha256, Instant now) {
        Generation old = request.current();
        Rotation rotation = request.rotation();
        boolean rotatedOut = old.wasIssued() && !Arrays.equals(old.spkiSha256(), nextSpkiSha256);
        return generations
                .retire(tx, request.id(), old.number())
                .compose(done -> certificates.hideGeneration(
                        tx, request.id(), old.number(), rotation.standing(), rotation.deadline()))
                .compose(done -> rotatedOut
                        ? generations.refuseRotated(tx, request.orgId(), old.spkiSha256(), now)
                        : Future.succeededFuture());
    }

    /** What a request has from elsewhere leaves its status: it may be dated later than what is signed here now. */
    Future<Void> hideMadeElsewhere(SqlConnection tx, SigningRequest request) {
        return certificates.hideMadeElsewhere(
                tx, request.id(), request.current().number());
    }

    /** What waits beside the current generation gives way too, whoever takes its place. */
    Future<Void> dropNext(SqlConnection tx, SigningRequest request) {
        Generation next = request.next();
        return next == null ? Future.succeededFuture() : generations.retire(tx, request.id(), next.number());
    }
}
