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
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.SealKey;
import dev.perennial.server.vault.SigningKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * The entry to the keys that the server keeps: made, taken, named, asked with, changed for another, deleted. Who had one
 * made, and who manages the requests of the organisation, may; nobody gets one out. Thread-safe.
 */
public final class ServerKeys {
    /** So many keys of an organisation may be there that no request holds. */
    private static final int MOST_UNUSED = 1_000;

    private final Database database;
    private final ServerKeyStore store;
    private final ReadyKeys ready;
    private final KeyRequests asking;
    private final Rekeying rekeying;
    private final KeyedRequests keyed;
    private final Organisations organisations;
    private final Events events;
    private final SealKey sealKey;
    private final Ids ids;
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
        this.ready = new ReadyKeys(vertx, random);
        this.asking = new KeyRequests(vertx, requests);
        this.rekeying = new Rekeying(requests, asking, store);
        this.organisations = organisations;
        this.events = events;
        this.sealKey = sealKey;
        this.ids = ids;
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
     * Asks for a certificate with a key of the server's. Fails as a submission does; with notFound where there is no such
     * key, or where it is another's.
     */
    public Future<Asked> ask(Caller caller, Cause cause, KeyWanted wanted) {
        caller.require(Permission.ASK, wanted.orgId(), "to ask for a certificate");
        if (wanted.keyId() != null) {
            return own(caller, wanted.keyId())
                    .compose(key -> open(key).compose(opened -> asking.ask(caller, cause, wanted, key, opened)
                            .compose(view -> get(caller, key.id()).map(after -> new Asked(after, view)))));
        }
        return make(caller, cause, wanted.orgId(), wanted.name(), () -> ready.next(wanted.kind()))
                .compose(made -> asking.ask(caller, cause, wanted, made.key(), made.opened())
                        .compose(
                                view -> Future.succeededFuture(new Asked(made.key(), view)),
                                // It is nobody's: whoever asks again has another one made.
                                failure -> delete(cause, made.key())
                                        .otherwiseEmpty()
                                        .compose(done -> Future.failedFuture(failure))));
    }

    /** Takes a key that was made elsewhere. */
    public Future<ServerKey> take(Caller caller, Cause cause, String orgId, String name, String pem) {
        caller.require(Permission.ASK, orgId, "to have a key kept");
        return make(caller, cause, orgId, name, () -> asking.onWorker(() -> SigningKey.ofPem(pem)))
                .map(Made::key);
    }

    private record Made(ServerKey key, SigningKey opened) {}

    /** @param making not before there is room for it: whoever has too many takes no key that others wait for */
    private Future<Made> make(
            Caller caller, Cause cause, String orgId, String name, Supplier<Future<SigningKey>> making) {
        return requireRoom(orgId).compose(room -> making.get()).compose(opened -> {
            Instant now = clock.instant();
            ServerKey key = new ServerKey(ids.next(), orgId, caller.name(), name, opened.publicKey(), false, now, now);
            byte[] sealed = opened.seal(sealKey, SealedServerKeys.boundTo(key.id()));
            return database.inTransaction(tx -> store.insert(tx, key, sealed)
                            .compose(done -> events.done(tx, now, orgId, cause, "make-key", key.id(), told(key))))
                    .recover(KeyRefusals::known)
                    .map(done -> new Made(key, opened));
        });
    }

    private Future<Void> requireRoom(String orgId) {
        return organisations
                .names(orgId)
                .compose(there -> store.unused(orgId, MOST_UNUSED))
                .map(unused -> {
                    if (unused >= MOST_UNUSED) {
                        throw KeyRefusals.tooMany(MOST_UNUSED);
                    }
                    return null;
                });
    }

    private static String told(ServerKey key) {
        return key.name() + ", " + key.key().kind().word();
    }

    private Future<SigningKey> open(ServerKey key) {
        return store.sealed(key.id())
                .compose(octets -> asking.onWorker(
                        () -> SigningKey.open(octets, sealKey, SealedServerKeys.boundTo(key.id()), key.key())));
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
    Future<Void> deleteSpare(Caller caller, Cause cause, String id) {
        return own(caller, id)
                .compose(key -> database.inTransaction(tx -> store.deleteSpare(tx, id)
                        .compose(deleted -> deleted
                                ? events.done(tx, clock.instant(), key.orgId(), cause, "delete-key", id, told(key))
                                : Future.succeededFuture())));
    }

    private Future<Void> delete(Cause cause, ServerKey key) {
        return database.inTransaction(tx -> store.delete(tx, key.id()).compose(deleted -> {
            if (!deleted) {
                throw KeyRefusals.used();
            }
            return events.done(tx, clock.instant(), key.orgId(), cause, "delete-key", key.id(), told(key));
        }));
    }

    /**
     * Makes another key of the same kind and name, and has each request that holds this one ask anew with it: for the same
     * subject, names and usages. Until a certificate comes of that the old one stays, and the old key with it.
     */
    public Future<ServerKey> rekey(Caller caller, Cause cause, String id) {
        return own(caller, id).compose(old -> {
            KeyKind kind = old.key().kind();
            return make(caller, cause, old.orgId(), old.name(), () -> ready.next(kind))
                    .compose(made -> rekeying.move(caller, cause, old, made.key(), made.opened())
                            .compose(moved -> get(caller, made.key().id()), failure -> delete(cause, made.key())
                                    .otherwiseEmpty()
                                    .compose(done -> Future.failedFuture(failure))));
        });
    }
}
