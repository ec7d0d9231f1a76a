package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.csr.RevocationAct.State;
import dev.perennial.server.csr.RevokingStore.HeldKey;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Scope;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How acts of revocation are carried out: some hundred certificates in a transaction, by whichever server comes to it,
 * and after a kill from where it stood. A key is looked for when it was blocked, and again once everything that was
 * under way by then is over.
 */
final class Enacting {
    private static final int BATCH = 500;

    /** So many steps are done before whoever asked is answered. */
    private static final int AT_ONCE = 4;

    /** Longer than any transaction lasts. */
    private static final Duration LOOKS_AGAIN = Duration.ofSeconds(30);

    private static final Duration PREVIEWS_LAST = Duration.ofDays(1);
    private static final Duration ACTS_LAST = Duration.ofDays(30);

    private final Database database;
    private final RevocationActStore store;
    private final Revoking revoking;
    private final Inventory inventory;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;

    Enacting(
            Database database,
            RevocationActStore store,
            Revoking revoking,
            Inventory inventory,
            Events events,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.store = store;
        this.revoking = revoking;
        this.inventory = inventory;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Revokes one certificate, and where it is about its key whatever else has that.
     *
     * @param orgId where the key is looked for and blocked; null: in every organisation
     */
    Future<Void> revoke(
            @Nullable String orgId, String certificateId, RevocationReason reason, boolean withKey, Cause cause) {
        return database.inTransaction(
                        tx -> revoke(tx, orgId, List.of(certificateId), reason, withKey, cause, clock.instant()))
                .compose(act -> act.isEmpty() ? Future.succeededFuture() : begin(act.get()));
    }

    /** The same of some of one request, where its transaction is somebody else's; the clock sees to what is left. */
    Future<Void> revoke(
            SqlConnection tx,
            String orgId,
            Collection<String> certificateIds,
            RevocationReason reason,
            Cause cause,
            Instant now) {
        return revoke(tx, orgId, certificateIds, reason, reason == RevocationReason.KEY_COMPROMISE, cause, now)
                .mapEmpty();
    }

    /** The act that is to find what else has the keys, where it is about these. */
    private Future<Optional<String>> revoke(
            SqlConnection tx,
            @Nullable String orgId,
            Collection<String> certificateIds,
            RevocationReason reason,
            boolean withKey,
            Cause cause,
            Instant now) {
        Revoking.Blocks blocks = withKey ? Revoking.Blocks.in(orgId) : Revoking.Blocks.NOTHING;
        return revoking.revoke(tx, certificateIds, new Revoking.Order(reason, blocks, cause, now))
                .compose(done -> withKey && done.isNews()
                        ? openByKeys(tx, orgId, done.keys(), reason, cause, now).map(Optional::of)
                        : Future.succeededFuture(Optional.empty()));
    }

    /**
     * Opens an act about whatever else has those keys, which are blocked.
     *
     * @param orgId where alone; null: in every organisation
     * @return its id, for {@link #begin} once the transaction is committed
     */
    Future<String> openByKeys(
            SqlConnection tx,
            @Nullable String orgId,
            Collection<HeldKey> keys,
            RevocationReason reason,
            Cause cause,
            Instant now) {
        String id = ids.next();
        RevocationAct act = new RevocationAct(
                id, orgId, reason, true, orgId == null, null, State.RUNNING, 0, 0, 0, cause, now, now, null);
        String told = reason.word() + ", whatever has the key "
                + keys.stream().map(HeldKey::spkiSha256).distinct().sorted().collect(Collectors.joining(" "));
        return store.insert(tx, act)
                .compose(done -> store.addKeys(tx, id, octets(keys), now))
                .compose(done -> events.done(tx, now, orgId, cause, "start-revocation", id, told))
                .map(id);
    }

    /** Does as much of it as whoever asked may wait for; the clock sees to the rest. */
    Future<Void> begin(String id) {
        return some(id, AT_ONCE);
    }

    /** The clock's work on all that are running. */
    Future<Void> strike() {
        Instant now = clock.instant();
        return store.due(now)
                .compose(due -> {
                    Future<Void> all = Future.succeededFuture();
                    for (String id : due) {
                        all = all.compose(done -> some(id, Integer.MAX_VALUE));
                    }
                    return all;
                })
                .compose(done -> store.forget(now.minus(PREVIEWS_LAST), now.minus(ACTS_LAST)));
    }

    private Future<Void> some(String id, int steps) {
        return steps == 0
                ? Future.succeededFuture()
                : step(id).compose(more -> more ? some(id, steps - 1) : Future.succeededFuture());
    }

    /** @return false where there is nothing to do now, or another server is at it */
    private Future<Boolean> step(String id) {
        return revokeSome(id).compose(some -> some ? Future.succeededFuture(true) : look(id));
    }

    private Future<Boolean> revokeSome(String id) {
        return database.inTransaction(tx -> store.claim(tx, id)
                .compose(claimed -> claimed.isEmpty()
                        ? Future.succeededFuture(false)
                        : store.take(tx, id, BATCH)
                                .compose(taken -> taken.isEmpty()
                                        ? Future.succeededFuture(false)
                                        : revoke(tx, claimed.get(), taken).map(true))));
    }

    private Future<Void> revoke(SqlConnection tx, RevocationAct act, List<String> taken) {
        Instant now = clock.instant();
        Revoking.Blocks blocks =
                act.withKeys() ? Revoking.Blocks.in(act.everywhere() ? null : act.orgId()) : Revoking.Blocks.NOTHING;
        return revoking.revoke(tx, taken, new Revoking.Order(act.reason(), blocks, act.cause(), now))
                .compose(done -> store.addKeys(tx, act.id(), octets(done.blocked()), now)
                        .compose(
                                added -> store.progress(tx, act.id(), done.found(), taken.size() - done.found(), now)));
    }

    /** Looks for one key of an act, and adds what has it. */
    private Future<Boolean> look(String id) {
        Instant now = clock.instant();
        return store.dueKey(id, now).compose(due -> {
            if (due.isEmpty()) {
                return Future.succeededFuture(false);
            }
            byte[] key = due.get().spkiSha256();
            Scope scope = Scope.everything(due.get().orgId());
            return inventory
                    .all(scope, InventoryFilter.ofKey(key), Integer.MAX_VALUE)
                    .compose(found ->
                            database.inTransaction(tx -> store.claim(tx, id).compose(claimed -> {
                                if (claimed.isEmpty()) {
                                    return Future.succeededFuture(false);
                                }
                                return store.add(tx, id, claimed.get().reason(), found, now)
                                        .compose(added -> store.looked(tx, id, key, now.plus(LOOKS_AGAIN)))
                                        .compose(done -> store.progress(tx, id, 0, 0, now))
                                        .map(true);
                            })));
        });
    }

    private static List<byte[]> octets(Collection<HeldKey> keys) {
        return keys.stream().map(HeldKey::octets).toList();
    }
}
