package dev.perennial.server.keys;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.csr.Companion;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.vault.SealKey;
import dev.perennial.server.vault.SigningKey;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;

/** How a key comes to be kept: sealed, bound to its row, and told of. */
final class KeyKeeping {
    /** So many of the newest keys of an organisation may be held by no request. */
    private static final int MOST_UNUSED = 1_000;

    /** How many of the newest are looked at: however many there are, it takes no longer. */
    private static final int LOOKED_AT = 2 * MOST_UNUSED;

    private final Database database;
    private final ServerKeyStore store;
    private final Organisations organisations;
    private final Events events;
    private final SealKey sealKey;
    private final Ids ids;
    private final InstantSource clock;

    KeyKeeping(
            Database database,
            ServerKeyStore store,
            Organisations organisations,
            Events events,
            SealKey sealKey,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.store = store;
        this.organisations = organisations;
        this.events = events;
        this.sealKey = sealKey;
        this.ids = ids;
        this.clock = clock;
    }

    /** A key that is not stored yet. */
    record Fresh(ServerKey key, SigningKey opened, Buffer octets) {}

    /** Stores it with the request that holds it. */
    private record WithItsRequest(KeyKeeping keeping, Cause cause, Fresh fresh) implements Companion {
        @Override
        public Future<Void> in(SqlConnection tx) {
            return keeping.store(tx, cause, fresh);
        }

        @Override
        public boolean hasMadeTheKey() {
            return true;
        }
    }

    Fresh fresh(String orgId, String owner, String name, SigningKey opened) {
        Instant now = clock.instant();
        ServerKey key = new ServerKey(
                ids.next(),
                orgId,
                owner,
                name,
                opened.publicKey().kind(),
                Buffer.buffer(opened.publicKey().der()),
                false,
                now,
                now);
        return new Fresh(key, opened, Buffer.buffer(opened.seal(sealKey, SealedServerKeys.boundTo(key.id()))));
    }

    /** For the request that asks with it: the key was made here. */
    Companion withItsRequest(Cause cause, Fresh fresh) {
        return new WithItsRequest(this, cause, fresh);
    }

    private Future<Void> store(SqlConnection tx, Cause cause, Fresh fresh) {
        ServerKey key = fresh.key();
        // Sent one behind the other, and answered together.
        return Future.all(
                        store.insert(tx, fresh),
                        events.done(tx, key.created(), key.orgId(), cause, "make-key", key.id(), told(key)))
                .mapEmpty();
    }

    /** One that no request comes with. */
    Future<ServerKey> storeAlone(Cause cause, Fresh fresh) {
        return database.inTransaction(tx -> store(tx, cause, fresh))
                .recover(KeyRefusals::known)
                .map(fresh.key());
    }

    /** Fails where the organisation has too many keys that no request holds, or is none. */
    Future<Void> requireRoom(String orgId) {
        return organisations
                .names(orgId)
                .compose(there -> store.unused(orgId, LOOKED_AT))
                .map(unused -> {
                    if (unused >= MOST_UNUSED) {
                        throw KeyRefusals.tooMany(MOST_UNUSED);
                    }
                    return null;
                });
    }

    /** What the audit record says of it. */
    static String told(ServerKey key) {
        return key.name() + ", " + key.kind().word();
    }
}
