package dev.perennial.server.keys;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Ownership;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.identity.Workers;
import dev.perennial.server.keys.KeyKeeping.Fresh;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.SealKey;
import dev.perennial.server.vault.SigningKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The entry to the keys that the server keeps: made, taken, named, asked with, changed for another, deleted. Who had one
 * made, and who manages the requests of the organisation, may; nobody gets one out. Thread-safe.
 */
public final class ServerKeys {
    private static final int TAKING_THREADS = 1;
    private static final int MOST_TAKEN_AT_ONCE = 20;

    private final Database database;
    private final ServerKeyStore store;
    private final KeyKeeping keeping;
    private final ReadyKeys ready;
    private final Workers taking;
    private final KeyRequests asking;
    private final Rekeying rekeying;
    private final KeyedRequests keyed;
    private final Events events;
    private final SealKey sealKey;
    private final InstantSource clock;

    public ServerKeys(
            Vertx vertx,
            Database database,
            SigningRequests requests,
            Organisations organisations,
            Events events,
            SealKey sealKey,
            SecureRandom random,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.store = new ServerKeyStore(database);
        this.keeping = new KeyKeeping(database, store, organisations, events, sealKey, ids, clock);
        this.ready = new ReadyKeys(vertx, random);
        this.taking = new Workers(vertx, "private keys", TAKING_THREADS, MOST_TAKEN_AT_ONCE);
        this.asking = new KeyRequests(vertx, requests);
        this.rekeying = new Rekeying(requests, asking, store);
        this.events = events;
        this.sealKey = sealKey;
        this.clock = clock;
        this.keyed = new KeyedRequests(requests, this, new KeyedRequestStore(database));
    }

    /** How many keys are made already, for whoever asks next. */
    public int ready() {
        return ready.count();
    }

    /** Requests as those see them who had keys kept for them. */
    public KeyedRequests requests() {
        return keyed;
    }

    /** A request, and the key of the server's that it holds. */
    public record Asked(ServerKey key, RequestView request) {}

    /**
     * Asks a person for a certificate with a key of the server's: one that is made is there if, and only if, the request
     * is. Fails as a submission does; with notFound where there is no such key, or none that the caller sees, and with
     * unauthorized where it is another's.
     */
    public Future<Asked> ask(Caller caller, Cause cause, KeyWanted wanted) {
        caller.require(Permission.ASK, wanted.orgId(), "to ask for a certificate");
        KeyNames.require(wanted.name());
        if (wanted.keyId() != null) {
            return own(caller, wanted.keyId()).compose(key -> open(key)
                    .compose(opened -> asking.ask(caller, cause, wanted, key.id(), opened, tx -> requireStill(tx, key))
                            .compose(view -> get(caller, key.id()).map(after -> new Asked(after, view)))));
        }
        return ready.next(wanted.kind()).compose(opened -> {
            Fresh fresh = keeping.fresh(wanted.orgId(), caller.name(), wanted.name(), opened);
            return asking.ask(caller, cause, wanted, fresh.key().id(), opened, keeping.withItsRequest(cause, fresh))
                    .map(view -> new Asked(fresh.key(), view));
        });
    }

    /** Nobody deletes it until the request is there that holds it. */
    private Future<Void> requireStill(SqlConnection tx, ServerKey key) {
        return store.share(tx, key.id()).map(there -> {
            if (!there) {
                throw KeyRefusals.noSuchKey();
            }
            return null;
        });
    }

    /** Takes a key that was made elsewhere. */
    public Future<ServerKey> take(Caller caller, Cause cause, String orgId, String name, String pem) {
        caller.require(Permission.ASK, orgId, "to have a key kept");
        KeyNames.require(name);
        return keeping.requireRoom(orgId)
                .compose(room -> taking.run(() -> keeping.fresh(orgId, caller.name(), name, SigningKey.ofPem(pem))))
                .compose(fresh -> keeping.storeAlone(cause, fresh));
    }

    private Future<SigningKey> open(ServerKey key) {
        return store.sealed(key.id())
                .compose(octets -> asking.onWorker(() -> SigningKey.open(
                        octets,
                        sealKey,
                        SealedServerKeys.boundTo(key.id()),
                        SubjectPublicKey.parse(key.spki().getBytes()))));
    }

