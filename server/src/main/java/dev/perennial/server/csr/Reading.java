package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.identity.Caller;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How requests are seen: each with its newest certificates, and its updates where they are asked for. */
final class Reading {
    /** So long an update is told. */
    static final Duration UPDATES_LAST = Duration.ofDays(7);

    private static final int MOST_UPDATES = 100;

    /** In one answer, over all of its requests. */
    private static final int MOST_CERTIFICATES = 5_000;

    private final RequestStore requests;
    private final CertificateStore certificates;
    private final UpdateStore updates;
    private final InstantSource clock;
    private final ThreadLocal<VersionBatch> batches;

    Reading(RequestStore requests, CertificateStore certificates, UpdateStore updates, InstantSource clock) {
        this.requests = requests;
        this.certificates = certificates;
        this.updates = updates;
        this.clock = clock;
        this.batches = ThreadLocal.withInitial(() -> new VersionBatch(requests, clock));
    }

    /** Fails with unknown where the caller may not see it, and with withdrawn where it is over. */
    Future<SigningRequest> request(Caller caller, String id, ViewOptions options) {
        return requests.find(id).map(found -> {
            SigningRequest request = found.filter(one -> one.isVisibleTo(caller))
                    .filter(one -> options.admits(one.orgId(), one.privateKeyId()))
                    .orElseThrow(Refusals::unknown);
            if (request.withdrawn() != null) {
                throw Refusals.withdrawn();
            }
            return request;
        });
    }

    /** As {@link #request}, but only which version it is. Call it on an event loop. */
    Future<RequestVersion> version(Caller caller, String id, ViewOptions options) {
        return batches.get().find(id).map(found -> {
            RequestVersion version = found.filter(one -> one.isVisibleTo(caller))
                    .filter(one -> options.admits(one.ownership().orgId(), one.privateKeyId()))
                    .orElseThrow(Refusals::unknown);
            if (version.withdrawn()) {
                throw Refusals.withdrawn();
            }
            return version;
        });
    }

    Future<RequestView> view(SigningRequest request, ViewOptions options) {
        return views(List.of(request), options).map(views -> views.get(0));
    }

    Future<List<RequestView>> views(List<SigningRequest> found, ViewOptions options) {
        List<String> ids = found.stream().map(SigningRequest::id).toList();
        int each = Math.min(options.certificates(), Math.max(1, MOST_CERTIFICATES / Math.max(1, found.size())));
        Future<Map<String, List<Certificate>>> shown = certificates
                .shown(ids, each)
                .map(all -> all.stream()
                        .collect(Collectors.groupingBy(certificate -> String.valueOf(certificate.requestId()))));
        Future<Map<String, List<Update>>> told = options.updates()
                ? updates.newest(
                                ids,
                                clock.instant().minus(UPDATES_LAST),
                                options.updatesStart(),
                                Math.min(options.updatesEnd(), MOST_UPDATES - 1))
                        .map(all -> all.stream().collect(Collectors.groupingBy(Update::requestId)))
                : Future.succeededFuture(Map.of());
        return Future.all(shown, told).map(both -> found.stream()
                .map(request -> view(
                        request,
                        shown.result().getOrDefault(request.id(), List.of()),
                        told.result().getOrDefault(request.id(), List.of())))
                .toList());
    }

    /** Without updates. */
    List<RequestView> views(List<SigningRequest> found, Map<String, List<Certificate>> shown) {
        return found.stream()
                .map(request -> view(request, shown.getOrDefault(request.id(), List.of()), List.of()))
                .toList();
    }

    private RequestView view(SigningRequest request, List<Certificate> shown, List<Update> told) {
        return new RequestView(request, renews(request, shown, clock.instant()), shown, told);
    }

    private static boolean renews(SigningRequest request, List<Certificate> shown, Instant now) {
        if (shown.isEmpty()) {
            return false;
        }
        Certificate newest = shown.get(shown.size() - 1);
        return renews(
                request.autoRenew(),
                request.current().state(),
                request.renewAt(),
                request.agentRetired(),
                request.agentLastSeen(),
                newest.notBefore(),
                newest.notAfter(),
                newest.renewalTime(),
                now);
    }

    /** Whether a request with such a newest certificate will be renewed: wanted, possible, and its agent in health. */
    static boolean renews(
            boolean autoRenew,
            RequestState state,
            @Nullable Instant renewAt,
            boolean agentRetired,
            @Nullable Instant lastSeen,
            Instant notBefore,
            Instant notAfter,
            @Nullable Instant renewalTime,
            Instant now) {
        return autoRenew
                && state == RequestState.ISSUED
                && renewalTime != null
                && renewAt != null
                && !agentRetired
                && !isQuiet(lastSeen, notBefore, notAfter, now);
    }

    /** A host that was not heard of for longer than its certificate lives is not renewed for ever. */
    static boolean isQuiet(@Nullable Instant lastSeen, Instant notBefore, Instant notAfter, Instant now) {
        return lastSeen != null
                && lastSeen.plus(Duration.between(notBefore, notAfter.plusSeconds(1)))
                        .isBefore(now);
    }
}
