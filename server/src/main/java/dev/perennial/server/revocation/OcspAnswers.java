package dev.perennial.server.revocation;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.pkix.CertificateId;
import dev.perennial.server.pkix.OcspRequest;
import dev.perennial.server.pkix.OcspResponse.Failure;
import dev.perennial.server.pkix.OcspResponse.Single;
import dev.perennial.server.pkix.OcspResponse.Status;
import dev.perennial.server.pkix.SerialNumber;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.CertificateSigner;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers OCSP (RFC 6960) from the rows of certificates, so that a revocation shows at once on every server. While the
 * database is away what was asked for within the hour before is answered from memory.
 */
final class OcspAnswers {
    private static final Logger log = LoggerFactory.getLogger(OcspAnswers.class);

    /** How long a client may go by an answer. */
    static final Duration VALID = Duration.ofHours(1);

    private final Authorities authorities;
    private final Responders responders;
    private final StatusStore store;
    private final KnownStatuses known;
    private final InstantSource clock;

    OcspAnswers(Authorities authorities, Responders responders, StatusStore store, InstantSource clock) {
        this.authorities = authorities;
        this.responders = responders;
        this.store = store;
        this.known = new KnownStatuses(VALID);
        this.clock = clock;
    }

    /** The answer as DER; never fails. */
    Future<OcspAnswer> answer(byte[] request) {
        Optional<OcspRequest> parsed = OcspRequest.parse(request);
        if (parsed.isEmpty()) {
            return failed(Failure.MALFORMED_REQUEST);
        }
        // An answer is signed for one CA: that of the first certificate that is one of ours.
        Optional<Authority> authority = parsed.get().ids().stream()
                .flatMap(id -> authorities.byOcspName(id.issuer()).stream())
                .findFirst();
        if (authority.isEmpty()) {
            return failed(Failure.UNAUTHORIZED);
        }
        Optional<Responder> responder = responders.of(authority.get().id());
        if (responder.isEmpty()) {
            return failed(Failure.TRY_LATER);
        }
        return statuses(authority.get(), parsed.get().ids())
                .map(statuses -> signed(parsed.get(), authority.get(), responder.get(), statuses))
                .otherwise(OcspAnswers::failure);
    }

    private static OcspAnswer failure(Throwable cause) {
        if (cause instanceof ProblemException problem && problem.type() == ProblemType.UNAVAILABLE) {
            return new OcspAnswer(Failure.TRY_LATER.der(), null);
        }
        log.error("An OCSP answer could not be made", cause);
        return new OcspAnswer(Failure.INTERNAL_ERROR.der(), null);
    }

    private static Future<OcspAnswer> failed(Failure failure) {
        return Future.succeededFuture(new OcspAnswer(failure.der(), null));
    }

    private OcspAnswer signed(
            OcspRequest request, Authority authority, Responder responder, Map<String, KnownStatuses.Known> statuses) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        List<Single> singles = new ArrayList<>();
        Instant earliest = now.plus(VALID);
        for (CertificateId id : request.ids()) {
            KnownStatuses.Known status = isOf(id, authority)
                    ? Objects.requireNonNullElse(statuses.get(serialOf(id)), unknown(now))
                    : unknown(now);
            Instant nextUpdate = status.at().plus(VALID);
            earliest = nextUpdate.isBefore(earliest) ? nextUpdate : earliest;
            singles.add(new Single(id, status.status(), status.at(), nextUpdate));
        }
        byte[] der = CertificateSigner.answer(
                singles,
                request.nonce(),
                now,
                responder.key(),
                responder.certificate().der());
        return new OcspAnswer(der, request.nonce() == null ? earliest : null);
    }

    /** By serial number, of those that the CA has issued. */
    private Future<Map<String, KnownStatuses.Known>> statuses(Authority authority, List<CertificateId> ids) {
        List<String> serials = ids.stream()
                .filter(id -> isOf(id, authority))
                .map(OcspAnswers::serialOf)
                .distinct()
                .toList();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return store.find(authority.id(), serials)
                .map(found -> {
                    Map<String, KnownStatuses.Known> statuses = new HashMap<>();
                    for (String serial : serials) {
                        Status status = found.containsKey(serial)
                                ? found.get(serial)
                                : authorities.hasIssued(authority, serial) ? new Status.Good() : new Status.Unknown();
                        statuses.put(serial, known.remember(authority.id(), serial, status, now));
                    }
                    return statuses;
                })
                .recover(unavailable -> remembered(authority, serials, now, unavailable));
    }

    private Future<Map<String, KnownStatuses.Known>> remembered(
            Authority authority, List<String> serials, Instant now, Throwable unavailable) {
        Map<String, KnownStatuses.Known> statuses = new HashMap<>();
        for (String serial : serials) {
            KnownStatuses.Known status = known.find(authority.id(), serial, now);
            if (status == null) {
                return Future.failedFuture(unavailable);
            }
            statuses.put(serial, status);
        }
        return Future.succeededFuture(statuses);
    }

    private boolean isOf(CertificateId id, Authority authority) {
        return authorities
                .byOcspName(id.issuer())
                .filter(named -> named.id().equals(authority.id()))
                .isPresent();
    }

    private static KnownStatuses.Known unknown(Instant now) {
        return new KnownStatuses.Known(new Status.Unknown(), now);
    }

    /** Empty for what can be no serial number of ours, which no row has. */
    private static String serialOf(CertificateId id) {
        SerialNumber serial = id.serial();
        return serial == null ? "" : serial.hex();
    }
}
