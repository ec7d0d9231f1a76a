package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.csr.RevocationAct.Shown;
import dev.perennial.server.csr.RevocationAct.State;
import dev.perennial.server.csr.RevocationAct.Wanted;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entry to revoking what a query finds: found and counted first, and revoked once it is started, exactly what was
 * found. For who may revoke what belongs to others.
 */
public final class RevocationActs {
    /** More of them would be a mistake, or the end of a CA. */
    public static final int MOST = 100_000;

    /** So many of what would be revoked are shown. */
    private static final int SHOWN = 100;

    /** Added in one statement. */
    private static final int CHUNK = 5_000;

    private static final String ACT = "to revoke what a query finds";

    private final Database database;
    private final RevocationActStore store;
    private final CertificateStore certificates;
    private final Inventory inventory;
    private final Enacting enacting;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;

    RevocationActs(
            Database database,
            RevocationActStore store,
            CertificateStore certificates,
            Inventory inventory,
            Enacting enacting,
            Events events,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.store = store;
        this.certificates = certificates;
        this.inventory = inventory;
        this.enacting = enacting;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Finds what would be revoked, and revokes nothing. Fails with notFound where there is nothing, with conflict where
     * there is too much.
     */
    public Future<Shown> preview(Caller caller, Cause cause, Wanted wanted) {
        caller.require(Permission.REVOKE, wanted.orgId(), ACT);
        Scope scope = Scope.everything(wanted.orgId());
        return inventory.all(scope, wanted.filter(), MOST + 1).compose(found -> {
            if (found.size() > MOST) {
                throw ProblemException.of(
                        ProblemType.CONFLICT,
                        "spec.query finds more than " + MOST + " certificates; revoke them in several acts");
            }
            Instant now = clock.instant();
            RevocationAct act = new RevocationAct(
                    ids.next(),
                    wanted.orgId(),
                    wanted.reason(),
                    wanted.withKeys(),
                    wanted.withKeys() && caller.isBootstrap(),
                    wanted.query(),
                    State.PREVIEW,
                    0,
                    0,
                    0,
                    cause,
                    now,
                    null,
                    null);
            return insert(act, found).compose(done -> show(act.id()));
        });
    }

    private Future<Void> insert(RevocationAct act, List<String> found) {
        return database.inTransaction(tx -> store.insert(tx, act).compose(done -> {
            Future<Integer> total = Future.succeededFuture(0);
            for (int from = 0; from < found.size(); from += CHUNK) {
                List<String> chunk = found.subList(from, Math.min(found.size(), from + CHUNK));
                total = total.compose(before -> store.add(tx, act.id(), act.reason(), chunk, act.created())
                        .map(added -> before + added));
            }
            return total.compose(count -> {
                if (count == 0) {
                    throw ProblemException.of(
                            ProblemType.NOT_FOUND, "spec.query finds no certificate that is still to be revoked");
                }
                return events.done(
                        tx, act.created(), act.orgId(), act.cause(), "preview-revocation", act.id(), told(act, count));
            });
        }));
    }

    private static String told(RevocationAct act, int total) {
        return act.reason().word() + ", " + total + " certificates" + (act.withKeys() ? " and their keys" : "")
                + (act.query() == null ? "" : ", " + act.query());
    }

    /** Fails with notFound where the caller may not see it. */
    public Future<Shown> get(Caller caller, String id) {
        return find(caller, Permission.READ, id).compose(this::show);
    }

    /** Newest first; of one organisation, or of all for whoever belongs to none. */
    public Future<List<RevocationAct>> list(Caller caller, @Nullable String orgId, int limit) {
        caller.require(Permission.READ, "to see revocations");
        return store.list(Scope.everything(caller.orgId()).in(orgId).orgId(), limit);
    }

    /** Begins it. Again, it changes nothing; fails with conflict where it was cancelled. */
    public Future<Shown> start(Caller caller, Cause cause, String id) {
        return find(caller, Permission.REVOKE, id)
                .compose(act -> database.inTransaction(
                        tx -> store.start(tx, id, cause, clock.instant()).compose(first -> {
                            if (!first && act.state() == State.CANCELLED) {
                                throw over("it was cancelled; make another");
                            }
                            return first
                                    ? events.done(
                                            tx,
                                            clock.instant(),
                                            act.orgId(),
                                            cause,
                                            "start-revocation",
                                            id,
                                            told(act, act.total()))
                                    : Future.succeededFuture();
                        })))
                .compose(done -> enacting.begin(id))
                .compose(done -> show(id));
    }

    /** What is revoked by then stays so. Again, it changes nothing; fails with conflict where it is done. */
    public Future<Shown> cancel(Caller caller, Cause cause, String id) {
        return find(caller, Permission.REVOKE, id)
                .compose(act -> database.inTransaction(
                        tx -> store.cancel(tx, id, clock.instant()).compose(first -> {
                            if (!first && act.state() != State.CANCELLED) {
                                throw over("it is done");
                            }
                            return first
                                    ? events.done(
                                            tx,
                                            clock.instant(),
                                            act.orgId(),
                                            cause,
                                            "cancel-revocation",
                                            id,
                                            act.done() + " of " + act.total() + " were revoked")
                                    : Future.succeededFuture();
                        })))
                .compose(done -> show(id));
    }

    private static ProblemException over(String why) {
        return ProblemException.of(ProblemType.CONFLICT, "the revocation cannot be changed any more: " + why);
    }

    /** One that is about every organisation is there for the bootstrap administrator alone. */
    private Future<RevocationAct> find(Caller caller, Permission permission, String id) {
        caller.require(permission, permission == Permission.READ ? "to see revocations" : ACT);
        return store.find(id).map(found -> found.filter(act -> caller.isBootstrap()
                        || act.orgId() != null && act.orgId().equals(caller.orgId()))
                .orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND, "there is no such revocation")));
    }

    private Future<Shown> show(String id) {
        return store.find(id)
                .map(found -> found.orElseThrow(
                        () -> ProblemException.of(ProblemType.NOT_FOUND, "there is no such revocation")))
                .compose(this::show);
    }

    private Future<Shown> show(RevocationAct act) {
        return act.state() == State.PREVIEW
                ? store.first(act.id(), SHOWN).compose(first -> certificates
                        .findAll(first)
                        .map(found -> new Shown(act, Page.inOrder(first, found, Certificate::id))))
                : Future.succeededFuture(new Shown(act, List.of()));
    }
}