    /** One that the caller may see. */
    public Future<ServerKey> get(Caller caller, String id) {
        return store.find(id)
                .map(found -> found.filter(key -> caller.sees(ownership(key))).orElseThrow(KeyRefusals::noSuchKey));
    }

    private Future<ServerKey> own(Caller caller, String id) {
        return get(caller, id).map(key -> {
            if (!caller.mayChange(ownership(key))) {
                throw ProblemException.of(
                        ProblemType.UNAUTHORIZED, "the key is another's, and you may not use or change it");
            }
            return key;
        });
    }

    private static Ownership ownership(ServerKey key) {
        return new Ownership(key.orgId(), key.owner(), null, "");
    }

    /** Some keys, and how many there are of them altogether. */
    public record Keys(List<ServerKey> keys, long total) {}

    /**
     * Those that the caller may see, in the order in which they were made.
     *
     * @param unused only those that no request holds
     * @param skipped so many before the first
     */
    public Future<Keys> page(Caller caller, boolean unused, long skipped, int most) {
        String orgId = caller.orgId();
        String owner = orgId == null || caller.may(Permission.READ, orgId) ? null : caller.name();
        return store.list(orgId, owner, unused, skipped, most)
                .compose(keys -> store.count(orgId, owner, unused).map(total -> new Keys(keys, total)));
    }

    public Future<ServerKey> rename(Caller caller, Cause cause, String id, String name) {
        KeyNames.require(name);
        Instant now = clock.instant();
        return own(caller, id)
                .compose(key -> database.inTransaction(tx -> store.rename(tx, id, name, now)
                        .compose(done -> events.done(
                                tx, now, key.orgId(), cause, "rename-key", id, name + ", before " + key.name()))))
                .compose(done -> get(caller, id));
    }

    /** Fails with conflict where a request holds it. */
    public Future<Void> delete(Caller caller, Cause cause, String id) {
        return own(caller, id).compose(key -> delete(cause, key));
    }

    /** Deletes one that nothing holds and that no certificate ever came of; another stays, and that is no failure. */
    Future<Void> deleteSpare(Caller caller, Cause cause, String orgId, byte[] spkiSha256) {
        return store.ofPublicKey(orgId, spkiSha256)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture()
                        : own(caller, found.get().id()).compose(key -> delete(cause, key, store::deleteSpare)
                                .mapEmpty()));
    }

    private Future<Void> delete(Cause cause, ServerKey key) {
        return delete(cause, key, store::delete).map(deleted -> {
            if (!deleted) {
                throw KeyRefusals.used();
            }
            return null;
        });
    }

    /** Locked first: what comes to hold it meanwhile is seen by the statement that deletes it. */
    private Future<Boolean> delete(
            Cause cause, ServerKey key, BiFunction<SqlConnection, String, Future<Boolean>> deleting) {
        return database.inTransaction(tx -> store.lock(tx, key.id())
                .compose(done -> deleting.apply(tx, key.id()))
                .compose(deleted -> (deleted
                                ? events.done(
                                        tx,
                                        clock.instant(),
                                        key.orgId(),
                                        cause,
                                        "delete-key",
                                        key.id(),
                                        KeyKeeping.told(key))
                                : Future.<Void>succeededFuture())
                        .map(deleted)));
    }

    /**
     * Makes another key of the same kind, name and owner, and has each request that holds this one ask anew with it: for
     * the same subject, names and usages. Until a certificate comes of that the old one stays, and the old key with it.
     */
    public Future<ServerKey> rekey(Caller caller, Cause cause, String id) {
        return own(caller, id).compose(old -> rekeying.holders(old).compose(holders -> keeping.requireRoom(old.orgId())
                .compose(room -> ready.next(old.kind()))
                .map(opened -> keeping.fresh(old.orgId(), old.owner(), old.name(), opened))
                .compose(fresh -> keeping.storeAlone(cause, fresh)
                        .compose(made -> rekeying.move(caller, cause, holders, fresh)
                                .compose(moved -> get(caller, made.id()), failure -> delete(cause, made)
                                        .otherwiseEmpty()
                                        .compose(done -> Future.failedFuture(failure)))))));
    }
}
