package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.audit.Events;
import dev.perennial.server.csr.RevokingStore.HeldKey;
import dev.perennial.server.csr.RevokingStore.Target;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How certificates are revoked, one or a few hundred in a transaction, whoever asks and why: recorded, told, and a
 * request whose newest one it is is no longer renewed unless it is only superseded. What is revoked stays so, with its
 * first reason and time; only a hold is released, or gives way to another reason.
 */
final class Revoking {
    private static final String REVOKED = "revoked: the newest certificate is revoked; send a new PKCS#10";

    private static final String ON_HOLD =
            "on-hold: the newest certificate is on hold; it is renewed again once it is released";

    private final RevokingStore store;
    private final GenerationStore generations;
    private final Events events;

    Revoking(RevokingStore store, GenerationStore generations, Events events) {
        this.store = store;
        this.generations = generations;
        this.events = events;
    }

    /**
     * What is to be done to certificates.
     *
     * @param blocks where no certificate is made for their keys any more
     */
    record Order(RevocationReason reason, Blocks blocks, Cause cause, Instant now) {}

    /** How far the keys of what is revoked are blocked. */
    enum Blocks {
        NOTHING,
        IN_ITS_ORGANISATION,
        EVERYWHERE;

        /** @param orgId null: in every organisation */
        static Blocks in(@Nullable String orgId) {
            return orgId == null ? EVERYWHERE : IN_ITS_ORGANISATION;
        }
    }

    /**
     * What came of it.
     *
     * @param found how many of the certificates there are
     * @param changed how many of them were not so before
     * @param keys of all of them
     * @param blocked those that were not blocked before
     */
    record Done(int found, int changed, Set<HeldKey> keys, Set<HeldKey> blocked) {
        boolean isNews() {
            return changed > 0 || !blocked.isEmpty();
        }
    }

    /** Revokes those of them that are not revoked, or only on hold. */
    Future<Done> revoke(SqlConnection tx, Collection<String> ids, Order order) {
        return store.lock(tx, ids).compose(targets -> store.revoke(tx, ids, order.reason(), order.now())
                .compose(revoked -> block(tx, keys(targets), order.blocks(), order.now())
                        .compose(blocked -> tell(tx, order, changed(targets, revoked, blocked), revoked, blocked)
                                .map(done -> new Done(targets.size(), revoked.size(), keys(targets), blocked)))));
    }

    /** Blocks every key that a request has had, and returns them. */
    Future<Set<HeldKey>> blockKeys(SqlConnection tx, String requestId, Blocks blocks, Instant now) {
        return store.keysOf(tx, requestId)
                .compose(keys -> block(tx, keys, blocks, now).map(keys));
    }

    private Future<Set<HeldKey>> block(SqlConnection tx, Set<HeldKey> keys, Blocks blocks, Instant now) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return switch (blocks) {
            case NOTHING -> Future.succeededFuture(Set.of());
            case IN_ITS_ORGANISATION -> store.block(tx, keys, now);
            case EVERYWHERE -> store.blockEverywhere(tx, keys, now);
        };
    }

    private static Set<HeldKey> keys(List<Target> targets) {
        return targets.stream().map(Target::key).collect(Collectors.toSet());
    }

    /** That a key is compromised may only be learnt after its certificate was revoked for another reason. */
    private static List<Target> changed(List<Target> targets, Set<String> revoked, Set<HeldKey> blocked) {
        return targets.stream()
                .filter(one -> revoked.contains(one.id()) || blocked.contains(one.key()))
                .toList();
    }

    private Future<Void> tell(
            SqlConnection tx, Order order, List<Target> changed, Set<String> revoked, Set<HeldKey> blocked) {
        if (changed.isEmpty()) {
            return Future.succeededFuture();
        }
        Map<String, List<Target>> requests =
                changed.stream().collect(Collectors.groupingBy(Target::requestId, TreeMap::new, Collectors.toList()));
        List<Events.Done> done = new ArrayList<>();
        changed.stream()
                .filter(one -> revoked.contains(one.id()))
                .forEach(one -> done.add(row(
                        "revoke-certificate",
                        one,
                        one.id(),
                        order.reason().word() + ", serial " + one.serial() + ", request " + one.requestId())));
        requests.forEach(
                (id, ofOne) -> done.add(row("revoke", ofOne.get(0), id, told(order.reason(), ofOne, blocked))));
        Set<String> stopped =
                changed.stream().filter(Target::newest).map(Target::requestId).collect(Collectors.toSet());
        return events.doneAll(tx, order.now(), order.cause(), done)
                .compose(recorded -> changed(tx, requests, stopped, problem(order.reason()), order.now()));
    }

    private static Events.Done row(String action, Target target, String objectId, String reason) {
        return new Events.Done(target.key().orgId(), action, objectId, reason);
    }

    private static String told(RevocationReason reason, List<Target> ofOne, Set<HeldKey> blocked) {
        return reason.word() + ", serial "
                + ofOne.stream().map(Target::serial).collect(Collectors.joining(" "))
                + (ofOne.stream().anyMatch(one -> blocked.contains(one.key())) ? ", its key is blocked" : "");
    }

    /** Why a request is not renewed whose newest certificate was revoked for that; null where it is. */
    static @Nullable String problem(RevocationReason reason) {
        return switch (reason) {
            case SUPERSEDED -> null;
            case CERTIFICATE_HOLD -> ON_HOLD;
            case UNSPECIFIED,
                    KEY_COMPROMISE,
                    CA_COMPROMISE,
                    AFFILIATION_CHANGED,
                    CESSATION_OF_OPERATION,
                    PRIVILEGE_WITHDRAWN,
                    AA_COMPROMISE -> REVOKED;
        };
    }

    /** Every server forgets whom it knows by a certificate, and who watches the requests is told. */
    private Future<Void> changed(
            SqlConnection tx,
            Map<String, List<Target>> requests,
            Set<String> stopped,
            @Nullable String problem,
            Instant now) {
        List<String> ids = List.copyOf(requests.keySet());
        List<Target> firsts =
                requests.values().stream().map(ofOne -> ofOne.get(0)).toList();
        return events.accessChanged(tx)
                .compose(told -> events.appendAll(
                        tx,
                        now,
                        Event.Kind.SIGNING_REQUEST,
                        Event.Change.MODIFIED,
                        firsts.stream().map(one -> one.key().orgId()).toArray(String[]::new),
                        ids.toArray(String[]::new),
                        firsts.stream().map(Target::state).toArray(String[]::new)))
                .compose(positions -> store.touch(tx, ids, positions, stopped, problem, now));
    }

    /**
     * Takes a hold away: the certificate is good again, and its request is renewed as before. Fails with conflict where it
     * is not on hold, or its key was blocked meanwhile.
     */
    Future<Void> release(SqlConnection tx, Certificate certificate, String why, Cause cause, Instant now) {
        return store.lock(tx, List.of(certificate.id())).compose(targets -> {
            Target held = targets.stream()
                    .filter(one -> one.reason() == RevocationReason.CERTIFICATE_HOLD)
                    .findFirst()
                    .orElseThrow(() -> ProblemException.of(
                            ProblemType.CONFLICT, "the certificate is not on hold: only a hold is ever released"));
            return generations
                    .refusal(tx, held.key().orgId(), held.key().octets())
                    .compose(refusal -> {
                        if (Refusals.isRefused(refusal, true)) {
                            throw ProblemException.of(
                                    ProblemType.CONFLICT, "the key of the certificate was blocked meanwhile");
                        }
                        return store.release(tx, held);
                    })
                    .compose(done -> held.newest()
                            ? store.resume(tx, held.requestId(), certificate.renewalTime(), ON_HOLD)
                            : Future.succeededFuture())
                    .compose(done -> events.doneAll(tx, now, cause, released(held, why)))
                    .compose(done -> changed(tx, Map.of(held.requestId(), List.of(held)), Set.of(), null, now));
        });
    }

    private static List<Events.Done> released(Target held, String why) {
        String text = "serial " + held.serial() + ": " + why;
        return List.of(row("release-certificate", held, held.id(), text), row("release", held, held.requestId(), text));
    }
}
